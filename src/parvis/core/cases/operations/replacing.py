"""Whoever holds the secret link of a mail takes it back and has another sent."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from parvis.core.cases import links, rules
from parvis.core.cases.models import Case
from parvis.core.delivery.operations import enqueue_mail
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
    if case.person_id is None and case.contact_email:
        _mail(case)
    return case


def _mail(case: Case) -> None:
    with townless():
        path = links.path_of(case)
    url = absolute(territory_path(Territory.objects.get(pk=case.territory_id), case.language, path))
    enqueue_mail(
        case.contact_email,
        subject=gettext("A new link for your request %(code)s") % {"code": case.code},
        text=gettext("The links we sent before open nothing any more. Keep this one to yourself."),
        language=case.language,
        url=url,
        label=gettext("Open my request"),
        reason=gettext("You made this request."),
    )
