"""The operator's tile source: what may be written, and what stands on the maps."""

import pytest

from parvis.lib import tilesource

OWED = "© OpenStreetMap"


def test_none_is_none():
    assert tilesource.read("", "") is None
    assert tilesource.read("  ", OWED) is None


def test_an_https_source_is_another_origin_and_a_path_is_ours():
    there = tilesource.read(" https://tiles.example.org:8443/a/{z}/{x}/{y}.png?key=1 ", OWED)
    assert there is not None
    assert there.origin == "https://tiles.example.org:8443"
    assert there.as_json() == {"url": "https://tiles.example.org:8443/a/{z}/{x}/{y}.png?key=1", "attribution": OWED}
    ours = tilesource.read("/tiles/{z}/{x}/{y}.png", OWED)
    assert ours is not None
    assert ours.origin == ""


@pytest.mark.parametrize(
    "url",
    [
        "https://tiles.example.org/{z}/{x}.png",
        "https://tiles.example.org/{z}/{x}/{y}/{y}.png",
        "http://tiles.example.org/{z}/{x}/{y}.png",
        "//tiles.example.org/{z}/{x}/{y}.png",
        "tiles/{z}/{x}/{y}.png",
        "https:///{z}/{x}/{y}.png",
        "https://{z}.example.org/{x}/{y}.png",
        "https://me:word@tiles.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org; script-src *;/{z}/{x}/{y}.png",
        "javascript:{z}{x}{y}",
    ],
)
def test_what_cannot_be_used_is_one_sentence(url):
    with pytest.raises(ValueError, match=r"^PARVIS_TILES must .+\.$"):
        tilesource.read(url, OWED)


def test_whom_the_tiles_are_owed_to_must_be_said():
    with pytest.raises(ValueError, match=r"^PARVIS_TILES_ATTRIBUTION must say"):
        tilesource.read("https://tiles.example.org/{z}/{x}/{y}.png", " ")
