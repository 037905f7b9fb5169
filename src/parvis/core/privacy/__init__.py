"""My data: what each module declares, who looked, consents, copies, requests, erasure, and the officer's registers.

Public face: `queries.consents`, `operations.note_decision`, `operations.export_person`, `operations.erase_person`,
`queries.declarations`.
"""
