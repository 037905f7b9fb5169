"""Guessing is stopped: counts outlive the request's transaction, and guesses sent at once are counted one by one."""

import threading

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.test import Client

from parvis.core.identity.models import SignIn
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope

from .factories import AccountFactory

PASSWORD = "un mot de passe long"


@pytest.fixture
def account(committed_db):
    """An account in a database of its own."""
    with transaction.atomic(), use(scope=Scope.SIGN_IN):
        made = AccountFactory()
        EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made


def attempt(email, password):
    client = Client()
    client.post("/compte/connexion/", {"login": email, "password": password})
    return "_auth_user_id" in client.session


def test_the_right_password_is_not_heard_after_five_wrong_ones(account):
    assert not any(attempt(account.email, f"faux {n}") for n in range(5))
    assert not attempt(account.email, PASSWORD)


def test_who_is_stopped_reads_a_page_of_the_house(account):
    client = Client()
    answers = [client.post("/compte/mot-de-passe/oublie/", {"email": account.email}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    said = answers[-1].content.decode()
    assert 'lang="fr' in said and "<h1" in said and "429" in said and "Too Many Requests" not in said


def test_guesses_sent_at_once_are_counted_one_by_one(account):
    start = threading.Barrier(8)

    def guess(n: int) -> None:
        start.wait(timeout=20)
        attempt(account.email, f"faux {n}")
        connection.close()

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    with transaction.atomic(), use(scope=Scope.SIGN_IN):
        heard = SignIn.objects.filter(person_id=account.pk).count()
    assert 1 <= heard <= 5, "what is refused by the throttle is not even compared"
    assert not attempt(account.email, PASSWORD) or heard < 5


def test_a_stranger_who_guesses_does_not_lock_the_owner_out(account):
    """The device that signed in before is counted apart; it has five tries of its own, and no more."""
    mine = Client()
    mine.post("/compte/connexion/", {"login": account.email, "password": PASSWORD})
    mine.post("/compte/deconnexion/")
    assert "_auth_user_id" not in mine.session
    for n in range(6):
        attempt(account.email, f"faux {n}")
    assert not attempt(account.email, PASSWORD), "a new device waits"
    mine.post("/compte/connexion/", {"login": account.email, "password": PASSWORD})
    assert "_auth_user_id" in mine.session
    mine.post("/compte/deconnexion/")
    for n in range(5):
        mine.post("/compte/connexion/", {"login": account.email, "password": f"faux {n}"})
    mine.post("/compte/connexion/", {"login": account.email, "password": PASSWORD})
    assert "_auth_user_id" not in mine.session


def test_a_cookie_of_ones_own_making_or_of_another_account_gives_no_more_tries(account):
    with transaction.atomic(), use(scope=Scope.SIGN_IN):
        other = AccountFactory()
        EmailAddress.objects.create(user=other, email=other.email, verified=True, primary=True)
    theirs = Client()
    theirs.post("/compte/connexion/", {"login": other.email, "password": PASSWORD})
    theirs.post("/compte/deconnexion/")
    forged = Client()
    forged.cookies["parvis_device"] = "eyJkZXZpY2UiOiJ4In0:1abcde:forged"
    for n in range(6):
        attempt(account.email, f"faux {n}")
    for client in (theirs, forged):
        client.post("/compte/connexion/", {"login": account.email, "password": PASSWORD})
        assert "_auth_user_id" not in client.session
