"""What an e-mail address is."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from parvis.lib.errors import Invalid, gettext_noop


class EmailChannel:
    """Messages to a mailbox."""

    name = "email"

    def clean(self, address: str) -> str:
        """Return the address without surrounding space. Raises Invalid."""
        address = address.strip()
        try:
            validate_email(address)
        except ValidationError:
            raise Invalid(gettext_noop("This e-mail address is not complete."), field="email")
        return address
