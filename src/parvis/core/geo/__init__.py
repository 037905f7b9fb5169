"""Where things are: boundaries, districts, streets, civic addresses and places of each territory, and their maps.

Public face: `queries.search_addresses`, `queries.nearest_address`, `districts.locate`, `districts.is_inside`,
`districts.territory_at`, `drawing.svg`, `tiles.tile`, the importers and `demo.load_territory`.
"""
