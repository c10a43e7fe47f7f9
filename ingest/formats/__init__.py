"""One module per file format, each with its `FORMAT`; a module put here is found by itself."""
