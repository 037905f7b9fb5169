"""A territory's complete archive, written and read (docs/archive-format.md).

Public face: `writing.write_archive`, `checking.check_archive`, `loading.load_archive`. What is archived follows from
the models' guards (`shape`); what stands in a third party's tables comes from the manifests (`ArchivePart`).
"""
