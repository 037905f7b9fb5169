"""The look of the house: layout, components, forms, icons, error pages, theme, installable shell (docs/interface.md)."""
