"""The first administrator of a territory, and the rotation of the key that seals secrets."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.utils import timezone

from parvis.core.identity import commands, sealing
from parvis.core.identity.actors import actor_of
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.errors import NotFound

from .factories import AccountFactory, PersonFactory


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.SECRETS_KEY_FILE = tmp_path / "secrets.key"


@pytest.mark.django_db
def test_the_first_administrator_is_named_from_the_terminal(territory):
    account = AccountFactory(person=PersonFactory(entered=[]))
    commands.employ(territory, account.email.upper(), "direction")
    actor = actor_of(account.person, territory.pk, now=timezone.now())
    assert actor.may("identity.assign")
    with pytest.raises(NotFound):
        commands.employ(territory, "personne@example.test", "direction")


def test_what_is_sealed_is_opened_by_the_key_file_alone(settings, tmp_path):
    sealed = sealing.seal("JBSWY3DPEHPK3PXP")
    assert "JBSWY" not in sealed
    assert sealing.unseal(sealed) == "JBSWY3DPEHPK3PXP"
    assert settings.SECRETS_KEY_FILE.stat().st_mode & 0o077 == 0
    settings.SECRETS_KEY_FILE = tmp_path / "another.key"
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(sealed)


@pytest.mark.django_db
def test_rotation_seals_again_and_older_secrets_still_open(settings):
    with use(scope=Scope.SIGN_IN):
        lock = TOTP.activate(AccountFactory(), "JBSWY3DPEHPK3PXP").instance
        before = lock.data["secret"]
        sealing.rotate()
        assert sealing.unseal(before) == "JBSWY3DPEHPK3PXP"
        assert commands.reseal_all() == 1
        lock.refresh_from_db()
        after = lock.data["secret"]
    assert after != before
    newest, _old = settings.SECRETS_KEY_FILE.read_text().split()
    settings.SECRETS_KEY_FILE.write_text(newest + "\n")
    assert sealing.unseal(after) == "JBSWY3DPEHPK3PXP"
