"""Pages for residents and for everyone: report, list, map, one report."""

from .assets import asset
from .delays import delays, delays_csv
from .exports import as_atom, as_csv, as_geojson
from .following import confirm, follow, unfollow
from .helping import helping
from .maps import description, points
from .mine import mine
from .public import detail, listing
from .reporting import report, thanks

__all__ = [
    "as_atom",
    "as_csv",
    "as_geojson",
    "asset",
    "confirm",
    "delays",
    "delays_csv",
    "description",
    "detail",
    "follow",
    "helping",
    "listing",
    "mine",
    "points",
    "report",
    "thanks",
    "unfollow",
]
