"""``parvis staff add`` and ``parvis secrets rotate``."""

import click
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import NotFound, gettext_noop

from . import operations, sealing
from .models import Account, Presence
from .standard_roles import MANAGER, STANDARD_ROLES

SEALED = ("secret", "seed")  # where django-allauth keeps a sealed secret


@click.command()
@click.argument("territory")
@click.argument("email")
@click.option("--role", type=click.Choice(list(STANDARD_ROLES)), default=MANAGER, show_default=True)
def staff_add(territory: str, email: str, role: str) -> None:
    """Give somebody who has an account a standard role in a territory: its first administrator, for instance."""
    with transaction.atomic(), use():
        place = Territory.objects.filter(slug=territory).first()
        if place is None:
            raise NotFound(gettext_noop("No territory is called «%(slug)s»."), slug=territory)
        employ(place, email, role)
    click.echo(f"{email} holds the role {role} in {place.name}. It counts once the account has a second factor.")


def employ(territory: Territory, email: str, role: str) -> None:
    """Give an account a standard role, entering the territory on the way. Raises NotFound, Conflict."""
    now = timezone.now()
    with use(scope=Scope.SIGN_IN):
        account = Account.objects.filter(email=email.lower()).first()
        if account is None:
            raise NotFound(
                gettext_noop("Nobody has an account with %(email)s: ask them to make one first."), email=email
            )
        Presence.objects.update_or_create(
            person_id=account.pk, territory=territory, defaults={"entered_at": now, "withdrawn_at": None}
        )
    roles = operations.ensure_standard_roles(territory.pk)
    with use(territory=territory):
        operations.assign_role(actor=Actor.system(territory.pk), person_id=account.pk, role=roles[role], now=now)


@click.command()
def secrets_rotate() -> None:
    """Make a new key for the secrets in the database and seal them again with it."""
    sealing.rotate()
    with transaction.atomic(), use(scope=Scope.SIGN_IN):
        count = reseal_all()
        count += sum(module.reseal() for module in registry() if module.reseal is not None)
    click.echo(f"{count} secrets are sealed with the new key. Keep a copy of the key file apart from the database's.")


def reseal_all() -> int:
    """Seal every authenticator's secret with the key in use (scope ``sign_in``); return how many. Raises Unreadable."""
    count = 0
    for lock in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).iterator():
        fresh = {name: sealing.reseal(lock.data[name]) for name in SEALED if name in lock.data}
        if fresh:
            lock.data = {**lock.data, **fresh}
            lock.save(update_fields=["data"])
            count += 1
    return count
