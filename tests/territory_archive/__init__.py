"""The archive of a territory, written, read, tampered with."""
