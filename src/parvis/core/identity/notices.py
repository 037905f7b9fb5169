"""What is said to whom when a territory answers an organisation, or gives somebody a role."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parvis.core.events.operations import Event
from parvis.core.registry.entries import Notice, Recipient

from .models import MemberRole, Organisation, OrganisationMember, Role


def administrators(event: Event) -> Iterable[Recipient]:
    """Yield the administrators of the organisation that the event speaks of."""
    seats = OrganisationMember.objects.filter(
        organisation_id=event.subject_id, role=MemberRole.ADMINISTRATOR, ends_at=None
    )
    yield from (Recipient(person_id=person_id) for person_id in seats.values_list("person_id", flat=True))


def organisation_words(event: Event) -> Mapping[str, Any]:
    """Return the organisation and its page."""
    organisation = Organisation.objects.get(pk=event.subject_id)
    return {
        "organisation": organisation,
        "path": reverse("organisations:page", args=[organisation.slug]),
        "label": _("Open its page"),
    }


def holder(event: Event) -> Iterable[Recipient]:
    """Yield who was given a role."""
    yield Recipient(person_id=UUID(event.data["person"]))


def role_words(event: Event) -> Mapping[str, Any]:
    """Return the role and the page where its holder sets up a second factor."""
    return {
        "role": Role.objects.get(pk=event.data["role"]),
        "path": reverse("mfa_index"),
        "label": _("Set up the second lock"),
    }


NOTICES = [
    Notice("identity.organisation_admitted", "administrators", administrators, organisation_words, topic="account"),
    Notice("identity.organisation_refused", "administrators", administrators, organisation_words, topic="account"),
    Notice("identity.role_assigned", "holder", holder, role_words, topic="account"),
]
