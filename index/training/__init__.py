"""Training of the bundled Dutch embedding model."""
