"""What a body publishes reaches the members that accept it, and nobody else: the database decides, in scope network."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import Error, connection, transaction
from django.db.models import EmailField
from django.test import Client
from django.utils.html import escape

from parvis.core.content import queries as content
from parvis.core.content.models import NewsPage, Picture, PictureRendition
from parvis.core.content.operations import ensure_territory_content
from parvis.core.content.tests.factories import make_news, make_picture
from parvis.core.geo.models import Place
from parvis.core.identity.models import Account, Organisation, Person
from parvis.core.identity.tests.factories import (
    AcceptanceFactory,
    DelegationFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    PublicationFactory,
    TerritoryFactory,
    show,
)
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Kind as GuardKind
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.policies import is_lent
from parvis.core.tenancy.sync import Guarded, guarded_models
from parvis.core.territories import operations
from parvis.core.territories.lending import borrowing
from parvis.core.territories.models import Acceptance, Kind, Publication
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid

NOW = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)
LENT = [
    entry for entry in guarded_models() if entry.guard.kind is GuardKind.TERRITORY and is_lent(entry.guard, entry.model)
]

pytestmark = pytest.mark.django_db


def place_of(territory: Territory, name: str = "Écocentre") -> Place:
    with use(territory=territory):
        return Place.objects.create(
            kind="ecocentre", name=name, search_key=name.lower(), lat=45.8, lon=-71.9, source_id=name
        )


def places_lent(reader: Territory, lender: Territory, kind: str = "map", service: str = "geo") -> list[tuple[str]]:
    """Ask with the raw application role, as if no code had looked at anything before."""
    with (
        use(territory=lender, scope=Scope.NETWORK, reader=reader.pk, port=kind, service=service),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT name FROM geo_place")
        return cursor.fetchall()


# -- the wall --------------------------------------------------------------------------------------------------------


def test_without_acceptance_nothing_is_lent(territory: Territory, region: Territory) -> None:
    place_of(region)
    assert places_lent(territory, region) == []
    MembershipFactory(body=region)
    PublicationFactory(territory=region, kind="map")
    assert places_lent(territory, region) == [], "published, but not accepted"


def test_what_was_accepted_is_lent_and_nothing_of_another_kind(territory: Territory, region: Territory) -> None:
    place_of(region)
    show(region, "map")
    assert places_lent(territory, region) == [("Écocentre",)]
    for other in ("news", "agenda", "services", ""):
        assert places_lent(territory, region, other) == []


def test_a_neighbour_outside_the_region_sees_nothing(
    territory: Territory, neighbour: Territory, region: Territory
) -> None:
    place_of(region)
    show(region, "map")
    assert places_lent(neighbour, region) == []
    AcceptanceFactory(territory=neighbour, publisher=region, kind="map")
    assert places_lent(neighbour, region) == [], "it accepted, but does not belong to the region"


def test_the_publisher_sees_nothing_of_the_member(territory: Territory, region: Territory) -> None:
    place_of(territory, "Parc")
    show(region, "map")
    assert places_lent(region, territory) == []


def test_members_of_one_body_may_show_each_other(territory: Territory, neighbour: Territory, region: Territory) -> None:
    place_of(neighbour, "Aréna")
    PublicationFactory(territory=neighbour, kind="map")
    AcceptanceFactory(publisher=neighbour, kind="map")
    assert places_lent(territory, neighbour) == []
    MembershipFactory(body=region)
    MembershipFactory(territory=neighbour, body=region)
    assert places_lent(territory, neighbour) == [("Aréna",)]


@pytest.mark.parametrize("ending", ["acceptance", "publication", "membership"])
def test_whatever_ends_ends_it_at_once(territory: Territory, region: Territory, ending: str) -> None:
    place_of(region)
    joined = operations.join(actor=Actor.system(territory.pk), territory=territory, body=region, now=NOW)
    with use(territory=region):
        body = Actor.system(region.pk)
        published = operations.publish(actor=body, territory=region, kind="map", now=NOW)
    here = Actor.system(territory.pk)
    accepted = operations.accept(actor=here, territory=territory, publisher=region, kind="map", now=NOW)
    assert places_lent(territory, region) == [("Écocentre",)]
    later = NOW.replace(hour=15)
    if ending == "acceptance":
        operations.end_acceptance(actor=here, acceptance=accepted, now=later)
    elif ending == "membership":
        operations.leave(actor=here, membership=joined, now=later)
    else:
        with use(territory=region):
            operations.end_publication(actor=body, publication=published, now=later)
    assert places_lent(territory, region) == []


def test_what_is_lent_cannot_be_written(territory: Territory, region: Territory) -> None:
    place_of(region)
    show(region, "map")
    with borrowing(region, "map"):
        assert Place.objects.update(name="Pris") == 0
        assert Place.objects.all().delete()[0] == 0
        with pytest.raises(Error), transaction.atomic():
            Place.objects.create(kind="x", name="x", search_key="x", lat=1, lon=1, source_id="x", territory=region)
    with use(territory=region):
        assert Place.objects.get().name == "Écocentre"


def test_from_what_is_lent_no_other_scope_of_the_lender_opens(territory: Territory, region: Territory) -> None:
    show(region, "map")
    with borrowing(region, "map"):
        for scope in (Scope.TERRITORY, Scope.MINE, Scope.SIGN_IN, Scope.DELEGATED):
            with pytest.raises(RuntimeError), use(scope=scope):
                pass
        with use(territory=territory):
            assert Place.objects.count() == 0


@pytest.mark.parametrize("entry", LENT, ids=lambda entry: entry.model._meta.label)
def test_what_is_lent_holds_nothing_about_people_unless_marked(entry: Guarded) -> None:
    if entry.guard.network:
        return  # row by row, by its owner
    for field in entry.model._meta.concrete_fields:
        team_mailbox = entry.model._meta.label == "identity.Team"
        assert team_mailbox or not isinstance(field, EmailField), f"{entry.table}.{field.column} looks personal"
        assert field.related_model not in (Person, Account), f"{entry.table}.{field.column} names a person"
        assert field.column not in {"person_id", "actor_id", "author_id", "viewer_id", "phone"}


def test_people_are_never_lent(territory: Territory, region: Territory) -> None:
    person = PersonFactory(entered=[region])
    show(region, *Kind.values)
    for kind in Kind.values:
        with borrowing(region, kind):
            assert not Person.objects.filter(pk=person.pk).exists()


def test_rows_that_say_so_are_lent_one_by_one(territory: Territory, region: Territory) -> None:
    show(region, "services")
    ours = OrganisationFactory(name="Le nôtre", is_shared=True)
    shared = OrganisationFactory(territory=region, name="Partagé", is_shared=True)
    OrganisationFactory(territory=region, name="Gardé", is_shared=False)
    assert set(Organisation.objects.all()) == {ours}, "work lists hold our own rows only"
    with borrowing(region, "services"):
        assert set(Organisation.objects.all()) == {shared}


def test_a_delegated_service_lends_what_belongs_to_it_to_the_delegate(
    territory: Territory, neighbour: Territory, region: Territory
) -> None:
    place_of(territory, "Parc")
    DelegationFactory(delegate=region, service="geo")
    assert places_lent(region, territory, service="geo") == [("Parc",)]
    assert places_lent(region, territory, service="issues") == []
    assert places_lent(neighbour, territory, service="geo") == []


# -- the operations --------------------------------------------------------------------------------------------------


def test_only_what_is_published_can_be_accepted(territory: Territory, region: Territory, neighbour: Territory) -> None:
    acting = Actor.system(territory.pk)
    PublicationFactory(territory=neighbour, kind="news")
    MembershipFactory(body=region)
    for publisher, kind in ((region, "news"), (neighbour, "news"), (region, "potins"), (territory, "news")):
        with pytest.raises(Invalid):
            operations.accept(actor=acting, territory=territory, publisher=publisher, kind=kind, now=NOW)
    assert not Acceptance.objects.exists()


def test_a_kind_of_thing_that_nobody_knows_is_not_kept(territory: Territory) -> None:
    with pytest.raises(Error), transaction.atomic():
        Publication.objects.create(territory=territory, kind="potins")
    with pytest.raises(Error), transaction.atomic():
        Acceptance.objects.create(territory=territory, publisher=TerritoryFactory(), kind="potins")


# -- news ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def news(territory: Territory, neighbour: Territory, region: Territory) -> dict[str, NewsPage]:
    """A piece of news of each, and a draft of the region's."""
    for town in (territory, neighbour, region):
        ensure_territory_content(town)
    return {
        "ours": make_news(territory, "Marché samedi", published_on=NOW.date()),
        "next door": make_news(neighbour, "Chez le voisin", published_on=NOW.date()),
        "regional": make_news(region, "Écocentre ouvert", published_on=NOW.date(), is_pinned=True),
        "draft": make_news(region, "Pas encore dit", published_on=NOW.date(), live=False),
    }


def test_without_acceptance_only_our_own_news_is_shown(news: dict[str, NewsPage], region: Territory) -> None:
    assert [page.title for page in content.latest_news(9)] == ["Marché samedi"]
    show(region, "agenda", "map", "services")
    assert [page.title for page in content.latest_news(9)] == ["Marché samedi"], "another kind was accepted"


def test_accepted_news_is_shown_with_who_runs_it(
    news: dict[str, NewsPage], territory: Territory, region: Territory, client: Client
) -> None:
    show(region, "news")
    shown = {page.title: page for page in content.latest_news(9)}
    assert set(shown) == {"Marché samedi", "Écocentre ouvert"}, "neither a draft nor what was not accepted"
    assert shown["Écocentre ouvert"].run_by == region
    assert shown["Marché samedi"].run_by is None
    for address in ("", "nouvelles/"):
        page = client.get(f"/{territory.slug}/{address}").content.decode()
        assert "Écocentre ouvert" in page and "Marché samedi" in page
        assert f'href="/{region.slug}/nouvelles/ecocentre-ouvert/"' in page, "it leads to who runs it"
        assert escape(region.name) in page, "and says who that is"
        assert "Pas encore dit" not in page and "Chez le voisin" not in page
    assert "Marché samedi" not in client.get(f"/{region.slug}/nouvelles/").content.decode(), "one way only"


def test_the_list_of_news_turns_its_pages_through_ours_and_theirs_by_date(
    news: dict[str, NewsPage], territory: Territory, region: Territory
) -> None:
    show(region, "news")
    for days in range(1, 15):
        make_news(region if days % 2 else territory, f"Jour {days}", published_on=(NOW - timedelta(days)).date())
    client = Client(headers={"host": "localhost"})
    first, second = (client.get(f"/{territory.slug}/nouvelles/?page={n}").content.decode() for n in (1, 2))
    assert [day for day in range(1, 15) if f">Jour {day}<" in first] == list(range(1, 11))
    assert [day for day in range(1, 15) if f">Jour {day}<" in second] == list(range(11, 15))
    assert first.index(">Jour 1<") < first.index(">Jour 2<") < first.index(">Jour 10<")
    assert f"/{region.slug}/nouvelles/jour-1/" in first and f"/{territory.slug}/nouvelles/jour-2/" in first


def test_the_picture_of_what_is_lent_is_the_lenders_own(
    news: dict[str, NewsPage], territory: Territory, region: Territory, client: Client
) -> None:
    show(region, "news")
    with use(territory=region):
        news["regional"].picture = make_picture(region, "Bacs")
        news["regional"].save_revision().publish()
    page = client.get(f"/{territory.slug}/").content.decode()
    with use(territory=region):
        [drawn] = PictureRendition.objects.all()
    assert f"/{region.slug}/" in page and str(drawn.file.name).rpartition("/")[2] in page
    assert client.get(f"/{region.slug}/images/{drawn.pk}/x").status_code == 404
    assert not PictureRendition.objects.exists(), "nothing is drawn here"
    assert not Picture.objects.exists()
