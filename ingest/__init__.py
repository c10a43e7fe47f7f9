"""Letter files to letters and passages; knows nothing of vectors or HTTP."""
