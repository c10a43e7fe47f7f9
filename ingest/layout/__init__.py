"""The layout of pages, from the place and type of their words: lines, columns, notes, blocks."""
