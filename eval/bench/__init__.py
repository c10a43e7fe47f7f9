"""Speed and memory, measured and reported, never asserted. Each is `python -m eval.bench.NAME`."""
