"""A small town with something of everything: people, reports, photos, a hand-over, roles, ties, pages."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from parvis.core.cases import operations as cases
from parvis.core.content.models import NewsPage
from parvis.core.content.tests.factories import (
    make_content,
    make_document,
    make_guide,
    make_news,
    make_page,
    make_picture,
)
from parvis.core.files.models import StoredFile
from parvis.core.files.operations import prepare_photo
from parvis.core.identity.models import Person, Presence
from parvis.core.identity.operations import roles
from parvis.core.identity.tests.factories import (
    AcceptanceFactory,
    AccountFactory,
    DelegationFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    RegionFactory,
    TerritoryFactory,
    make_staff,
    resident_actor,
    staff_actor,
)
from parvis.core.residency.tests.factories import ProvenFactory
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Setting, Switch, Territory
from parvis.lib.actor import Actor
from parvis.modules.issues import operations as issues
from parvis.modules.issues.tests.factories import CategoryFactory, photo

NOW = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
WORDS = {
    "name": "Alphonsine Trudel-Beaurivage",
    "email": "alphonsine.trudel@exemple.test",
    "phone": "+18195550177",
    "address": "77 rang du Ruisseau-Perdu",
    "said": "la voiture de mon beau-frère Gontran y est restée prise",
    "note": "Madame Trudel rappelle chaque matin",
    "draft": "un brouillon qui nomme monsieur Théodule",
}


@dataclass(frozen=True)
class Made:
    """What stands in the database now."""

    town: Territory
    region: Territory
    neighbour: Territory
    person: Person
    gone: Person


@transaction.atomic
def make_town() -> Made:
    """Make the town, its region and a neighbour."""
    region, town, neighbour = (
        RegionFactory(slug="mrc-essai"),
        TerritoryFactory(slug="essai"),
        TerritoryFactory(slug="voisin"),
    )
    with use(territory=town, person=None):
        person, gone = _people(town)
        clerk = staff_actor(town, person=make_staff(town))
        _ties(town, region)
        _reports(town, region, resident_actor(town, person), clerk)
        _pages(town)
        ProvenFactory(person=person, address=WORDS["address"])
        Switch.objects.create(module="issues", is_on=True)
        Setting.objects.create(module="issues", values={"anonymous_allowed": False, "note": "été"})
        roles.ensure_standard_roles(town.pk)
        OrganisationFactory(name="Club de marche", email="club@exemple.test")
    with use(territory=neighbour, person=None):
        PersonFactory(name="Voisine Anonyme")
        make_content(neighbour)
        make_news(neighbour, "Nouvelle du voisin")
    return Made(town, region, neighbour, person, gone)


def _people(town: Territory) -> tuple[Person, Person]:
    person = PersonFactory(
        name=WORDS["name"], email=WORDS["email"], phone=WORDS["phone"], address=WORDS["address"], level=2
    )
    account = AccountFactory(person=person)
    gone = PersonFactory(name="Parti Depuis")
    with use(scope=Scope.SIGN_IN):
        EmailAddress.objects.create(user=account, email=WORDS["email"], verified=True, primary=True)
        Presence.objects.filter(person=gone, territory=town).update(withdrawn_at=NOW)
    return person, gone


def _ties(town: Territory, region: Territory) -> None:
    MembershipFactory(territory=town, body=region)
    AcceptanceFactory(territory=town, publisher=region, kind="news")
    DelegationFactory(territory=town, delegate=region, service="issues")


def _reports(town: Territory, region: Territory, resident: Actor, clerk: Actor) -> None:
    category = CategoryFactory()
    first = issues.report_issue(
        actor=resident, category=category, lat=45.8, lon=-71.9, now=NOW, description=WORDS["said"],
        address=WORDS["address"], photos=[photo()],
    )  # fmt: skip
    for stored in StoredFile.objects.all():
        prepare_photo(stored)
    cases.send_message(actor=clerk, case=first.case, text=f"Bonjour, {WORDS['name']}", now=NOW)
    cases.add_note(actor=clerk, case=first.case, text=WORDS["note"], now=NOW)
    issues.accept_issue(actor=clerk, issue=first, now=NOW)
    second = issues.report_issue(actor=resident, category=category, lat=45.81, lon=-71.91, now=NOW)
    cases.hand_over_case(actor=clerk, case=second.case, to=region, reason="La route est à la MRC", now=NOW)
    third = issues.report_issue(actor=resident, category=category, lat=45.82, lon=-71.92, now=NOW)
    issues.accept_issue(actor=clerk, issue=third, now=NOW)
    issues.resolve_issue(actor=clerk, issue=third, answer=f"Réparé pour {WORDS['name']}", now=NOW)


def _pages(town: Territory) -> None:
    make_content(town)
    picture, document = make_picture(town, "Le quai"), make_document(town, "Règlement 12")
    page = make_page(town, "La mairie", slug="mairie", title_en="Town hall")
    text = (
        f'<p><a linktype="page" id="{page.pk}">mairie</a> <a linktype="document" id="{document.pk}">texte</a> '
        '<a href="https://exemple.test/">ailleurs</a></p>'
    )
    body = [
        {"type": "text", "value": text},  # without the id that Wagtail would give it
        {"type": "picture", "value": {"image": picture.pk, "alt": "Un quai", "caption": ""}, "id": "a1"},
        {
            "type": "links",
            "value": {"title": "", "links": [{"label": "Ici", "page": page.pk, "address": ""}]},
            "id": "a2",
        },
        {"type": "document", "value": {"document": document.pk, "title": ""}, "id": "a3"},
    ]
    news = make_news(town, "Le quai est ouvert", published_on=NOW.date(), picture=picture, body=json.dumps(body))
    make_guide(town, "Où jeter la peinture", keywords="rebuts")
    news = NewsPage.objects.get(pk=news.pk)
    news.save_revision().publish()
    news.intro = WORDS["draft"]
    news.save_revision()
