"""The demo's pages are written in every language of the house."""

import tomllib
from importlib.resources import files

import pytest
from django.conf import settings


@pytest.mark.parametrize(
    ("table", "kind"),
    [("home", "home"), ("news", "news"), ("news_region", "news"), ("guides", "guide"), ("guides_town", "guide"),
     ("guides_region", "guide")],
)  # fmt: skip
def test_no_page_of_the_demo_is_left_in_french_only(table: str, kind: str) -> None:
    text = files("parvis.core.content").joinpath(f"data/{table}.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)[kind]
    for row in rows if isinstance(rows, list) else [rows]:
        for language, _name in settings.LANGUAGES:
            assert row[language].get("title"), (row.get("slug"), language)
            assert len(row[language]["intro"]) <= 600
