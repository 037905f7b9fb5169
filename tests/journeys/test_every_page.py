"""Every page, on a phone, at a desk and at 400 %, in both themes: WCAG 2.2 A and AA, nothing sideways, no error, nobody
asked, light enough for a rural line."""

import pytest
from django.test import RequestFactory

from parvis.core.ui.errors import EXPLANATIONS, bad_request, error_page, server_error

from .browsing import DESKTOP, faults, too_heavy
from .pages import ANYBODY, CLERK, NOT_PAGES, OFFICER, PAGES, RESIDENT, TOWN, addresses, views

SHARES = 3
"""Pages are looked at in parts, so that every process of a run has its share."""


def busy(request):
    """What is answered while the database is away."""
    return error_page(request, 503)


def test_no_page_is_forgotten():
    """A view that shows a page is looked at below; one that does not says why."""
    known = {name for name, _ in views()}
    assert known - {*PAGES, *NOT_PAGES} == set(), "say in pages.py who opens it, or why it is no page"
    assert {*PAGES} & {*NOT_PAGES} == set()
    assert {*PAGES, *NOT_PAGES} - known - {"wagtailadmin_home"} == set(), "gone from the house"


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.needs_postgres
@pytest.mark.parametrize(
    ("who", "share"),
    [(who, share) for who in (ANYBODY, RESIDENT, CLERK, OFFICER) for share in range(SHARES)],
)
def test_every_page_is_for_everybody(live, visitor, who, share):
    person = visitor(**DESKTOP)
    if who:
        person.become(who)
    wrong = []
    for path in addresses(live, who)[share::SHARES]:
        answer = person.page.goto(f"{live.url}{path}")
        person.page.wait_for_load_state("networkidle")
        assert answer.status == 200, path
        assert person.path == path.split("?")[0], f"{path} led to {person.path}"
        wrong += too_heavy(person) + faults(person)
    assert not wrong, "\n".join(wrong)


@pytest.mark.browser
@pytest.mark.slow
def test_every_refusal_is_a_page(live, visitor):
    """What does not exist, is not theirs, cannot be done so, or broke: each a page like the others."""
    person = visitor(**DESKTOP)
    person.watch.allowed |= set(EXPLANATIONS)
    wrong = []
    for who, path, status in (
        (ANYBODY, "/nulle-part/", 404),
        (ANYBODY, f"{TOWN}/nulle-part/", 404),
        (ANYBODY, f"{TOWN}/signalements/ZZZZ-ZZZZ", 404),
        (ANYBODY, f"{TOWN}/compte/entrer/?next=//ailleurs.example/", 200),
        (RESIDENT, f"{TOWN}/bureau/dossiers/", 403),
        (RESIDENT, f"{TOWN}/mon-espace/demandes/ZZZZ-ZZZZ/", 404),
        (CLERK, f"{TOWN}/bureau/dossiers/ZZZZ-ZZZZ/", 404),
        (CLERK, "/riviere-aux-aulnes/bureau/dossiers/", 403),
    ):
        if who:
            person.become(who)
        answer = person.page.goto(f"{live.url}{path}")
        assert answer.status == status, f"{path}: {answer.status}"
        wrong += faults(person)
    assert not wrong, "\n".join(wrong)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("refusal", [bad_request, server_error, busy], ids=lambda view: view.__name__)
def test_a_broken_house_says_so(live, visitor, refusal):
    """These are drawn without database, session or town."""
    answer = refusal(RequestFactory().get("/"))
    person = visitor(**DESKTOP)
    person.watch.allowed.add(answer.status_code)
    person.context.route(
        f"{live.url}/brisee/",
        lambda route: route.fulfill(status=answer.status_code, body=answer.content, headers=dict(answer.items())),
    )
    person.go("/brisee/")
    assert not (wrong := faults(person)), "\n".join(wrong)
