"""The ways out of the house: one folder a channel, one small protocol for all, an adapter for each provider."""
