"""Who a session belongs to: the account and its person, in one look."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend

from .models import Account


class _WithPerson(ModelBackend):
    def get_user(self, user_id: Any) -> Account | None:
        """Return the account with its person, or None when it may not sign in."""
        account = Account._default_manager.select_related("person").filter(pk=user_id).first()
        return account if account is not None and self.user_can_authenticate(account) else None


class AccountBackend(_WithPerson):
    """Sign-in with a password, and sessions that the house opens itself."""


class SignInBackend(_WithPerson, AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Sign-in through allauth's pages."""
