"""People with accounts and open sessions, made directly: signing in is not what is measured."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import Any

TOKEN = "bench0123456789bench0123456789ab"
"""The CSRF secret of all sessions, sent as cookie and as field."""


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in."""

    session: str
    is_staff: bool


def ready_people(slug: str, *, people: int, staff: int) -> tuple[dict[str, Any], list[Visitor]]:
    """Make residents and clerks of a town, staff first, each with a session; return what they may look at as well."""
    from django.db import transaction

    from parvis.core.tenancy.context import use
    from parvis.core.tenancy.guard import Scope
    from parvis.core.tenancy.models import Territory

    with transaction.atomic(), use(scope=Scope.SIGN_IN):
        town = Territory.objects.get(slug=slug)
        visitors = [_visitor(town, number, is_staff=number < staff) for number in range(people + staff)]
    return _facts(town), visitors


def _visitor(town: Any, number: int, *, is_staff: bool) -> Visitor:
    from django.utils import timezone

    from parvis.core.identity.models import Assignment, Person, Presence, Role
    from parvis.core.identity.operations import make_account
    from parvis.core.tenancy.context import use
    from parvis.core.tenancy.guard import Scope
    from parvis.lib.actor import Actor

    now = timezone.now()
    with use(scope=Scope.SIGN_IN):
        email = f"essai{number}-{uuid.uuid4().hex[:8]}@example.test"  # the same database may be measured twice
        person = Person.objects.create(name=f"Essai {number}", email=email, is_fictional=True)
        account = make_account(actor=Actor.system(None), person=person, email=person.email)
        Presence.objects.create(person=person, territory=town, entered_at=now)
    if is_staff:
        with use(territory=town):
            role = Role.objects.get(slug="guichet")
            Assignment.objects.create(person=person, role=role, territory=town, starts_at=now)
    with use(scope=Scope.SIGN_IN):
        return Visitor(_session(account, is_staff=is_staff), is_staff)


def _session(account: Any, *, is_staff: bool) -> str:
    """Open a session as signing in does, second factor included for staff."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    at = time.time()
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session["account_authentication_methods"] = [
        {"method": "password", "at": at},
        *([{"method": "mfa", "type": "totp", "at": at}] if is_staff else []),
    ]
    session["account_authentication_methods_user"] = str(account.pk)
    session.create()
    return session.session_key


def _facts(town: Any) -> dict[str, Any]:
    from django.db import transaction

    from parvis.core.cases.models import Case
    from parvis.core.geo.models import Address
    from parvis.core.tenancy.context import use
    from parvis.modules.issues.models import Issue
    from parvis.modules.issues.queries import offered

    with transaction.atomic(), use(territory=town):
        return {
            "public": list(
                Issue.objects.filter(is_hidden=False).order_by("-reported_at").values_list("code", flat=True)[:40]
            ),
            "cases": list(Case.objects.order_by("-opened_at").values_list("code", flat=True)[:40]),
            "categories": list(offered().values_list("slug", flat=True)),
            "places": list(Address.objects.values_list("lat", "lon")[:200]),
        }
