"""The look of the house: layout, components, forms, icons, error pages, installable shell (docs/interface.md)."""
