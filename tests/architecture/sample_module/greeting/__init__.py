"""Greets: the smallest module that uses every port of the house. Copied into a temporary folder by a test."""
