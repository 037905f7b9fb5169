"""How dates and hours are written here, where Django writes them as elsewhere."""
