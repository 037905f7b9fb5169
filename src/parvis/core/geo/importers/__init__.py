"""Readers of other people's files: streets, addresses, boundaries. They check everything and write nothing.

Each returns a `Reading`: the drafts that `operations` stores, and every line that could not be read.
"""
