"""Text messages: kept locally until a provider is chosen."""
