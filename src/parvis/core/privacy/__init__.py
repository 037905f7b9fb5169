"""My data: what each module declares, who looked, one export, erasure town by town, the requests and their delays.

Public face: `operations.export_person`, `operations.erase_person`, `queries.declarations`.
"""
