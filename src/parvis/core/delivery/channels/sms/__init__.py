"""Text messages: through a provider's HTTP API, or kept locally."""
