"""Web pages: the text that a browser shows of them, and what of it is the letter."""
