"""What django-allauth signals, written where the house keeps it. These run inside the request's transaction."""

from typing import Any

from allauth.account.signals import email_changed, email_confirmed, user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from .models import Account, Person
from .signing_in import method_of, note_sign_in


@receiver(user_logged_in)
def keep_sign_in(request: HttpRequest, user: Account, **_: Any) -> None:
    """Write the sign-in history."""
    note_sign_in(request, user.pk, method=method_of(request, user))


@receiver(email_confirmed)
def reach_level_one(request: HttpRequest, email_address: Any, **_: Any) -> None:
    """Lift a person to level 1 of the scale of trust: a confirmed way to reach them."""
    Person.objects.filter(pk=email_address.user_id, level=0).update(level=1)


@receiver(email_changed)
def follow_address(request: HttpRequest, user: Account, to_email_address: Any, **_: Any) -> None:
    """Let the person's address follow the account's."""
    Person.objects.filter(pk=user.pk).update(email=to_email_address.email)
    Account.objects.filter(pk=user.pk).update(email=to_email_address.email)
