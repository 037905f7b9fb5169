"""What a postal address is."""

from parvis.lib.errors import Invalid, gettext_noop


class LetterChannel:
    """Letters. The address is its lines, as they show in a window envelope: two at least, seven at most."""

    name = "letter"

    def clean(self, address: str) -> str:
        """Return the lines without empty ones. Raises Invalid."""
        lines = [line.strip() for line in address.splitlines() if line.strip()]
        if not 2 <= len(lines) <= 7:
            raise Invalid(gettext_noop("This postal address is not complete."), field="address")
        return "\n".join(lines)
