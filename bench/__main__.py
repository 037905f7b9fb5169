"""`python -m bench [name]`."""

from bench.run import main

main()
