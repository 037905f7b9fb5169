"""Make territories and tie them together."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from parvis.core.events.operations import record
from parvis.core.registry.registry import registry
from parvis.core.tenancy.addresses import reserved_words
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.core.ui import pagecache
from parvis.lib.actor import Actor
from parvis.lib.errors import Conflict, Invalid, gettext_noop, require

from . import queries, rules
from .models import Acceptance, Delegation, Kind, Membership, Publication


@transaction.atomic
def create_territory(*, actor: Actor, slug: str, name: str, now: datetime | None = None, **fields: Any) -> Territory:
    """Add a territory to the instance. Raises NotAllowed, Invalid (the slug is a reserved word), Conflict (taken)."""
    require(rules.can_create(actor))
    if slug in reserved_words():
        raise Invalid(gettext_noop("«%(slug)s» is a word of the house's own addresses."), field="slug", slug=slug)
    if Territory.objects.filter(slug=slug).exists():
        raise Conflict(
            gettext_noop("A territory is called «%(slug)s» already: add its region."), field="slug", slug=slug
        )
    territory = Territory(slug=slug, name=name, **fields)
    territory.full_clean(exclude=["id"])
    territory.save(force_insert=True)
    with use(territory=territory):
        record(actor, "territories.created", territory, now=now)
    return territory


@transaction.atomic
def join(*, actor: Actor, territory: Territory, body: Territory, now: datetime | None = None) -> Membership:
    """Make a territory a member of a regional body or an alliance. Raises NotAllowed, Invalid."""
    require(rules.can_manage(actor, territory))
    if not body.is_regional or territory.is_regional:
        raise Invalid(gettext_noop("Only a municipality or a First Nation belongs to a regional body."))
    with use(territory=territory):
        membership, made = Membership.objects.get_or_create(
            territory=territory, body=body, left_at=None, defaults={"joined_at": now or timezone.now()}
        )
        if made:
            record(actor, "territories.joined", membership, now=now, body=str(body.pk))
            _show_again(territory.pk, body.pk)
    return membership


@transaction.atomic
def leave(*, actor: Actor, membership: Membership, now: datetime) -> None:
    """End a membership: what each showed of the other is gone at once; a delegation is ended on its own.

    Raises NotAllowed.
    """
    require(rules.can_manage(actor, membership.territory_id))
    if Membership.objects.filter(pk=membership.pk, left_at=None).update(left_at=now):
        record(actor, "territories.left", membership, now=now, body=str(membership.body_id))
        _show_again(membership.territory_id, membership.body_id)


@transaction.atomic
def delegate(
    *, actor: Actor, territory: Territory, to: Territory, service: str, now: datetime | None = None
) -> Delegation:
    """Let the staff of another territory work over this one's files of one service. Raises NotAllowed, Invalid."""
    require(rules.can_manage(actor, territory))
    _known(service)
    _another(territory, to)
    with use(territory=territory):
        delegation, made = Delegation.objects.get_or_create(
            territory=territory,
            delegate=to,
            service=service,
            ends_at=None,
            defaults={"starts_at": now or timezone.now()},
        )
        if made:
            record(actor, "territories.delegated", delegation, now=now, delegate=str(to.pk), service=service)
            _show_again(to.pk)
    return delegation


@transaction.atomic
def end_delegation(*, actor: Actor, delegation: Delegation, now: datetime) -> None:
    """Take a service back; the other territory's staff lose sight of the files at once. Raises NotAllowed."""
    require(rules.can_manage(actor, delegation.territory_id))
    if Delegation.objects.filter(pk=delegation.pk, ends_at=None).update(ends_at=now):
        record(actor, "territories.delegation_ended", delegation, now=now, service=delegation.service)
        _show_again(delegation.delegate_id)


@transaction.atomic
def publish(*, actor: Actor, territory: Territory, kind: str, now: datetime | None = None) -> Publication:
    """Offer one kind of our things to the portals of those we belong together with. Raises NotAllowed, Invalid."""
    require(rules.can_manage(actor, territory))
    _known_kind(kind)
    with use(territory=territory):
        publication, made = Publication.objects.get_or_create(
            territory=territory, kind=kind, ended_at=None, defaults={"published_at": now or timezone.now()}
        )
        if made:
            record(actor, "territories.published", publication, now=now, kind=str(kind))
            _show_again(territory.pk)
    return publication


@transaction.atomic
def end_publication(*, actor: Actor, publication: Publication, now: datetime) -> None:
    """Publish one kind of our things no more: it is gone from every portal at once. Raises NotAllowed."""
    require(rules.can_manage(actor, publication.territory_id))
    if Publication.objects.filter(pk=publication.pk, ended_at=None).update(ended_at=now):
        record(actor, "territories.publication_ended", publication, now=now, kind=publication.kind)
        _show_again(publication.territory_id)


@transaction.atomic
def accept(
    *, actor: Actor, territory: Territory, publisher: Territory, kind: str, now: datetime | None = None
) -> Acceptance:
    """Show in this portal one kind of what another territory publishes. Raises NotAllowed, Invalid.

    Invalid when the two do not belong together, or when nothing of this kind is published.
    """
    require(rules.can_manage(actor, territory))
    _known_kind(kind)
    if not queries.publishers(territory.pk, kind).filter(pk=publisher.pk).exists():
        raise Invalid(gettext_noop("Nobody of this name publishes this for us."), field="publisher")
    with use(territory=territory):
        acceptance, made = Acceptance.objects.get_or_create(
            territory=territory,
            publisher=publisher,
            kind=kind,
            ended_at=None,
            defaults={"accepted_at": now or timezone.now()},
        )
        if made:
            record(actor, "territories.accepted", acceptance, now=now, publisher=str(publisher.pk), kind=str(kind))
            _show_again(territory.pk)
    return acceptance


@transaction.atomic
def end_acceptance(*, actor: Actor, acceptance: Acceptance, now: datetime) -> None:
    """Stop showing what another territory publishes. Raises NotAllowed."""
    require(rules.can_manage(actor, acceptance.territory_id))
    if Acceptance.objects.filter(pk=acceptance.pk, ended_at=None).update(ended_at=now):
        record(actor, "territories.acceptance_ended", acceptance, now=now, kind=acceptance.kind)
        _show_again(acceptance.territory_id)


def _show_again(*territories: UUID) -> None:
    """Drop the kept pages of these territories and of those that show something of them."""
    for territory_id in territories:
        pagecache.bump(territory_id)


def _known(service: str) -> None:
    if service not in registry():
        raise Invalid(gettext_noop("There is no service called «%(name)s»."), field="service", name=service)


def _known_kind(kind: str) -> None:
    if kind not in Kind.values:
        raise Invalid(gettext_noop("Choose what to publish or to show."), field="kind")


def _another(territory: Territory, other: Territory) -> None:
    if other.pk == territory.pk:
        raise Invalid(gettext_noop("Choose another territory than this one."), field="other")
