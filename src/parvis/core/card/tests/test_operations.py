"""Cards: given, shown, printed, lost, replaced, ended; keys that change; and whoever may not."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import base45
import pytest
from cwt import COSE
from django.db import IntegrityError, transaction
from pycose.keys import CoseKey
from pycose.messages import CoseMessage

from parvis.core.card import codes, keyset, operations, queries
from parvis.core.card.models import Card, Place, Revocation, SigningKey, SigningSecret, Visit
from parvis.core.card.standing import claims_for, standing_of
from parvis.core.card.token import Claim, Reading, Verdict, read
from parvis.core.identity import sealing
from parvis.core.identity.tests.factories import PersonFactory
from parvis.core.registry.card import CardPurpose
from parvis.core.residency import operations as residency
from parvis.core.residency.models import Residency
from parvis.core.residency.tests.factories import ProvenFactory
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import change_settings
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotAllowed, NotFound, WrongState

from .cards import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def issued(actor: Actor) -> Card:
    return operations.issue_card(actor=actor, now=NOW)


def on_phone(card: Card, now=NOW) -> dict[str, codes.Code]:
    key = operations.ensure_key(now=now)
    made = codes.phone_codes(queries.card_of(card.person_id), key, standing_of(card.person, now), now)
    return {code.purpose.name: code for code in made}


def checked(text: str, territory: Territory, now=NOW, **more: object) -> Reading:
    given = {"keys": queries.trusted_keys(now), "revoked": set(queries.revoked_codes(now)), "here": territory.slug}
    return read(text, now=now, **given, **more)  # type: ignore[arg-type]  # by name


def test_a_resident_has_one_card_that_says_what_each_place_needs(resident: Actor, territory: Territory) -> None:
    ProvenFactory(person_id=resident.person_id)
    card = issued(resident)
    assert issued(resident) == card
    made = on_phone(card)
    pool, library = checked(made["card.resident"].text, territory), checked(made["card.member"].text, territory)
    assert pool.is_good
    assert pool.claims[Claim.RESIDENT] is True
    assert not {Claim.NAME, Claim.NUMBER, Claim.LEVEL, Claim.RESIDENT_UNTIL} & pool.claims.keys()
    assert (library.claims[Claim.NAME], library.claims[Claim.NUMBER]) == (card.person.name, card.number)
    assert Claim.RESIDENT not in library.claims
    assert checked(made["card.counter"].text, territory).claims[Claim.LEVEL] == 3


def test_what_a_module_grants_is_told_for_its_own_purpose_only(resident: Actor) -> None:
    card = issued(resident)
    tools = CardPurpose(
        "tools.lend", "Tools", "What you may borrow.", ("number",), entitlements=lambda who, now: ["b", "a"]
    )
    none = CardPurpose("tools.none", "Tools", "What you may borrow.", ("number",), entitlements=lambda who, now: [])
    standing = standing_of(card.person, NOW)
    assert claims_for(card, standing, tools, NOW) == {Claim.NUMBER: card.number, Claim.ENTITLEMENTS: ["a", "b"]}
    assert claims_for(card, standing, none, NOW) == {Claim.NUMBER: card.number}
    assert Claim.ENTITLEMENTS not in claims_for(card, standing, queries.purpose_named("card.counter"), NOW)


def test_a_guest_has_a_card_that_says_so(resident: Actor, territory: Territory) -> None:
    text = on_phone(issued(resident))["card.resident"].text
    assert checked(text, territory).claims[Claim.RESIDENT] is False
    assert checked(text, territory, residents_only=True).verdict is Verdict.NOT_RESIDENT


def test_nothing_ties_the_codes_of_a_card_together(resident: Actor) -> None:
    card = issued(resident)
    marks = {code.claims[Claim.CODE_ID] for code in on_phone(card).values()}
    marks |= {code.claims[Claim.CODE_ID] for code in on_phone(card, NOW + DAY).values()}
    assert len(marks) == 2 * len(queries.purposes())


def test_a_stranger_verifies_a_card_from_the_published_keys(resident: Actor) -> None:
    """The COSE key set as it is published, pycose, and nothing of ours."""
    text = on_phone(issued(resident))["card.member"].text
    published = keyset.cose_key_set(queries.published_keys(NOW))
    import cbor2

    message = CoseMessage.decode(base45.b45decode(text.removeprefix("PARVIS1:")))
    [key] = [one for one in cbor2.loads(published) if one[2] == message.phdr[list(message.phdr)[1]]]
    message.key = CoseKey.from_dict(key)
    assert message.verify_signature()
    assert COSE.new() is not None
    [jwk] = keyset.jwk_set(queries.published_keys(NOW))["keys"]
    assert json.dumps(jwk)
    assert (jwk["kty"], jwk["alg"], "d" in jwk) == ("EC", "ES256", False)


def test_the_wrong_person_and_the_wrong_town(
    resident: Actor, other_resident: Actor, neighbour: Territory, neighbour_clerk: Actor, territory: Territory
) -> None:
    card = issued(resident)
    for wrong in (other_resident, neighbour_clerk):
        with pytest.raises(NotAllowed):
            operations.issue_card(actor=wrong, now=NOW, person_id=resident.person_id)
        with pytest.raises(NotAllowed):
            operations.print_card(actor=wrong, card=card, purpose="card.member", now=NOW)
        with pytest.raises(NotAllowed):
            operations.replace_card(actor=wrong, card=card, because="lost", now=NOW)
        with pytest.raises(NotAllowed):
            operations.end_card(actor=wrong, card=card, because="unwanted", now=NOW)
        with pytest.raises(NotAllowed):
            operations.rotate_key(actor=wrong, now=NOW)
    text = on_phone(card)["card.resident"].text
    assert checked(text, neighbour).verdict is Verdict.ELSEWHERE
    with use(territory=neighbour):
        assert queries.by_number(card.number) is None
        assert queries.signing_key() is None
        assert SigningSecret._base_manager.count() == 0


def test_a_regional_body_gives_no_cards(region: Territory) -> None:
    with use(territory=region):
        person = PersonFactory(entered=[region])
        with pytest.raises(NotAllowed):
            issued(Actor(territory_id=region.pk, person_id=person.pk, level=1))


def test_a_lost_card_is_refused_at_once_and_the_new_one_holds(resident: Actor, territory: Territory) -> None:
    card = issued(resident)
    before = {name: code.text for name, code in on_phone(card, NOW - DAY).items()}
    paper = operations.print_card(actor=resident, card=card, purpose="card.counter", now=NOW).text
    with pytest.raises(Invalid):
        operations.replace_card(actor=resident, card=card, because="bored", now=NOW)
    new = operations.replace_card(actor=resident, card=card, because="lost", now=NOW)
    assert new.number != card.number
    assert checked(paper, territory).verdict is Verdict.REVOKED
    assert checked(before["card.member"], territory, NOW - timedelta(hours=1)).verdict is Verdict.REVOKED
    assert all(checked(code.text, territory).is_good for code in on_phone(new).values())
    with pytest.raises(WrongState):
        operations.replace_card(actor=resident, card=card, because="lost", now=NOW)
    with pytest.raises(WrongState):
        operations.print_card(actor=resident, card=card, purpose="card.counter", now=NOW)


def test_who_moves_away_is_a_guest_at_once_on_paper_too(resident: Actor, clerk: Actor, territory: Territory) -> None:
    row = residency.claim_residency(actor=resident, address="47, rue Principale", now=NOW)
    row = residency.prove_at_counter(actor=clerk, residency=row, seen=["lease"], now=NOW)
    card = issued(resident)
    paper = operations.print_card(actor=resident, card=card, purpose="card.counter", now=NOW).text
    phone = on_phone(card)["card.resident"].text
    assert checked(paper, territory).is_good
    residency.end_residency(actor=resident, residency=row, because="moved", now=NOW)
    operations.void_codes(person_id=resident.person_id, now=NOW)
    operations.void_codes(person_id=resident.person_id, now=NOW)
    assert checked(paper, territory).verdict is Verdict.REVOKED
    assert checked(phone, territory).verdict is Verdict.REVOKED
    assert checked(on_phone(card)["card.resident"].text, territory).claims[Claim.RESIDENT] is False


def test_the_end_of_a_residency_reaches_the_card(resident: Actor) -> None:
    from parvis.core.card import subscribers
    from parvis.core.events.operations import Event

    row = ProvenFactory(person_id=resident.person_id)
    card = issued(resident)
    event = Event(uuid4(), "residency.ended", card.territory_id, "", row.pk, None, None, "web", NOW, {})
    subscribers.void_what_they_say(event)
    card.refresh_from_db()
    assert card.edition == 2
    assert Residency.objects.filter(pk=row.pk).exists()


def test_paper_ends_with_the_proof_and_phones_after_some_hours(resident: Actor, territory: Territory) -> None:
    ProvenFactory(person_id=resident.person_id, valid_until=(NOW + 60 * DAY).date())
    change_settings("card", phone_hours=6, paper_months=24)
    card = issued(resident)
    paper = operations.print_card(actor=resident, card=card, purpose="card.counter", now=NOW)
    assert (paper.expires_at - NOW).days in {90, 91}
    phone = on_phone(card)["card.resident"].text
    assert checked(phone, territory, NOW + timedelta(hours=5)).is_good
    assert checked(phone, territory, NOW + timedelta(hours=7)).verdict is Verdict.OLD_PICTURE
    assert checked(paper.text, territory, NOW + 80 * DAY).is_good
    assert checked(paper.text, territory, NOW + 95 * DAY).verdict is Verdict.EXPIRED


def test_a_new_key_breaks_no_card(resident: Actor, clerk: Actor, territory: Territory) -> None:
    card = issued(resident)
    paper = operations.print_card(actor=resident, card=card, purpose="card.member", now=NOW).text
    phone = on_phone(card)["card.member"].text
    first = queries.signing_key()
    second = operations.rotate_key(actor=clerk, now=NOW)
    assert first.pk != second.pk
    for text in (paper, phone, on_phone(card)["card.member"].text):
        assert checked(text, territory).is_good
    assert len(queries.published_keys(NOW)) == 2
    later = NOW + 100 * DAY
    assert checked(paper, territory, later).is_good
    assert [row.pk for row, _ in queries.published_keys(NOW + 800 * DAY)] == [second.pk]


def test_a_key_that_leaked_is_trusted_no_more(resident: Actor, clerk: Actor, territory: Territory) -> None:
    card = issued(resident)
    before = on_phone(card)["card.member"].text
    operations.rotate_key(actor=clerk, now=NOW, distrust=True)
    assert checked(before, territory).verdict is Verdict.UNKNOWN
    assert checked(on_phone(card)["card.member"].text, territory).is_good


def test_secrets_are_sealed_and_sealed_again(resident: Actor, territory: Territory, settings, tmp_path) -> None:
    settings.SECRETS_KEY_FILE = tmp_path / "keys"
    card = issued(resident)
    kept = SigningSecret.objects.get().sealed
    assert "PRIVATE" not in kept
    sealing.rotate()
    assert operations.reseal_keys() == 1
    assert SigningSecret.objects.get().sealed != kept
    assert checked(on_phone(card)["card.member"].text, territory).is_good


def test_what_must_never_be_false_is_the_databases_to_say(resident: Actor) -> None:
    card = issued(resident)
    for wrong in (
        {"person_id": resident.person_id},
        {"person": PersonFactory(), "number": card.number},
        {"person": PersonFactory(), "state": "ended"},
        {"person": PersonFactory(), "ended_at": NOW},
        {"person": PersonFactory(), "state": "ended", "ended_at": NOW},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Card.objects.create(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningKey.objects.create(kid="ff" * 8, issuer="x", x="x", y="y")
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningKey.objects.update(distrusted_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningSecret.objects.update(sealed="")


def place(clerk: Actor, **changes: object) -> Place:
    values = {"name": "Piscine", "purpose": "card.resident", "residents_only": False, **changes}
    return operations.open_place(actor=clerk, now=NOW, **values)  # type: ignore[arg-type]  # by name


def test_an_entry_is_counted_once_whatever_the_line_does(clerk: Actor) -> None:
    pool, key = place(clerk), uuid4()
    given = {"actor": clerk, "place": pool, "mark": "0123456789abcdef", "resident": True}
    first = operations.count_visit(key=key, happened_at=NOW - timedelta(hours=3), now=NOW, **given)
    again = operations.count_visit(key=key, now=NOW + DAY, **given)
    assert again.pk == first.pk
    assert first.happened_at == NOW - timedelta(hours=3)
    second = operations.count_visit(key=uuid4(), now=NOW, **given)
    assert (first.again, second.again) == (False, True)
    assert queries.counted(pool, first.day) == {"entries": 2, "people": 1, "residents": 1}
    for _ in range(2):
        operations.take_back_visit(actor=clerk, place=pool, key=second.key, now=NOW)
    assert queries.counted(pool, first.day)["entries"] == 1
    with pytest.raises(NotFound):
        operations.take_back_visit(actor=clerk, place=pool, key=uuid4(), now=NOW)


def test_a_telephones_clock_is_believed_for_two_weeks(clerk: Actor) -> None:
    pool = place(clerk)
    given = {"actor": clerk, "place": pool, "now": NOW}
    assert operations.count_visit(key=uuid4(), happened_at=NOW + DAY, **given).happened_at == NOW
    assert operations.count_visit(key=uuid4(), happened_at=NOW - 30 * DAY, **given).happened_at == NOW
    with pytest.raises(Invalid):
        operations.count_visit(key=uuid4(), mark="<script>", **given)


def test_entries_are_counted_by_who_may(
    clerk: Actor, resident: Actor, neighbour_clerk: Actor, territory: Territory
) -> None:
    pool = place(clerk)
    for wrong in (resident, neighbour_clerk, replace(clerk, grants=())):
        with pytest.raises(NotAllowed):
            operations.count_visit(actor=wrong, place=pool, key=uuid4(), now=NOW)
        with pytest.raises(NotAllowed):
            operations.open_place(actor=wrong, name="X", purpose="card.resident", residents_only=False, now=NOW)
        with pytest.raises(NotAllowed):
            operations.close_place(actor=wrong, place=pool, now=NOW)
    assert Visit.objects.count() == 0


def test_a_place_asks_for_what_exists(clerk: Actor) -> None:
    place(clerk)
    for wrong in ({"name": " "}, {"name": "A", "purpose": "nothing"}):
        with pytest.raises(Invalid):
            place(clerk, **wrong)
    with pytest.raises(Invalid):
        place(clerk, name="B", purpose="card.member", residents_only=True)
    from parvis.lib.errors import Conflict

    with pytest.raises(Conflict):
        place(clerk)


def test_marks_and_revoked_codes_are_forgotten(clerk: Actor, resident: Actor) -> None:
    pool = place(clerk)
    operations.count_visit(actor=clerk, place=pool, key=uuid4(), mark="0123456789abcdef", now=NOW)
    assert operations.forget_marks(now=NOW + DAY) == 0
    assert operations.forget_marks(now=NOW + 3 * DAY) == 1
    operations.end_card(actor=resident, card=issued(resident), because="unwanted", now=NOW)
    assert Revocation.objects.count() > 0
    assert operations.forget_revoked(now=NOW + DAY) == 0
    operations.forget_revoked(now=NOW + 4 * DAY)
    assert Revocation.objects.count() == 0
    assert operations.forget_old_cards(now=NOW + 700 * DAY) == 0
    assert operations.forget_old_cards(now=NOW + 800 * DAY) == 1


def test_erasing_revokes_and_deletes(resident: Actor, territory: Territory) -> None:
    card = issued(resident)
    text = on_phone(card)["card.member"].text
    operations.forget_cards(person_id=resident.person_id, now=NOW)
    assert not Card.objects.exists()
    assert checked(text, territory).verdict is Verdict.REVOKED
