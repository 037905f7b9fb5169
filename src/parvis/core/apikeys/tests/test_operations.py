"""Keys: asked for, decided, shown once, used, throttled, revoked, forgotten; each by the wrong person too."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from parvis.core.apikeys import operations, queries, rules
from parvis.core.apikeys.models import ApiKey, Spending
from parvis.core.audit.models import Entry
from parvis.core.identity.models import Organisation, Person
from parvis.core.identity.tests.factories import OrganisationFactory, OrganisationMemberFactory, staff_actor
from parvis.core.tenancy.context import use
from parvis.core.tenancy.switches import change_settings, set_switch
from parvis.lib.actor import Actor, Channel
from parvis.lib.errors import Invalid, NotAllowed, TooMuch, WrongState

from .factories import TOKEN, ApiKeyFactory, asked_key

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)
SAID = {"name": "Carte", "purpose": "Un cours de géographie", "scopes": ["issues.read"]}


@pytest.fixture
def workshop(territory, resident) -> Organisation:
    """An admitted organisation that `resident` manages."""
    made = OrganisationFactory(status="admitted", decided_at=NOW)
    OrganisationMemberFactory(organisation=made, person_id=resident.person_id, role="manager", starts_at=NOW)
    return made


def test_from_the_request_to_the_secret(territory, resident, clerk):
    key = operations.ask_for_key(actor=resident, now=NOW, **SAID)
    assert (key.state, key.token_hash) == ("asked", "")
    with pytest.raises(WrongState):
        operations.issue_secret(actor=resident, key=key, now=NOW)
    operations.approve_key(actor=clerk, key=key, per_minute=30, now=NOW)
    key, token = operations.issue_secret(actor=resident, key=key, now=NOW)
    assert token.startswith(key.prefix + "_")
    assert len(token) > 50
    assert (key.state, key.per_minute, key.expires_at) == ("active", 30, NOW + timedelta(days=365))
    assert queries.key_of(token, territory, now=NOW) == key
    with pytest.raises(WrongState):
        operations.issue_secret(actor=resident, key=key, now=NOW)


def test_the_secret_stands_nowhere(territory, resident, clerk):
    key = operations.ask_for_key(actor=resident, now=NOW, **SAID)
    operations.approve_key(actor=clerk, key=key, now=NOW)
    _, token = operations.issue_secret(actor=resident, key=key, now=NOW)
    secret = token.split("_", 2)[2]
    with connection.cursor() as cursor:
        for table in ("apikeys_apikey", "audit_entry", "procrastinate_jobs"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{secret}%"])
            assert cursor.fetchone()[0] == 0
    assert secret not in json.dumps(list(Entry.objects.values_list("data", flat=True)))


@pytest.mark.parametrize("wrong", [{"name": " "}, {"purpose": ""}, {"scopes": []}, {"scopes": ["everything"]}])
def test_a_request_says_what_for(territory, resident, wrong):
    with pytest.raises(Invalid):
        operations.ask_for_key(actor=resident, now=NOW, **{**SAID, **wrong})


def test_a_service_that_is_off_gives_no_scope(territory, resident):
    set_switch(module="issues", is_on=False)
    with pytest.raises(Invalid):
        operations.ask_for_key(actor=resident, now=NOW, **SAID)


def test_who_may_ask(territory, neighbour_clerk, visitor, resident, other_resident, workshop):
    for wrong in (visitor, neighbour_clerk):
        assert not rules.can_ask_for_key(wrong)
        with pytest.raises(NotAllowed):
            operations.ask_for_key(actor=wrong, now=NOW, **SAID)
    assert rules.can_ask_for_key(resident, workshop)
    with pytest.raises(NotAllowed):
        operations.ask_for_key(actor=other_resident, organisation=workshop, now=NOW, **SAID)


def test_five_requests_wait_at_most(territory, resident, other_resident):
    for _ in range(5):
        operations.ask_for_key(actor=resident, now=NOW, **SAID)
    with pytest.raises(TooMuch):
        operations.ask_for_key(actor=resident, now=NOW, **SAID)
    operations.ask_for_key(actor=other_resident, now=NOW, **SAID)


def test_only_staff_with_the_right_decide(territory, resident, neighbour_clerk):
    key = asked_key(person_id=resident.person_id)
    for wrong in (resident, neighbour_clerk, staff_actor(territory, "issues.work")):
        assert not rules.can_manage_keys(wrong)
        with pytest.raises(NotAllowed):
            operations.approve_key(actor=wrong, key=key, now=NOW)
        with pytest.raises(NotAllowed):
            operations.refuse_key(actor=wrong, key=key, reason="non", now=NOW)
        with pytest.raises(NotAllowed):
            operations.make_key(actor=wrong, now=NOW, **SAID)
    key.refresh_from_db()
    assert key.state == "asked"


def test_nobody_gives_a_key_more_than_they_may_do_themselves(territory, resident):
    giver = staff_actor(territory, "apikeys.manage")
    key = asked_key(person_id=resident.person_id, scopes=["issues.work"])
    assert not rules.can_give_scopes(giver, ["issues.work"])
    with pytest.raises(NotAllowed):
        operations.approve_key(actor=giver, key=key, now=NOW)
    with pytest.raises(NotAllowed):
        operations.make_key(actor=giver, now=NOW, **{**SAID, "scopes": ["issues.work"]})
    operations.approve_key(actor=staff_actor(territory, "apikeys.manage", "issues.work"), key=key, now=NOW)


def test_a_refusal_says_why_and_is_final(territory, clerk, resident):
    key = asked_key(person_id=resident.person_id)
    with pytest.raises(Invalid):
        operations.refuse_key(actor=clerk, key=key, reason=" ", now=NOW)
    operations.refuse_key(actor=clerk, key=key, reason="Sans usage clair.", now=NOW)
    with pytest.raises(WrongState):
        operations.approve_key(actor=clerk, key=key, now=NOW)


def test_another_person_neither_fetches_nor_revokes(territory, resident, other_resident, clerk):
    key = asked_key(person_id=resident.person_id, state="approved")
    assert not rules.can_look_after(other_resident, key)
    for step in (operations.issue_secret, operations.revoke_key):
        with pytest.raises(NotAllowed):
            step(actor=other_resident, key=key, now=NOW)
    with pytest.raises(NotAllowed):
        operations.issue_secret(actor=clerk, key=key, now=NOW)


def test_the_manager_of_today_looks_after_the_key_of_an_organisation(territory, resident, other_resident, workshop):
    key = asked_key(person_id=resident.person_id, organisation=workshop, state="approved")
    assert key in queries.keys_for(resident.person_id, NOW + timedelta(1))
    workshop.members.update(ends_at=NOW + timedelta(seconds=1))
    assert not rules.can_look_after(resident, key)
    with pytest.raises(NotAllowed):
        operations.issue_secret(actor=resident, key=key, now=NOW + timedelta(1))


def test_staff_make_a_key_for_an_application(territory, clerk):
    key, token = operations.make_key(actor=clerk, now=NOW, email="garage@example.test", per_minute=600, **SAID)
    assert queries.key_of(token, territory, now=NOW) == key
    for wrong in ({"expires_at": NOW}, {"expires_at": NOW + timedelta(days=2000)}, {"per_minute": 0}):
        with pytest.raises(Invalid):
            operations.make_key(actor=clerk, now=NOW, **SAID, **wrong)


def test_a_key_opens_one_territory_only(territory, neighbour):
    ApiKeyFactory()
    assert queries.key_of(TOKEN, territory) is not None
    assert queries.key_of(TOKEN, neighbour) is None
    with use(territory=neighbour):
        assert queries.key_of(TOKEN, territory) is not None
        assert not ApiKey.objects.exists()


@pytest.mark.parametrize("token", ["", "x", TOKEN + "x", TOKEN[:-1], "é" * 20, "x" * 100_000])
def test_another_token_opens_nothing(territory, token):
    ApiKeyFactory()
    assert queries.key_of(token, territory) is None


def test_a_key_ends(territory, clerk, workshop):
    key = ApiKeyFactory(expires_at=NOW, organisation=workshop)
    assert queries.key_of(TOKEN, territory, now=NOW - timedelta(seconds=1)) is not None
    assert queries.key_of(TOKEN, territory, now=NOW) is None
    ApiKey.objects.update(expires_at=NOW + timedelta(days=1))
    workshop.status = "left"
    workshop.save()
    assert queries.key_of(TOKEN, territory, now=NOW) is None
    Organisation.objects.update(status="admitted")
    operations.revoke_key(actor=clerk, key=key, now=NOW)
    assert queries.key_of(TOKEN, territory, now=NOW) is None
    with pytest.raises(WrongState):
        operations.revoke_key(actor=clerk, key=key, now=NOW)


def test_the_actor_of_a_key_may_what_its_scopes_say(territory, neighbour):
    actor = queries.actor_of(ApiKeyFactory(scopes=["issues.read", "issues.work"]))
    assert (actor.channel, actor.person_id, actor.is_staff()) == (Channel.PARTNER, None, False)
    assert actor.may("issues.work")
    assert actor.reaches("issues.read")
    assert not actor.reaches("issues.report")
    assert not actor.may("issues.configure")
    assert not actor.may("issues.work", territory_id=neighbour.pk)
    assert Actor.visitor(territory.pk).reaches("issues.report")
    set_switch(module="issues", is_on=False)
    assert not queries.actor_of(ApiKey.objects.get()).may("issues.work")


def test_a_key_is_throttled_by_the_minute(territory):
    key = ApiKeyFactory(per_minute=3)
    for _ in range(3):
        operations.note_use(key=key, now=NOW)
    with pytest.raises(TooMuch):
        operations.note_use(key=key, now=NOW + timedelta(seconds=59))
    operations.note_use(key=key, now=NOW + timedelta(seconds=60))


def test_other_connections_count_too(territory):
    key = ApiKeyFactory(per_minute=3)
    minute = int(NOW.timestamp()) // 60
    Spending.objects.create(key_id=key.pk, connection=-1, minute=minute, used=2)
    Spending.objects.create(key_id=key.pk, connection=-2, minute=minute - 1, used=500)
    operations.note_use(key=key, now=NOW)
    with pytest.raises(TooMuch):
        operations.note_use(key=key, now=NOW)


def test_the_last_use_is_known_to_the_hour_and_written_once_an_hour(territory, django_assert_num_queries):
    key = ApiKeyFactory()
    operations.note_use(key=key, now=NOW + timedelta(minutes=42))
    key.refresh_from_db()
    assert key.last_used_at == NOW
    with django_assert_num_queries(1):
        operations.note_use(key=key, now=NOW + timedelta(minutes=50))
    operations.note_use(key=key, now=NOW + timedelta(minutes=61))
    key.refresh_from_db()
    assert key.last_used_at == NOW + timedelta(hours=1)


def test_owners_are_told_once_before_the_end(territory, neighbour, resident):
    soon = ApiKeyFactory(person_id=resident.person_id, expires_at=NOW + timedelta(days=29))
    ApiKeyFactory(token_hash="b", expires_at=NOW + timedelta(days=31))
    ApiKeyFactory(token_hash="c", expires_at=NOW - timedelta(days=1))
    ApiKeyFactory(token_hash="d", territory=neighbour, expires_at=NOW + timedelta(days=2))
    assert operations.warn_before_expiry(now=NOW) == 1
    assert operations.warn_before_expiry(now=NOW) == 0
    assert Entry.objects.get(name="apikeys.expiring").subject_id == soon.pk


def test_keys_are_forgotten_two_years_after_they_closed(territory):
    long_ago = NOW - timedelta(days=731)
    ApiKeyFactory(expires_at=long_ago)
    ApiKeyFactory(token_hash="b", state="revoked", revoked_at=long_ago)
    asked_key(state="refused", reason="non", decided_at=long_ago)
    kept = [
        ApiKeyFactory(token_hash="c"),
        asked_key(),
        ApiKeyFactory(token_hash="d", state="revoked", revoked_at=NOW),
    ]
    operations.forget_keys(now=NOW)
    assert set(ApiKey.objects.all()) == set(kept)
    Spending.objects.create(key_id=kept[0].pk, connection=1, minute=5, used=1)
    operations.forget_spending(now=NOW)
    assert not Spending.objects.exists()


def test_erasure_closes_ones_own_keys_and_keeps_the_organisations(territory, resident, workshop):
    ApiKeyFactory(person_id=resident.person_id)
    theirs = ApiKeyFactory(token_hash="b", person_id=resident.person_id, organisation=workshop)
    operations.erase_keys_of(person_id=resident.person_id)
    [left] = ApiKey.objects.all()
    assert (left, left.person_id) == (theirs, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "active", "expires_at": None},
        {"state": "asked"},
        {"issued_at": None},
        {"scopes": []},
        {"per_minute": 0},
        {"state": "revoked"},
        {"revoked_at": NOW},
    ],
)
def test_the_database_refuses_what_cannot_be(territory, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKeyFactory(**wrong)


def test_two_keys_never_share_a_secret(territory, neighbour):
    ApiKeyFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiKeyFactory(territory=neighbour)


def test_a_settings_change_reaches_the_next_key(territory, resident, clerk):
    change_settings("apikeys", lasts_days=10, per_minute=7)
    key = operations.ask_for_key(actor=resident, now=NOW, **SAID)
    operations.approve_key(actor=clerk, key=key, now=NOW)
    key, _ = operations.issue_secret(actor=resident, key=key, now=NOW)
    assert (key.per_minute, key.expires_at) == (7, NOW + timedelta(days=10))
    assert Person.objects.filter(pk=key.person_id).exists()
