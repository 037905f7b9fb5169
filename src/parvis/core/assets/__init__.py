"""What a municipality owns in public space: lamp posts, hydrants, culverts, benches, buildings, vehicles.

Public face: `models.Asset`, `operations.change_state`, `operations.import_assets`, `queries`.
"""
