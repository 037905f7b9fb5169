"""How territories belong together: membership, delegation of a service, acceptance of what a regional body publishes.

Public face: `models`, `operations`, `queries`. The territory itself and its switches live in `core.tenancy`.
"""
