"""How modules meet without knowing each other: an event is recorded, its subscribers run in the background.

Public face: `operations.record`, `operations.Event`.
"""
