"""What was forgotten stays forgotten: written outside the database, done again where an older copy came back."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from parvis.core.identity.models import Person
from parvis.core.identity.queries import has_entered
from parvis.core.identity.tests.factories import AccountFactory, PersonFactory, PresenceFactory
from parvis.core.privacy import ledger, operations, queries
from parvis.core.privacy.models import Forgotten
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.ids import new_id

from .conftest import NEWS

pytestmark = pytest.mark.django_db
NOW = timezone.now() + timedelta(days=2)  # after everybody has entered


@pytest.fixture
def file(settings, tmp_path):
    settings.FORGOTTEN_FILE = tmp_path / "apart" / "forgotten.jsonl"
    return settings.FORGOTTEN_FILE


def line(what, person, territory=None, **more):
    row = {"id": str(new_id()), "what": what, "person": str(person.pk), "subject": None, "detail": "", **more}
    return {**row, "territory": str(territory.pk) if territory else None, "at": NOW.isoformat()}


def test_an_erasure_is_written_outside_the_database_once(territory, judith, officer, file):
    operations.erase_person(actor=officer, person_id=judith.pk, now=NOW)
    row = Forgotten.objects.get()
    assert not file.exists(), "the file follows the commit"
    operations.keep_line(line_id=row.pk)
    operations.keep_line(line_id=row.pk)
    [kept] = ledger.read(file).values()
    assert kept["person"] == str(judith.pk)
    assert file.stat().st_mode & 0o777 == 0o600
    assert "Judith" not in file.read_text()
    assert operations.complete_ledger() == 0
    assert operations.forget_again(now=NOW) == 0, "what the database knows is not done again"


def test_a_file_that_was_lost_or_cut_short_is_completed(territory, judith, officer, file):
    operations.erase_person(actor=officer, person_id=judith.pk, now=NOW)
    assert operations.complete_ledger() == 1
    whole = file.read_text()
    file.write_text(whole[:40])
    assert operations.complete_ledger() == 1
    assert [json.loads(text)["id"] for text in file.read_text().splitlines()[1:]] == [str(Forgotten.objects.get().pk)]
    assert operations.complete_ledger() == 0


def test_who_came_back_with_a_backup_is_erased_again(with_module, territory, neighbour, judith, me, file):
    PresenceFactory(person=judith, territory=neighbour)
    asked = operations.ask_erasure(actor=me, now=NOW - timedelta(days=2))
    ledger.append(file, [line("erased", judith, territory, subject=str(asked.pk))])
    assert operations.forget_again(now=NOW) == 1
    asked.refresh_from_db()
    assert asked.state == "done"
    assert not has_entered(judith.pk, territory.pk)
    assert has_entered(judith.pk, neighbour.pk), "erasure is one town's"
    assert operations.forget_again(now=NOW) == 0


def test_a_consent_that_was_taken_back_stays_so(with_module, territory, judith, me, file):
    operations.set_consent(actor=me, person_id=judith.pk, purpose=NEWS, is_given=True, now=NOW - timedelta(days=1))
    ledger.append(file, [line("withdrawn", judith, territory, detail=NEWS)])
    assert queries.consents(judith.pk, NEWS)
    operations.forget_again(now=NOW)
    assert not queries.consents(judith.pk, NEWS)


def test_an_account_that_was_closed_stays_so(territory, file):
    person = AccountFactory(person=PersonFactory(entered=[])).person
    ledger.append(file, [line("closed", person)])
    operations.forget_again(now=NOW)
    with use(scope=Scope.SIGN_IN):
        assert Person.objects.get(pk=person.pk).email == ""


def test_lines_about_nobody_and_nowhere_are_passed_over(territory, neighbour, judith, file):
    gone = Person(pk=new_id())
    stranger = PersonFactory(entered=[neighbour])
    nowhere = {**line("erased", judith), "territory": str(new_id())}
    ledger.append(file, [line("erased", gone, territory), line("erased", stranger, territory), nowhere])
    ledger.append(file, [line("closed", gone), line("withdrawn", gone, territory, detail=NEWS)])
    assert operations.forget_again(now=NOW) == 5
    assert has_entered(stranger.pk, neighbour.pk)
    assert has_entered(judith.pk, territory.pk)


def test_only_lines_count(tmp_path):
    path = tmp_path / "ledger"
    assert ledger.read(path) == {}
    path.write_text('{"id": "a"}\nnothing\n[1]\n{"no": 1}\n{"id": "b"}')
    assert list(ledger.read(path)) == ["a", "b"]
    ledger.append(path, [])
    ledger.append(path, [{"id": str(UUID(int=1))}])
    assert len(ledger.read(path)) == 3
