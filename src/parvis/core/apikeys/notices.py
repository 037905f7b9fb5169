"""What the owner of a key is told."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parvis.core.events.operations import Event
from parvis.core.identity.models import MemberRole, OrganisationMember
from parvis.core.registry.entries import Notice, Recipient

from .models import ApiKey


def owners(event: Event) -> Iterable[Recipient]:
    """Yield who looks after a key: its person, the managers of its organisation, or the address that staff noted."""
    key = ApiKey.objects.filter(pk=event.subject_id).first()
    if key is None:
        return
    if key.organisation_id is not None:
        seats = OrganisationMember.objects.filter(
            organisation_id=key.organisation_id, role__in=[MemberRole.ADMINISTRATOR, MemberRole.MANAGER]
        ).filter(Q(ends_at=None) | Q(ends_at__gt=event.at))
        yield from (Recipient(person_id=person_id) for person_id in seats.values_list("person_id", flat=True))
    elif key.person_id is not None:
        yield Recipient(person_id=key.person_id)
    elif key.email:
        yield Recipient(email=key.email)


def owners_told_by_staff(event: Event) -> Iterable[Recipient]:
    """Yield who looks after a key that staff closed: who closes one's own knows it."""
    if event.data.get("by") == "staff":
        yield from owners(event)


def words(event: Event) -> Mapping[str, Any]:
    """Return the key and its page."""
    key = ApiKey.objects.get(pk=event.subject_id)
    has_page = key.person_id is not None or key.organisation_id is not None
    path = reverse("apikeys:key", args=[key.pk]) if has_page else ""
    return {"key": key, "path": path, "label": _("Open the key's page")}


NOTICES = [
    Notice("apikeys.approved", "owners", owners, words, topic="account"),
    Notice("apikeys.refused", "owners", owners, words, topic="account"),
    Notice("apikeys.expiring", "owners", owners, words, topic="account"),
    Notice("apikeys.revoked", "owners", owners_told_by_staff, words, topic="account"),
]
