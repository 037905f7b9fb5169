"""How territories belong together: membership, delegation of a service, and what each shows of another.

Public face: `models`, `operations`, `queries`, `lending`. The territory itself and its switches live in `core.tenancy`.
"""
