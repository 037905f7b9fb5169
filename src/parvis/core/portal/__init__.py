"""Everything in one place, read from the registry: home, search, map, calendar, my space, adoption.

Public face: `shell.shell` (the links around every page), the pages, `operations.reindex`.
"""
