"""The pictures that an operator lays under the maps: where they come from, and whom the map names for them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

_PLACES = ("{z}", "{x}", "{y}")


@dataclass(frozen=True, slots=True)
class TileSource:
    """Pictures of 256 pixels at `url`, with {z}, {x} and {y} in it; `attribution` stands on every map with them."""

    url: str
    attribution: str

    @property
    def origin(self) -> str:
        """The other machine that browsers ask, such as ``https://tiles.example.org``; empty for our own."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

    def as_json(self) -> dict[str, str]:
        """What a map's script needs."""
        return {"url": self.url, "attribution": self.attribution}


def read(url: str, attribution: str) -> TileSource | None:
    """Return the source that an operator wrote, None without one. Raises ValueError, one sentence on what to write."""
    url, attribution = url.strip(), attribution.strip()
    if not url:
        return None
    shape = "it looks like https://tiles.example.org/{z}/{x}/{y}.png, or /tiles/{z}/{x}/{y}.png on this machine"
    if any(url.count(place) != 1 for place in _PLACES):
        raise ValueError(f"PARVIS_TILES must hold {{z}}, {{x}} and {{y}} once each: {shape}.")
    parts = urlsplit(url)
    is_ours = not parts.scheme and not parts.netloc and url.startswith("/")
    is_safe = parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    if not (is_ours or is_safe) or not set(url).isdisjoint(" ;,'\"<>\\") or "{" in parts.netloc:
        raise ValueError(f"PARVIS_TILES must be an https address, or a path of this machine: {shape}.")
    if not attribution:
        raise ValueError("PARVIS_TILES_ATTRIBUTION must say whom the map owes its tiles to, such as © OpenStreetMap.")
    return TileSource(url, attribution)
