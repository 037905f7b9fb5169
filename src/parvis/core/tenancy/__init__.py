"""Whose data: territories, the context of a transaction, and PostgreSQL row-level security on every model.

Public face: `models.Territory`, `models.TerritoryModel`, `fields.TerritoryForeignKey`, `guard.Guard`,
`context.use`, `sync.synchronise`.
"""
