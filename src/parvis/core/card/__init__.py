"""The citizen card: a signed QR code, short-lived on a phone and long-lived on paper, that is checked without a line.

Public face: the registry entry `CardPurpose` (what a checker of a kind may see), `token` (the format; for strangers:
docs/card.md), `operations` (give, replace, end, print a card; count visits), `queries.card_of`.
"""
