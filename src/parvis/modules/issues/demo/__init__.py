"""The demo region's reports, and what its clerks have decided about them."""

from .reports import load

__all__ = ["load"]
