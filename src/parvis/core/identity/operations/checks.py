"""Ask the database now what it would only say at commit, so that a person reads a sentence instead of an error."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, connection, transaction

from parvis.lib.errors import Conflict, gettext_noop


class LastAdministrator(Conflict):
    """Nobody would be left to give roles."""

    code = "last_administrator"
    message = gettext_noop("This is the last administrator: name another one first.")


@contextmanager
def keeping_an_administrator(trigger: str) -> Iterator[None]:
    """Raise LastAdministrator if what happens inside leaves nobody; waits for whoever else is leaving."""
    try:
        with transaction.atomic():
            yield
            with connection.cursor() as cursor:
                cursor.execute(f"SET CONSTRAINTS {connection.ops.quote_name(trigger)} IMMEDIATE")
                cursor.execute(f"SET CONSTRAINTS {connection.ops.quote_name(trigger)} DEFERRED")
    except IntegrityError as error:
        if "administrator" not in str(error):
            raise
        raise LastAdministrator() from error
