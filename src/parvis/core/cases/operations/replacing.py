"""Whoever holds the secret link of a mail takes it back and has another sent."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext, override

from parvis.core.cases import links, rules
from parvis.core.cases.models import Case
from parvis.core.delivery.channels.known import open_channels
from parvis.core.delivery.operations import Message, enqueue, enqueue_mail
from parvis.core.tasks.operations import Priority
from parvis.core.tenancy.addresses import absolute, territory_path, townless
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import require

from .history import write_history


@transaction.atomic
def replace_link(*, actor: Actor, case: Case, now: datetime, holds_link: bool = False) -> Case:
    """Let every link mailed before open nothing; a new one goes to the address left with the case, if any.

    By whoever holds the link, whose case it is, or staff who work on it. Raises NotAllowed.
    """
    require(holds_link or rules.is_mine(actor, case) or rules.can_work(actor, case))
    Case.objects.filter(pk=case.pk).update(link_version=F("link_version") + 1)
    case.refresh_from_db(fields=["link_version"])
    actor = Actor.visitor(case.territory_id) if holds_link else actor
    write_history(actor=actor, case=case, name="link_replaced", now=now, is_internal=True)
    channel = told_by(case)
    if case.person_id is None and channel:
        with override(case.language):
            (_mail if channel == "email" else _text)(case)
    return case


def told_by(case: Case) -> str:
    """Return how whoever asked is reached without an account: ``email``, ``sms``, or empty when they cannot be."""
    if case.contact_email:
        return "email"
    return "sms" if case.contact_phone and "sms" in open_channels() else ""


def _address(case: Case, territory: Territory) -> str:
    with townless():
        path = links.path_of(case)
    return absolute(territory_path(territory, case.language, path))


def _text(case: Case) -> None:
    territory = Territory.objects.get(pk=case.territory_id)
    subject = gettext("A new link for your request %(code)s") % {"code": case.code}
    enqueue(
        Message(
            channel="sms",
            address=case.contact_phone,
            name=case.contact_name,
            subject=subject,
            text=f"{territory.name} : {subject}. {_address(case, territory)}",
            priority=Priority.NOW,
        )
    )


def _mail(case: Case) -> None:
    url = _address(case, Territory.objects.get(pk=case.territory_id))
    enqueue_mail(
        case.contact_email,
        subject=gettext("A new link for your request %(code)s") % {"code": case.code},
        text=gettext("The links we sent before open nothing any more. Keep this one to yourself."),
        language=case.language,
        url=url,
        label=gettext("Open my request"),
        reason=gettext("You made this request."),
    )
