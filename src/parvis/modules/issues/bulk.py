"""What can be done to many reports of the work list at once: the steps of the page of one."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from parvis.core.cases.models import Case
from parvis.core.registry.entries import BulkAct
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, gettext_noop

from . import operations, queries
from .models import Issue

Act = Callable[..., None]


def _issue(case: Case) -> Issue:
    issue = queries.of_case(case.pk)
    if issue is None:
        raise Invalid(gettext_noop("It is no report of a problem."))
    return issue


def _plain(operation: Callable[..., Issue]) -> Act:
    def run(*, actor: Actor, case: Case, choice: str, text: str, now: datetime) -> None:
        operation(actor=actor, issue=_issue(case), now=now)

    return run


def _answered(operation: Callable[..., Issue]) -> Act:
    def run(*, actor: Actor, case: Case, choice: str, text: str, now: datetime) -> None:
        operation(actor=actor, issue=_issue(case), answer=text, now=now)

    return run


def _recategorise(*, actor: Actor, case: Case, choice: str, text: str, now: datetime) -> None:
    category = queries.categories().filter(slug=choice).first()
    if category is None:
        raise Invalid(gettext_noop("Choose another kind: this one is no longer used."), field="choice")
    operations.recategorise_issue(actor=actor, issue=_issue(case), category=category, now=now)


ACTS = (
    BulkAct("issues.accept", _("Reports: take in charge"), _plain(operations.accept_issue), kind="issues"),
    BulkAct(
        "issues.plan", _("Reports: mark as planned"), _plain(operations.plan_issue), icon="calendar", kind="issues"
    ),
    BulkAct(
        "issues.resolve",
        _("Reports: solved, with an answer"),
        _answered(operations.resolve_issue),
        icon="speech",
        asks_text=_("Answer to each reporter"),
        kind="issues",
    ),
    BulkAct(
        "issues.decline",
        _("Reports: close without work, with the reason"),
        _answered(operations.decline_issue),
        icon="close",
        asks_text=_("Reason, for each reporter"),
        kind="issues",
    ),
    BulkAct(
        "issues.category",
        _("Reports: change the kind"),
        _recategorise,
        icon="list",
        choices=queries.topics,
        choice_label=_("Kind of problem"),
        kind="issues",
    ),
)
