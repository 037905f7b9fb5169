"""What is kept for a year ends after a year, also for those who never come back."""

from datetime import UTC, datetime, timedelta

import pytest

from parvis.core.identity import operations
from parvis.core.identity.models import SignIn
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope

from .factories import AccountFactory

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.django_db
def test_old_sign_ins_are_forgotten(territory):
    account = AccountFactory()
    with use(scope=Scope.SIGN_IN):
        for days in (1, 364, 366, 900):
            SignIn.objects.create(person_id=account.pk, at=NOW - timedelta(days=days), method="password")
    assert operations.forget_sign_ins(now=NOW) == 2
    with use(scope=Scope.SIGN_IN):
        assert SignIn.objects.count() == 2
