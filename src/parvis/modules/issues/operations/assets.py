"""Say which thing of the municipality a report is about."""

from datetime import datetime

from django.db import transaction

from parvis.core.assets.models import Asset
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, WrongState, gettext_noop, require
from parvis.modules.issues import rules
from parvis.modules.issues.models import Category, Issue
from parvis.modules.issues.queries.routing import route_of
from parvis.modules.issues.workflow import Status

from .routing import follow_route
from .steps import record_step


def check_asset(category: Category, asset: Asset | None, *, staff: bool) -> None:
    """Raise Invalid (``asset``) for a thing that a report of that kind cannot be about, or that only staff know of."""
    if asset is None:
        return
    here = asset.territory_id == category.territory_id
    if not here or asset.kind not in category.asset_kinds or not (asset.is_public or staff):
        raise Invalid(gettext_noop("Choose one of the list."), field="asset")


@transaction.atomic
def choose_asset(
    *, actor: Actor, issue: Issue, asset: Asset | None, now: datetime, has_just_reported: bool = False
) -> Issue:
    """Note which thing a report is about, or that it is about none; the rules may give it another team then.

    Staff, or whoever reported it while nobody has taken it in charge; `has_just_reported`: a visitor whose browser sent
    it. Raises NotAllowed, Invalid (a thing of another kind), WrongState.
    """
    mine = has_just_reported or (issue.person_id is not None and issue.person_id == actor.person_id)
    require(mine or rules.can_work(actor, issue))
    if not issue.is_open or (issue.status != Status.REPORTED and not rules.can_work(actor, issue)):
        raise WrongState
    check_asset(issue.category, asset, staff=rules.can_work(actor, issue))
    if issue.asset_id == (asset.pk if asset else None):
        return issue
    before = route_of(issue)
    Issue.objects.filter(pk=issue.pk).update(asset=asset)
    issue.asset = asset
    if issue.case.team_id == before.team_id:  # else somebody gave it to another team on purpose
        follow_route(issue=issue, route=route_of(issue), now=now)
    record_step(actor, "issues.asset_chosen", issue, now, asset=str(asset.pk) if asset else "")
    return issue
