"""How an account comes into being: always with its person."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager

if TYPE_CHECKING:
    from .models import Account


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        """Make an account for an existing `person` (by keyword); without a password, codes and passkeys open it."""
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.pk = account.person_id
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Find an account by its address, whatever the capitals typed."""
        return self.get(email=(username or "").strip().lower())
