"""Photos and documents: checked by content, photos re-encoded without metadata, served only to who may see.

Public face: `models.StoredFile`, `operations.store_upload`, `operations.copy_file`, `operations.publish`,
`operations.delete_file`.
"""
