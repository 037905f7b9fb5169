"""Report a problem in public space, follow it, and see it solved."""
