"""What the benchmarks stand on: a database of their own, the web server, a load, rows. Nothing here measures."""
