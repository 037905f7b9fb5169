"""The models of this package: pages, and the pictures and documents of each territory."""

from .media import Picture, PictureRendition, TownDocument
from .pages import ContentPage, GuideIndex, GuidePage, NewsIndex, NewsPage, TerritoryRoot
from .translated import TownPage

__all__ = [
    "ContentPage",
    "GuideIndex",
    "GuidePage",
    "NewsIndex",
    "NewsPage",
    "Picture",
    "PictureRendition",
    "TerritoryRoot",
    "TownDocument",
    "TownPage",
]
