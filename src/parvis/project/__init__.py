"""Settings, addresses, processes: loops over the registry and knows no module by name."""
