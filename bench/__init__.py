"""Named benchmarks: `make bench`, or `make bench ONLY=name`. Each is a module with `run()`, which yields rows."""
