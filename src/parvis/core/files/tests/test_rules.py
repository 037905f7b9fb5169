"""Who may see a file's bytes, and who may not."""

import pytest

from parvis.core.cases.operations.conversation import FILE_PURPOSE
from parvis.core.cases.tests.factories import make_case
from parvis.core.files import rules
from parvis.core.files.models import FileState, StoredFile
from parvis.core.identity.tests.factories import staff_actor
from parvis.lib.ids import new_id

pytestmark = pytest.mark.django_db


def stored(state: FileState = FileState.READY, **fields) -> StoredFile:
    return StoredFile(state=state, **{"purpose": FILE_PURPOSE, "is_public": False, **fields})


def test_a_public_file_is_everybodys(visitor, resident, neighbour_clerk) -> None:
    for anyone in (visitor, resident, neighbour_clerk):
        assert rules.can_see(anyone, stored(is_public=True))


def test_a_private_file_is_its_owners(territory, resident, other_resident, visitor, neighbour_clerk) -> None:
    mine = stored(person_id=resident.person_id)
    assert rules.can_see(resident, mine)
    for wrong in (other_resident, visitor, neighbour_clerk):
        assert not rules.can_see(wrong, mine)


def test_the_rule_of_its_purpose_lets_staff_in(territory, resident, other_resident, visitor, neighbour_clerk) -> None:
    letter = stored(subject_id=make_case(territory, resident).pk)
    assert rules.can_see(staff_actor(territory, "cases.view"), letter)
    for wrong in (other_resident, visitor, neighbour_clerk, staff_actor(territory, "content.write")):
        assert not rules.can_see(wrong, letter)


def test_a_purpose_without_a_rule_lets_nobody_in(clerk) -> None:
    assert not rules.can_see(clerk, stored(purpose="nothing.known", subject_id=new_id()))


def test_a_file_of_nobody_is_not_every_visitors(visitor) -> None:
    assert not rules.can_see(visitor, stored(person_id=None))


@pytest.mark.parametrize("state", [FileState.WAITING, FileState.REFUSED])
def test_nobody_sees_what_is_not_ready(state, resident) -> None:
    assert not rules.can_see(resident, stored(state, person_id=resident.person_id))
