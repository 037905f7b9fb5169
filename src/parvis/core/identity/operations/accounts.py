"""Accounts made by the house itself: the demo, an import of staff. People make theirs on the account pages."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction

from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Actor
from parvis.lib.errors import Conflict, gettext_noop, require

from ..models import Account, Person, SignIn
from ..signing_in import KEPT


@transaction.atomic
def make_account(*, actor: Actor, person: Person, email: str, password: str | None = None) -> Account:
    """Make an account whose address is taken as confirmed. Only the house itself may. Raises NotAllowed, Conflict."""
    require(actor.is_system)
    with use(scope=Scope.SIGN_IN):
        if Account.objects.filter(email=email.lower()).exists():
            raise Conflict(gettext_noop("This address has an account already."), field="email")
        account = Account.objects.create_user(email=email, password=password, person=person)
        EmailAddress.objects.create(user=account, email=account.email, verified=True, primary=True)
        Person.objects.filter(pk=person.pk, level=0).update(level=1)
    return account


@transaction.atomic
def forget_sign_ins(*, now: datetime) -> int:
    """Delete the lines of the sign-in history older than a year; return how many."""
    with use(scope=Scope.SIGN_IN):
        return SignIn.objects.filter(at__lt=now - KEPT).delete()[0]
