"""Work in the background: in the same transaction as the data, at least once, with priorities.

Public face: `operations.task`, `operations.defer`, `operations.defer_many`, `operations.Priority`.
"""
