"""Kept counts: a module says what it counts, by day or by month; a change marks what to count again.

Public face: `models.Kept`, `operations`, and `Cube` and `Watch` of the registry.
"""
