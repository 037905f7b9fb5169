"""Passing reports on to other bodies' Open311 endpoints: who takes what, which report goes, and stopping."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from parvis.core.events.operations import record
from parvis.core.identity.sealing import reseal, seal
from parvis.core.tasks.operations import defer
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Conflict, Invalid, WrongState, gettext_noop, require
from parvis.lib.outbound import Network, NoAnswer, check_url
from parvis.modules.issues import queries, rules
from parvis.modules.issues.models import UNDER_WAY, Category, Destination, Endpoint, EndpointKey, Issue, PassedOn, Stage

from .steps import record_step


@transaction.atomic
def save_endpoint(
    *, actor: Actor, endpoint: Endpoint, now: datetime, networks: tuple[Network, ...], api_key: str = ""
) -> Endpoint:
    """Add or change a body's endpoint and ask it anew what it offers; an empty `api_key` leaves the key as it is.

    Raises NotAllowed, Invalid (field ``url``), Conflict (two bodies of one name).
    """
    require(rules.can_choose_bodies(actor))
    endpoint.url = endpoint.url.rstrip("/")
    try:
        check_url(endpoint.url, allowed=networks)
    except NoAnswer:
        raise Invalid(gettext_noop("Write the endpoint's address, such as https://api.city.gov/v2."), field="url")
    try:
        with transaction.atomic():
            endpoint.save()
    except IntegrityError:
        raise Conflict(gettext_noop("There is a body of this name already."), field="name")
    if api_key.strip():
        EndpointKey.objects.update_or_create(endpoint=endpoint, defaults={"sealed": seal(api_key.strip())})
    record(actor, "issues.endpoint_saved", endpoint, now=now)
    ask_services(actor=actor, endpoint=endpoint)
    return endpoint


def reseal_keys() -> int:
    """Seal our keys at others' endpoints anew, in every territory; return how many. Raises Unreadable."""
    count = 0
    for territory in Territory.objects.all():
        with transaction.atomic(), use(territory=territory):
            for key in EndpointKey.objects.select_for_update():
                key.sealed = reseal(key.sealed)
                key.save(update_fields=["sealed"])
                count += 1
    return count


def ask_services(*, actor: Actor, endpoint: Endpoint) -> None:
    """Ask a body, in the background, which services it offers. Raises NotAllowed."""
    from parvis.modules.issues.open311 import tasks

    require(rules.can_choose_bodies(actor))
    defer(tasks.ask_services, unique=f"open311.services:{endpoint.pk}", endpoint=str(endpoint.pk))


@transaction.atomic
def save_destination(
    *,
    actor: Actor,
    endpoint: Endpoint,
    category: Category,
    service_code: str,
    now: datetime,
    attributes: Mapping[str, str | list[str]],
    is_automatic: bool = False,
) -> Destination:
    """Let reports of a category go to a service of an endpoint. Raises NotAllowed, Invalid, Conflict."""
    require(rules.can_choose_bodies(actor))
    service = next((row for row in endpoint.services if row["service_code"] == service_code), None)
    if service is None:
        raise Invalid(gettext_noop("This body does not offer such a service."), field="service_code")
    values = {
        "service_code": service_code,
        "service_name": service["service_name"],
        "attributes": {code: value for code, value in attributes.items() if value},
        "is_automatic": is_automatic,
    }
    taken = Destination.objects.filter(category=category).exclude(endpoint=endpoint)
    if taken.exists():
        raise Conflict(gettext_noop("Reports of this kind go to another body already."), field="category")
    destination, _ = Destination.objects.update_or_create(endpoint=endpoint, category=category, defaults=values)
    record(actor, "issues.destination_saved", destination, now=now)
    return destination


@transaction.atomic
def remove_destination(*, actor: Actor, destination: Destination, now: datetime) -> None:
    """Pass on no more reports of a category; those on their way arrive. Raises NotAllowed."""
    require(rules.can_choose_bodies(actor))
    record(actor, "issues.destination_saved", destination, now=now, removed="1")
    destination.delete()


@transaction.atomic
def pass_on(*, actor: Actor, issue: Issue, now: datetime) -> PassedOn:
    """Send an open report to the body that takes its kind, in the background.

    Raises NotAllowed, Invalid (nobody takes its kind), WrongState (it ended, or is on its way already).
    """
    require(rules.can_work(actor, issue))
    destination = queries.destination_of(issue)
    if destination is None or issue.lat is None:
        raise Invalid(gettext_noop("No body takes reports of this kind from us."))
    if not issue.is_open:
        raise WrongState
    try:
        with transaction.atomic():
            passed = PassedOn.objects.create(
                issue=issue,
                endpoint=destination.endpoint,
                service_code=destination.service_code,
                attributes=destination.attributes,
                asked_at=now,
                next_at=now,
            )
    except IntegrityError:
        raise WrongState(gettext_noop("This report is on its way already."))
    _send_soon(passed)
    record_step(actor, "issues.passing_on", issue, now, passed=str(passed.pk))
    return passed


@transaction.atomic
def try_again(*, actor: Actor, passed: PassedOn, now: datetime) -> None:
    """Call now instead of later. Raises NotAllowed, WrongState."""
    require(rules.can_work(actor, passed.issue))
    if not PassedOn.objects.filter(pk=passed.pk, stage__in=UNDER_WAY).update(next_at=now):
        raise WrongState
    _send_soon(passed)


@transaction.atomic
def stop_following(*, actor: Actor, passed: PassedOn, now: datetime) -> None:
    """Follow a report that was passed on no longer; what the body has, it keeps. Raises NotAllowed, WrongState."""
    require(rules.can_work(actor, passed.issue))
    rows = PassedOn.objects.filter(pk=passed.pk, stage__in=UNDER_WAY)
    if not rows.update(stage=Stage.STOPPED, ended_at=now, next_at=None):
        raise WrongState
    record_step(actor, "issues.passing_on", passed.issue, now, passed=str(passed.pk), stopped="1")


def _send_soon(passed: PassedOn) -> None:
    from parvis.modules.issues.open311 import tasks

    # The lock: never two calls for one report at a time, or each would think that the other's had not left.
    key = str(passed.pk)
    defer(tasks.follow, unique=f"open311.follow:{key}", lock=f"open311:{key}", passed=key)
