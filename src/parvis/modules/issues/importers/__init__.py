"""Read the requests of another register from a table (CSV), by a file that says which column holds what."""
