"""What a territory has settled is kept by a process for those who cannot change it, until it changes."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parvis.core.identity.models import Person, Team
from parvis.core.identity.tests.factories import TerritoryFactory, make_staff, sign_in
from parvis.core.tenancy import memo
from parvis.core.tenancy.context import current, use
from parvis.core.tenancy.facts import EVERY, Facts
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import change_settings, settings_of
from parvis.core.webhooks.models import Subscription
from parvis.lib.actor import Actor

from .test_kept_pages import told_at_commit


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[Facts]:
    """The facts of a process that hears of changes."""
    made = Facts()
    made.listening = True
    monkeypatch.setattr(memo, "KEPT", made)
    return made


def queries() -> CaptureQueriesContext:
    return CaptureQueriesContext(connection)


@pytest.mark.django_db
def test_every_model_of_facts_has_its_trigger() -> None:
    wanted = {model._meta.db_table for model in apps.get_models() if getattr(model, "is_fact", False)}
    assert {"tenancy_setting", "issues_category", "geo_district", "webhooks_subscription"} <= wanted
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = tgrelid::regclass::text || '_facts'"
        )
        assert {table for (table,) in cursor.fetchall()} == wanted


def test_whoever_changes_a_fact_the_processes_are_told_at_commit(committed_db: object) -> None:
    with transaction.atomic(), use():
        town = TerritoryFactory()

    def within(statement: str) -> set[str]:
        def run() -> None:
            with transaction.atomic(), use(territory=town), connection.cursor() as cursor:
                cursor.execute(statement)

        return told_at_commit(run)

    notice = f"{town.pk} facts"
    row = f"('0190a000-0000-7000-8000-000000000001', '{town.pk}', 'voirie', 'Voirie', '')"
    assert within(f"INSERT INTO identity_team (id, territory_id, slug, name, email) VALUES {row}") == {notice}
    assert within("UPDATE identity_team SET name = 'Travaux'") == {notice}
    assert within("DELETE FROM identity_team") == {notice}
    assert within(f"UPDATE tenancy_territory SET phone = '1' WHERE id = '{town.pk}'") == {notice}
    with transaction.atomic(), use(territory=town):
        Subscription.objects.create(
            name="Essai", url="https://example.org/", events=["issues.reported"], sealed_secret="x"
        )
    assert within("UPDATE webhooks_subscription SET failures = 1, failing_since = now()") == set(), (
        "no part of the fact"
    )
    assert within("UPDATE webhooks_subscription SET events = '{issues.resolved}'") == {notice}


@pytest.mark.django_db
def test_a_fact_is_asked_once_until_it_changes_and_only_by_who_relies_on_it(territory: Territory, kept: Facts) -> None:
    def asked() -> int:
        with memo.remembering(), queries() as told:
            memo.rely_on_facts()
            settings_of("issues")
        return len(told)

    with use(territory=territory):
        assert [asked(), asked()] == [1, 0]
        kept.drop(str(territory.pk))
        assert [asked(), asked()] == [1, 0]
        kept.drop("*")
        assert [asked(), asked()] == [1, 0]
        kept.listening = False
        assert asked() == 1
        kept.listening = True
        with memo.remembering(), queries() as told:
            settings_of("issues")
        assert len(told) == 1, "who may change it asks"
        with memo.remembering():
            memo.rely_on_facts()
            settings_of("issues")
            change_settings("issues", anonymous_allowed=False)
            assert settings_of("issues").anonymous_allowed is False, "what was just written"


@pytest.mark.django_db
def test_what_changed_while_it_was_asked_is_not_kept(territory: Territory, kept: Facts) -> None:
    def ask() -> str:
        kept.drop(str(territory.pk))
        return "before"

    with use(territory=territory), memo.remembering():
        memo.rely_on_facts()
        assert memo.remembered("x", ask, fact_of=territory.pk) == "before"
    assert kept.of(territory.pk) == {}


@pytest.mark.django_db
def test_what_one_town_settled_is_no_answer_for_its_neighbour(
    territory: Territory, neighbour: Territory, kept: Facts
) -> None:
    found = []
    for town in (territory, neighbour):
        with use(territory=town):
            Team.objects.create(slug="voirie", name=town.name)
            with memo.remembering():
                memo.rely_on_facts()
                rows = Team.objects.filter(slug="voirie")
                found.append(memo.remembered("team", rows.get, fact_of=current().territory_id).name)
    assert found == [territory.name, neighbour.name]


@pytest.mark.django_db
def test_residents_and_visitors_rely_on_facts_and_staff_and_programs_do_not(
    territory: Territory, resident: Actor, kept: Facts
) -> None:
    def keeps(client: Client, path: str = "signalements/nouveau") -> bool:
        kept.drop("*")
        assert client.get(f"/{territory.slug}/{path}").status_code == 200
        return bool(kept.of(territory.pk))

    visitor, signed_in, staff = (Client(headers={"host": "localhost"}) for _ in range(3))
    sign_in(signed_in, Person.objects.get(pk=resident.person_id))
    sign_in(staff, make_staff(territory, "cases.work"))
    assert keeps(visitor)
    assert kept.of(EVERY)
    assert keeps(signed_in)
    assert not kept.of(EVERY), "who has a session is not known yet when the town is looked up"
    assert not keeps(staff)
    kept.drop("*")
    Client(headers={"host": "localhost"}).get(f"/api/v1/{territory.slug}/issues/")
    assert not kept.of(EVERY)
    assert not kept.of(territory.pk)
