"""Parvis: the open square in front of the town hall, as software."""

__version__ = "0.1.0"
