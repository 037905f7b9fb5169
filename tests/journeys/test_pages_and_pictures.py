"""Wagtail's own screens that clerks use every day: pages, news, pictures, documents, history, in both themes."""

import pytest

from .browsing import DESKTOP, faults
from .pages import TOWN

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BUREAU = f"{TOWN}/bureau"
OURS = "WHERE c.model = %s AND p.live AND p.url_path LIKE '%%val-des-pins%%' ORDER BY p.id LIMIT 1"
PAGE = f"SELECT p.id FROM wagtailcore_page p JOIN django_content_type c ON c.id = p.content_type_id {OURS}"
PICTURE = (
    "SELECT x.id FROM content_picture x JOIN tenancy_territory t ON t.id = x.territory_id "
    "WHERE t.slug = 'val-des-pins' ORDER BY x.id LIMIT 1"
)

# (axe's rule, part of the element's opening tag): Wagtail draws it, and why we cannot name it from outside.
THEIRS = {
    ("aria-input-field-name", "public-DraftEditor-content"): "the rich text editor names its field by a hint alone",
    ("label", 'id="body-'): "a block of one field has its name in the heading of its panel, not in a label",
    ("label", 'id="fileupload"'): "the chooser of several files lies under a drop zone that says what it is",
}


def look(person, path, found):
    """Open a screen, which must be there, and note what is wrong with it."""
    answer = person.page.goto(f"{person.live.url}{BUREAU}{path}")
    person.page.wait_for_load_state("networkidle")
    assert answer.status == 200, f"{path}: {answer.status}"
    assert person.path == f"{BUREAU}{path}".split("?")[0], f"{path} led to {person.path}"
    found += faults(person, theirs=[*THEIRS])


@pytest.fixture
def clerk(visitor):
    nadia = visitor(**DESKTOP)
    nadia.become("nadia")
    return nadia


def test_pages_and_news(live, clerk):
    """The explorer, the search, a news page: written, edited, its history and its versions."""
    found, news = [], live.value(PAGE, "newspage")
    root, index = live.value(PAGE, "territoryroot"), live.value(PAGE, "newsindex")
    for path in (
        f"/pages/{root}/",
        f"/pages/{index}/",
        f"/pages/add/content/newspage/{index}/",
        "/pages/search/?q=eau",
        f"/pages/{news}/edit/",
        f"/pages/{news}/history/",
        f"/pages/{news}/usage/",
        f"/pages/{news}/delete/",
        f"/pages/{news}/unpublish/",
        f"/pages/{news}/move/",
        f"/pages/{news}/copy/",
        "/reports/aging-pages/",
    ):
        look(clerk, path, found)
    assert not found, "\n".join(found)


def test_pictures_and_documents(live, clerk):
    """Their lists, one of each, and the screens that take new ones."""
    found = []
    picture = live.value(PICTURE)
    for path in (
        "/images/",
        "/images/?q=xyzzy",
        "/images/add/",
        "/images/multiple/add/",
        f"/images/{picture}/",
        f"/images/{picture}/delete/",
        "/documents/",
        "/documents/add/",
        "/documents/multiple/add/",
    ):
        look(clerk, path, found)
    assert not found, "\n".join(found)
