"""A change drops the kept pages of everyone who shows something of it, and so does the end of what allowed that."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test import RequestFactory
from django.utils import timezone

from parvis.core.identity.tests.factories import (
    AcceptanceFactory,
    DelegationFactory,
    MembershipFactory,
    PersonFactory,
    PublicationFactory,
    RegionFactory,
    TerritoryFactory,
)
from parvis.core.tenancy.context import current, use
from parvis.core.tenancy.models import Territory
from parvis.core.territories import operations as ties
from parvis.core.ui import pagecache
from parvis.lib.actor import Actor


def told_at_commit(act: Callable[[], object]) -> set[str]:
    """Return which territories' kept pages are dropped when a transaction commits."""
    parameters = {**connection.get_connection_params(), "autocommit": True}
    for name in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(name, None)
    with psycopg.connect(**parameters) as line:
        line.execute(f"LISTEN {pagecache.CHANNEL}")
        act()
        return {notice.payload for notice in line.notifies(timeout=1)}


def test_a_change_drops_the_pages_of_those_who_show_it_and_so_does_every_ending(committed_db: object) -> None:
    with transaction.atomic(), use():
        member, other, body, helped = TerritoryFactory(), TerritoryFactory(), RegionFactory(), TerritoryFactory()
        for town in (member, other, helped):
            joined = MembershipFactory(territory=town, body=body)
        with use(territory=helped):
            DelegationFactory(delegate=body, service="issues")
        with use(territory=body):
            offer = PublicationFactory(kind="agenda")
        with use(territory=member):
            accepted = AcceptanceFactory(publisher=body, kind="agenda")

    def within(town: Territory, act: Callable[[], object]) -> set[str]:
        def run() -> None:
            with transaction.atomic(), use(territory=town):
                act()

        return told_at_commit(run)

    acting, now = Actor.system, timezone.now()
    ids = {name: str(town.pk) for name, town in (("member", member), ("body", body), ("helped", helped))}
    assert within(body, lambda: pagecache.bump(body.pk)) == {ids["body"], ids["member"]}
    assert within(helped, lambda: pagecache.bump(helped.pk)) == {ids["helped"], ids["body"]}
    assert within(other, lambda: pagecache.bump(other.pk)) == {str(other.pk)}
    assert within(other, lambda: pagecache.bump(other.pk, only=pagecache.MARKS)) == {f"{other.pk} marks"}
    end = ties.end_publication
    told = within(body, lambda: end(actor=acting(body.pk), publication=offer, now=now))
    assert told == {ids["body"], ids["member"]}
    told = within(member, lambda: ties.end_acceptance(actor=acting(member.pk), acceptance=accepted, now=now))
    assert told == {ids["member"]}
    told = within(helped, lambda: ties.leave(actor=acting(helped.pk), membership=joined, now=now))
    assert told == {ids["helped"], ids["body"]}


@pytest.mark.django_db
def test_a_part_is_made_once_as_for_a_visitor_and_again_after_a_change(
    territory: Territory, rf: RequestFactory, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PAGE_CACHE, kept = True, pagecache.PageCache()
    kept.listening, kept.ensure_listening = True, lambda: None  # type: ignore[method-assign]  # no line to the database
    monkeypatch.setattr(pagecache, "CACHE", kept)
    request, readers = rf.get("/"), []
    request.territory = territory

    def make() -> str:
        readers.append(current().person_id)
        return "Sur la place"

    with use(territory=territory, person=PersonFactory().pk):
        assert [pagecache.part(request, "square", make) for _ in range(2)] == ["Sur la place"] * 2
        assert readers == [None]
        kept.drop(str(territory.pk))
        pagecache.part(request, "square", make)
        assert readers == [None, None]
        kept.drop(str(territory.pk), pagecache.MARKS)
        for _ in range(2):
            pagecache.part(request, "square", make, unmoved_by=pagecache.MARKS)
        kept.drop(str(territory.pk), pagecache.MARKS)
        pagecache.part(request, "square", make, unmoved_by=pagecache.MARKS)
        assert len(readers) == 3
        kept.drop(str(territory.pk))
        pagecache.part(request, "square", make, unmoved_by=pagecache.MARKS)
    assert len(readers) == 4
