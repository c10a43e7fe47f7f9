"""Questions to answers with proven citations, over HTTP and in the terminal."""
