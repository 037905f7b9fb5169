"""Web push: kept locally until a provider is chosen."""
