"""What every module stands on; each package is small and has a public face."""
