"""Read what another territory shows in our portal: its rows, under a policy that asks whether it may be so."""

from collections.abc import Iterator
from contextlib import contextmanager

from parvis.core.tenancy.context import current_territory_id, use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory


@contextmanager
def borrowing(lender: Territory, kind: str, *, service: str = "") -> Iterator[None]:
    """Read rows of another territory for the portal of the one in force, in scope ``network``.

    The database shows them when the lender publishes this kind and we accepted it, or, for what belongs to `service`,
    when the lender delegated that service to us; else there is nothing. Nothing can be written. Rows that may hold
    something about people stay out unless the lender marked them (:func:`~parvis.core.tenancy.policies.is_lent`).
    """
    reader = current_territory_id()
    with use(territory=lender, person=None, scope=Scope.NETWORK, reader=reader, port=str(kind), service=service):
        yield
