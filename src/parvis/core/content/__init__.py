"""Pages that a territory writes itself (home, news, guides), and the back office where its staff work.

Public face: `queries` (home text, news, guides), `operations.ensure_territory_content`, and for staff screens
`bureau.screens` (docs/interface.md, "Staff screens").
"""
