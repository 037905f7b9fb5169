"""People in an archive: recognised, never overwritten, and absent when they are to be absent."""

import zipfile
from collections.abc import Callable
from pathlib import Path

from allauth.account.models import EmailAddress
from django.db import transaction

from parvis.core.cases.models import Message
from parvis.core.identity.models import Account, Person, Presence
from parvis.core.identity.tests.factories import AccountFactory, PersonFactory
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.modules.issues.models import Issue

from .conftest import bring, export
from .town import WORDS, Made


def _somebody_here(email: str, *, verified: bool) -> Person:
    with transaction.atomic():
        person = PersonFactory(name="Alphonsine d'ici", email=email, phone="+18195550100", entered=[])
        account = AccountFactory(person=person)
        with use(scope=Scope.SIGN_IN):
            EmailAddress.objects.create(user=account, email=email, verified=verified, primary=True)
    return person


def test_who_confirmed_the_same_email_is_recognised_and_left_as_they_are(
    made: Made, empty_instance: Callable[[], None], tmp_path: Path
) -> None:
    export(tmp_path / "a.zip")
    empty_instance()
    here = _somebody_here(WORDS["email"].upper(), verified=True)
    loaded = bring(tmp_path / "a.zip")
    assert loaded.recognised == 1
    with transaction.atomic(), use(territory=loaded.territory):
        found = Person.objects.get(pk=here.pk)
        assert (found.name, found.phone) == ("Alphonsine d'ici", "+18195550100")
        assert not Person.objects.filter(pk=made.person.pk).exists()
        assert {issue.person_id for issue in Issue.objects.all()} == {here.pk}
        assert Presence.objects.filter(person=here).exists()


def test_an_email_that_nobody_confirmed_here_recognises_nobody(
    made: Made, empty_instance: Callable[[], None], tmp_path: Path
) -> None:
    export(tmp_path / "a.zip")
    empty_instance()
    here = _somebody_here(WORDS["email"], verified=False)
    loaded = bring(tmp_path / "a.zip")
    assert loaded.recognised == 0
    with transaction.atomic(), use(territory=loaded.territory):
        assert {issue.person_id for issue in Issue.objects.all()} == {made.person.pk}
        assert not Presence.objects.filter(person=here).exists()


def test_an_email_not_confirmed_where_it_comes_from_recognises_nobody(
    made: Made, empty_instance: Callable[[], None], tmp_path: Path
) -> None:
    with transaction.atomic(), use(scope=Scope.SIGN_IN):
        EmailAddress.objects.update(verified=False)
    export(tmp_path / "a.zip")
    empty_instance()
    _somebody_here(WORDS["email"], verified=True)
    assert bring(tmp_path / "a.zip").recognised == 0


def test_a_person_with_the_same_id_is_not_overwritten(made: Made, tmp_path: Path) -> None:
    export(tmp_path / "a.zip")
    with transaction.atomic(), use(scope=Scope.SIGN_IN):
        Person.objects.filter(pk=made.person.pk).update(name="Changée depuis", phone="")
    bring(tmp_path / "a.zip", slug="copie")
    with transaction.atomic(), use(scope=Scope.SIGN_IN):
        person = Person.objects.get(pk=made.person.pk)
        assert (person.name, person.phone) == ("Changée depuis", "")
        assert Account.objects.filter(pk=made.person.pk).exists()


def test_without_personal_data_nothing_of_anybody_is_in_it(
    made: Made, empty_instance: Callable[[], None], tmp_path: Path
) -> None:
    archive = tmp_path / "nameless.zip"
    export(archive, with_people=False)
    everything = _bytes_of(archive)
    with transaction.atomic(), use(scope=Scope.SIGN_IN):
        people = list(Person.objects.all())
    assert len(people) > 3
    for person in people:
        for value in (person.name, person.email, person.phone, person.address, str(person.pk)):
            assert value.encode() not in everything, value
    for words in WORDS.values():
        assert words.encode() not in everything, words
    assert b"Nid-de-poule" in everything, "what is not about people is there"
    empty_instance()
    with transaction.atomic(), use(territory=bring(archive).territory):
        assert Issue.objects.count() == 3
        assert set(Message.objects.values_list("text", flat=True)) <= {"", "–"}
        assert set(Person.objects.values_list("name", flat=True)) == {"–"}


def test_no_password_and_no_account_leaves(made: Made, tmp_path: Path) -> None:
    with transaction.atomic(), use(scope=Scope.SIGN_IN):
        secret = Account.objects.get(pk=made.person.pk).password
    export(tmp_path / "a.zip")
    everything = _bytes_of(tmp_path / "a.zip")
    assert WORDS["email"].encode() in everything
    assert secret.encode() not in everything
    assert b'"password"' not in everything


def _bytes_of(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return path.read_bytes() + b"".join(archive.read(name) for name in archive.namelist())
