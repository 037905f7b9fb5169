"""Who may ask for keys, decide on them, read and revoke them."""

from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from parvis.core.identity.models import Organisation
from parvis.core.identity.queries import has_entered
from parvis.core.registry.registry import registry
from parvis.core.residency import rules as residency
from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor

from .models import ApiKey
from .queries import managed_organisations


def can_manage_keys(actor: Actor) -> bool:
    """Tell whether a member of staff decides on the territory's keys."""
    return actor.may("apikeys.manage", territory_id=current_territory_id())


def can_ask_for_key(actor: Actor, organisation: Organisation | None = None) -> bool:
    """Tell whether somebody may ask for a key: who entered and is trusted; for an organisation, its managers."""
    territory_id = current_territory_id()
    if actor.person_id is None or territory_id is None or not has_entered(actor.person_id, territory_id):
        return False
    if not residency.may(actor, "apikeys.ask"):
        return False
    return organisation is None or _manages(actor, organisation.pk)


def can_look_after(actor: Actor, key: ApiKey) -> bool:
    """Tell whether a key is the actor's own, or of an organisation that the actor manages."""
    if actor.person_id is None:
        return False
    if key.organisation_id is not None:
        return _manages(actor, key.organisation_id)
    return key.person_id == actor.person_id


def can_give_scopes(actor: Actor, codes: Iterable[str]) -> bool:
    """Tell whether staff may give a key these scopes: of a right that roles give, only who holds it."""
    given_by_roles = {code for module in registry() for code in module.permission_labels}
    return can_manage_keys(actor) and all(actor.may(code) for code in codes if code in given_by_roles)


def _manages(actor: Actor, organisation_id: UUID) -> bool:
    return managed_organisations(actor.person_id, timezone.now()).filter(pk=organisation_id).exists()
