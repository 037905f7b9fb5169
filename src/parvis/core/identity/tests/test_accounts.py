"""Sign-up, confirmation, sign-in by each way, second factor, sessions: through the pages, as the application role."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client

from parvis.core.delivery.models import Outgoing
from parvis.core.identity.models import Account, Person, SignIn
from parvis.core.identity.queries import has_entered
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope

from .factories import AccountFactory, make_staff, sign_in

pytestmark = pytest.mark.django_db
PASSWORD = "un mot de passe long"
OWN_PAGES = (
    "",
    "moi/",
    "courriel/",
    "mot-de-passe/changer/",
    "double-verification/",
    "appareils/",
    "entrer/",
    "sortir/",
    "deconnexion/",
)
ENTRANCE_PAGES = (
    "connexion/",
    "inscription/",
    "connexion/code/",
    "mot-de-passe/oublie/",
    "mot-de-passe/oublie/envoye/",
    "mot-de-passe/nouveau/fait/",
    "courriel/envoye/",
    "courriel/confirmer/abc/",
    "ferme/",
)


@pytest.fixture
def town(territory):
    """The town as a prefix of addresses."""
    return f"/{territory.slug}"


def mails_to(address):
    """Return what was put in the outbox for an address, oldest first."""
    with use(scope=Scope.DELIVERY):
        return list(Outgoing.objects.filter(address=address).order_by("created_at"))


def link_in(text):
    """Return the path of the link in a message."""
    return re.search(r"https?://[^/\s]+(/\S+)", text).group(1)


def account(address="neuve@example.test", **fields):
    """Make an account with a confirmed address."""
    made = AccountFactory(person__email=address, **fields)
    with use(scope=Scope.SIGN_IN):
        EmailAddress.objects.create(user=made, email=address, verified=True, primary=True)
    return made


def code_of(secret):
    """Return the present code of an authenticator app."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def sign_up(client, town, **data):
    return client.post(
        f"{town}/compte/inscription/",
        {"name": "Judith Neuve", "email": "neuve@example.test", "language": "es", "password1": PASSWORD, **data},
    )


def test_signing_up_needs_the_link_sent_by_mail(client, town, territory):
    response = sign_up(client, town)
    assert response.status_code == 302, response.content.decode()[-2000:]
    assert response["Location"] == f"{town}/compte/courriel/envoye/"
    (mail,) = mails_to("neuve@example.test")
    assert mail.is_secret
    assert "_auth_user_id" not in client.session
    page = client.get(link_in(mail.text))
    assert page.status_code == 200
    response = client.post(link_in(mail.text))
    assert response.status_code == 302
    assert response["Location"].startswith(f"{town}/compte/entrer/")
    with use(scope=Scope.SIGN_IN):
        person = Person.objects.get(email="neuve@example.test")
        assert person.account.pk == person.pk
    assert (person.name, person.language, person.level) == ("Judith Neuve", "es", 1)
    assert not has_entered(person.pk, territory.pk)
    assert client.get(response["Location"]).status_code == 200
    assert client.post(f"{town}/compte/entrer/").status_code == 302
    assert has_entered(person.pk, territory.pk)


def test_a_mail_speaks_the_language_of_its_reader(client, town):
    sign_up(client, town, language="fr")
    (mail,) = mails_to("neuve@example.test")
    assert 'lang="fr"' in mail.html


def test_a_person_may_sign_up_without_a_password(client, town):
    assert sign_up(client, town, password1="").status_code == 302
    with use(scope=Scope.SIGN_IN):
        assert not Account.objects.get(email="neuve@example.test").has_usable_password()


def test_a_poor_password_keeps_what_was_typed(client, town):
    response = sign_up(client, town, password1="motdepasse")
    assert response.status_code == 200
    assert b"Judith Neuve" in response.content


def test_signing_up_twice_tells_nothing_to_a_stranger(client, town):
    account()
    response = sign_up(client, town)
    assert response["Location"] == f"{town}/compte/courriel/envoye/"
    (mail,) = mails_to("neuve@example.test")
    assert "/compte/mot-de-passe/oublie/" in mail.text
    with use(scope=Scope.SIGN_IN):
        assert Account.objects.filter(email="neuve@example.test").count() == 1


def test_signing_in_by_password(client, town):
    mine = account()
    response = client.post(f"{town}/compte/connexion/", {"login": "Neuve@Example.test", "password": PASSWORD})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(mine.pk)
    with use(scope=Scope.SIGN_IN):
        assert SignIn.objects.get(person_id=mine.pk).method == "password"
        assert UserSession.objects.filter(user=mine).count() == 1
    assert client.get(f"{town}/compte/").status_code == 200


def test_a_wrong_password_is_refused_and_noted(client, town):
    mine = account()
    response = client.post(f"{town}/compte/connexion/", {"login": mine.email, "password": "autre chose"})
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session
    with use(scope=Scope.SIGN_IN):
        assert not SignIn.objects.get(person_id=mine.pk).succeeded


def test_guessing_is_stopped(client, town):
    mine = account("devine@example.test")
    for _ in range(5):
        client.post(f"{town}/compte/connexion/", {"login": mine.email, "password": "autre chose"})
    response = client.post(f"{town}/compte/connexion/", {"login": mine.email, "password": PASSWORD})
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_signing_in_by_a_code(client, town):
    mine = account()
    response = client.post(f"{town}/compte/connexion/", {"login": mine.email, "password": ""})
    assert response["Location"].startswith(f"{town}/compte/connexion/code/confirmer/")
    (mail,) = mails_to(mine.email)
    assert mail.is_secret
    code = re.search(r"^([A-Z0-9-]{6,9})$", mail.text, re.MULTILINE).group(1)
    assert client.get(response["Location"]).status_code == 200
    client.post(f"{town}/compte/connexion/code/confirmer/", {"code": "AAAAAA"})
    assert "_auth_user_id" not in client.session
    client.post(f"{town}/compte/connexion/code/confirmer/", {"code": code})
    assert client.session["_auth_user_id"] == str(mine.pk)


def test_who_has_just_signed_in_is_not_asked_again(client, town):
    mine = account()
    client.post(f"{town}/compte/connexion/", {"login": mine.email, "password": PASSWORD})
    setting_up = f"{town}/compte/double-verification/application/activer/"
    assert client.get(setting_up).status_code == 200
    session = client.session
    session["account_authentication_methods"][0]["at"] -= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1
    session.save()
    assert "/compte/confirmer/" in client.get(setting_up)["Location"], "an old session proves itself again"


def test_an_unknown_address_gets_the_same_page_for_a_code(client, town):
    response = client.post(f"{town}/compte/connexion/code/", {"email": "inconnue@example.test"})
    assert response["Location"].startswith(f"{town}/compte/connexion/code/confirmer/")
    assert client.get(response["Location"]).status_code == 200
    (mail,) = mails_to("inconnue@example.test")
    assert "/compte/inscription/" in mail.text


def test_a_forgotten_password(client, town):
    mine = account()
    client.post(f"{town}/compte/mot-de-passe/oublie/", {"email": mine.email})
    (mail,) = mails_to(mine.email)
    page = client.get(link_in(mail.text), follow=True)
    where = page.redirect_chain[-1][0]
    response = client.post(where, {"password1": "tout autre mot de passe", "password2": "tout autre mot de passe"})
    assert response.status_code == 302
    with use(scope=Scope.SIGN_IN):
        assert Account.objects.get(pk=mine.pk).check_password("tout autre mot de passe")


def test_an_app_as_second_factor(client, town):
    mine = account()
    client.post(f"{town}/compte/connexion/", {"login": mine.email, "password": PASSWORD})
    url = f"{town}/compte/double-verification/application/activer/"
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    response = client.get(url)
    assert response.status_code == 302, "a session that proved nothing lately is asked for the password first"
    assert client.get(response["Location"]).status_code == 200
    response = client.post(response["Location"], {"password": PASSWORD, "next": url})
    assert response["Location"] == url
    page = client.get(url)
    secret = page.context["form"].secret
    response = client.post(url, {"code": code_of(secret)})
    assert response.status_code == 302, page.content.decode()[-1500:]
    with use(scope=Scope.SIGN_IN):
        stored = mine.authenticator_set.get(type="totp")
    assert secret not in str(stored.data), "the key is sealed"
    assert client.get(f"{town}/compte/double-verification/").status_code == 200
    assert client.get(f"{town}/compte/double-verification/secours/").status_code == 200

    other = Client()
    response = other.post(f"{town}/compte/connexion/", {"login": mine.email, "password": PASSWORD})
    assert response["Location"].startswith(f"{town}/compte/double-verification/code/")
    assert "_auth_user_id" not in other.session
    assert other.get(response["Location"]).status_code == 200
    other.post(f"{town}/compte/double-verification/code/", {"code": "000000"})
    assert "_auth_user_id" not in other.session
    with use(scope=Scope.SIGN_IN):
        spare = mine.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()[0]
    other.post(f"{town}/compte/double-verification/code/", {"code": spare})
    assert other.session["_auth_user_id"] == str(mine.pk)


@pytest.mark.parametrize("page", OWN_PAGES)
def test_every_page_of_the_account_opens(client, town, page):
    sign_in(client, account().person)
    assert client.get(f"{town}/compte/{page}").status_code == 200
    assert Client().get(f"{town}/compte/{page}").status_code == 302


@pytest.mark.parametrize("page", ENTRANCE_PAGES)
@pytest.mark.parametrize("language", ["", "/en", "/es"])
def test_every_page_of_the_entrance_opens(client, town, page, language):
    assert client.get(f"{language}{town}/compte/{page}").status_code == 200
    assert client.get(f"{language}/compte/{page}").status_code == 200


def test_signing_out_from_any_page(client, town):
    sign_in(client, account().person)
    response = client.post(f"{town}/compte/deconnexion/")
    assert response["Location"] == f"{town}/"
    assert "_auth_user_id" not in client.session


def test_a_session_is_ended_from_elsewhere(client, town):
    mine = account()
    here, there = Client(), Client()
    for one in (here, there):
        one.post(f"{town}/compte/connexion/", {"login": mine.email, "password": PASSWORD})
    with use(scope=Scope.SIGN_IN):
        session = UserSession.objects.get(session_key=there.session.session_key)
    assert here.post(f"{town}/compte/appareils/{session.pk}/fermer/").status_code == 302
    assert there.get(f"{town}/compte/").status_code == 302


def test_a_stranger_cannot_end_my_session(client, town):
    mine, theirs = account(), account("autre@example.test")
    client.post(f"{town}/compte/connexion/", {"login": mine.email, "password": PASSWORD})
    with use(scope=Scope.SIGN_IN):
        session = UserSession.objects.get(user=mine)
    stranger = Client()
    stranger.post(f"{town}/compte/connexion/", {"login": theirs.email, "password": PASSWORD})
    assert stranger.post(f"{town}/compte/appareils/{session.pk}/fermer/").status_code == 404
    assert client.get(f"{town}/compte/").status_code == 200


def test_details_are_changed_by_their_owner(client, town):
    mine = account()
    sign_in(client, mine.person)
    response = client.post(
        f"{town}/compte/moi/", {"name": "Judith M.", "phone": "819 555-0142", "address": "", "language": "en"}
    )
    assert response.status_code == 302
    with use(scope=Scope.SIGN_IN):
        assert Person.objects.get(pk=mine.pk).phone == "+18195550142"


def test_staff_without_a_second_factor_are_sent_to_make_one(client, town, territory):
    person = make_staff(territory)
    sign_in(client, person, second_factor=False)
    response = client.get(f"{town}/bureau/")
    assert response["Location"].startswith(f"{town}/compte/double-verification/")
    assert client.get(response["Location"]).status_code == 200
    sign_in(client, person)
    assert not client.get(f"{town}/bureau/").headers.get("Location", "").startswith(f"{town}/compte/double")


def test_roles_do_not_count_without_a_second_factor(client, town, territory, rf):
    from parvis.core.identity.middleware import ActorMiddleware

    person = make_staff(territory)
    seen = {}
    sign_in(client, person, second_factor=False)
    for second_factor in (False, True):
        mine = sign_in(client, person, second_factor=second_factor)
        request = rf.get("/quelque-part/")
        request.address, request.territory, request.user, request.session = object(), territory, mine, client.session
        with use(scope=Scope.SIGN_IN):
            ActorMiddleware(lambda request: seen.setdefault(second_factor, request.actor))(request)  # noqa: B023
    assert not seen[False].is_staff()
    assert seen[True].is_staff()
