"""Reactions to what happens elsewhere."""

from uuid import UUID

from django.utils import timezone

from parvis.core.events.operations import Event
from parvis.core.identity.actors import actor_of
from parvis.core.identity.models import Account, Person
from parvis.core.tenancy.models import Territory

from . import operations


def give_content(event: Event) -> None:
    """A new territory gets its pages, its collection and its groups."""
    operations.ensure_territory_content(Territory.objects.get(pk=event.territory_id))


def follow_roles(event: Event) -> None:
    """A role was given or ended: the person's groups in this territory follow.

    The back office looks again each time it is entered, so a role that ends by its date needs no event.
    """
    account = Account.objects.filter(pk=UUID(str(event.data["person"]))).first()
    if account is None:
        return
    person = Person.objects.get(pk=account.pk)
    operations.match_groups(account=account, actor=actor_of(person, event.territory_id, now=timezone.now()))
