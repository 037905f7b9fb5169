"""The page of a case, and every act on it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from parvis.core.audit.operations import log_view
from parvis.core.cases import operations, queries, rules, wording
from parvis.core.cases.kinds import closes_itself, kind_of, panels_of
from parvis.core.cases.models import Case, CaseLink, ClockReason, HandOver, LinkKind, Note
from parvis.core.cases.queries.canned import Ready, ready_answers
from parvis.core.identity.models import Assignment, Organisation, OrganisationStatus, Person, Team
from parvis.core.privacy.queries import consents
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Channel
from parvis.lib.errors import Invalid, ParvisError, gettext_noop, require

UNSENT = "cases_unsent"


@require_safe
def case(request: HttpRequest, code: str) -> HttpResponse:
    """Show a case: who, history, conversation, notes, clock, and what can be done. The look is noted in the log."""
    found = queries.case_by_code(code)
    require(rules.can_view(request.actor, found))
    log_view(viewer=request.actor, person_id=found.person_id, reason="case", subject_id=found.pk)
    return render(request, "cases/bureau/case.html", _context(request, found))


def _context(request: HttpRequest, case: Case) -> dict[str, Any]:
    now, stops = timezone.now(), list(queries.stops_of(case))
    events, lately = list(queries.history(case, internal=True)), now - operations.CAN_UNDO
    choices = _choices(case)
    notes = list(Note.objects.filter(case=case))
    unsent = request.session.get(UNSENT, {})
    canned = ready_answers(case)
    return {
        "case": case,
        "kind": kind_of(case.kind),
        "closes_itself": closes_itself(case),
        "unmergeable": queries.merged_lately(events, since=lately),
        "attached": queries.attached_lately(events, since=lately),
        "person": queries.person_of(case),
        "is_late": case.is_late(now),
        "stops": stops,
        "moments": wording.moments_of(events),
        "talk": queries.conversation(case),
        "notes": notes,
        "names": wording.names_of([case.assignee_id, *(note.author_id for note in notes)]),
        "panels": _panels(request, case, {"canned": canned, "teams": choices["teams"]}),
        "canned": canned,
        "prefill": _asked_answer(request, canned),
        "savings": queries.savings(case),
        "saved_words": wording.SAVED,
        "history_words": wording.HISTORY,
        "hand_overs": [(row, queries.partner_talk(row)) for row in queries.hand_overs_of(case)],
        "links": CaseLink.objects.filter(case=case).select_related("other"),
        "linked_from": CaseLink.objects.filter(other=case).select_related("case"),
        "merged": case.merged.all(),
        "followers": case.followers.count(),
        "can_work": rules.can_work(request.actor, case),
        "can_serve": rules.can_serve(request.actor),
        "can_hand_over": (may := rules.can_hand_over(request.actor, case)),
        "agreed_to_share": may and consents(case.person_id, "cases.share_contact", case.territory_id),
        "unsent": unsent.get("values", {}) if unsent.get("code") == case.code else {},
        **choices,
    }


def _asked_answer(request: HttpRequest, canned: list[Ready]) -> str:
    """Return the ready answer that a link without a script asks for."""
    return next((ready.text for ready in canned if str(ready.id) == request.GET.get("answer")), "")


def _panels(request: HttpRequest, case: Case, known: dict[str, Any]) -> list[dict[str, Any]]:
    """Draw what the modules add to the page, from what the page knows already."""
    shared = {**known, "case": case, "prefill": _asked_answer(request, known["canned"])}
    return [
        {
            "label": panel.label,
            "html": render_to_string(panel.template, {**panel.context(case), **shared}, request=request),
            "url": panel.url(case) if panel.url else "",
        }
        for panel in panels_of(case.kind)
    ]


def _choices(case: Case) -> dict[str, Any]:
    staff = Assignment.objects.filter(ends_at=None).values("person_id")
    return {
        "teams": list(Team.objects.all()),
        "staff": Person.objects.filter(pk__in=staff).order_by("name"),
        "reasons": [choice for choice in ClockReason.choices if choice[0] != ClockReason.HANDED_OVER],
        "link_kinds": LinkKind.choices,
        "bodies": queries.receivers_of(case),
        "organisations": Organisation.objects.filter(status=OrganisationStatus.ADMITTED),
    }


Act = Callable[[HttpRequest, Case], object]


def _said(request: HttpRequest, name: str) -> str:
    return str(request.POST.get(name, ""))


def _id(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(_said(request, name)) if _said(request, name) else None
    except ValueError:
        return None


def _plain(operation: Callable[..., object]) -> Act:
    return lambda request, case: operation(actor=request.actor, case=case, now=timezone.now())


def _with_text(operation: Callable[..., object], field: str = "text") -> Act:
    return lambda request, case: operation(
        actor=request.actor, case=case, now=timezone.now(), **{field: _said(request, field)}
    )


def _message(request: HttpRequest, case: Case) -> None:
    spoken = _said(request, "said_by_person") == "1"
    operations.send_message(
        actor=request.actor.on_behalf_of(case.person_id, Channel.PHONE) if spoken else request.actor,
        case=case,
        text=_said(request, "text"),
        uploads=request.FILES.getlist("files"),
        asks=_said(request, "asks") == "1",
        said_by_person=spoken,
        now=timezone.now(),
    )


def _assign(request: HttpRequest, case: Case) -> None:
    operations.assign_case(
        actor=request.actor,
        case=case,
        team=Team.objects.filter(pk=_id(request, "team")).first(),
        assignee=Person.objects.filter(pk=_id(request, "assignee")).first(),
        now=timezone.now(),
    )


def _take(request: HttpRequest, case: Case) -> None:
    operations.assign_case(actor=request.actor, case=case, team=case.team, assignee=request.person, now=timezone.now())


def _promise(request: HttpRequest, case: Case) -> None:
    typed = _said(request, "days").strip()
    if typed and not typed.isdecimal():
        raise Invalid(gettext_noop("Write a number of working days, from 0 to 3650."), field="days")
    operations.promise_delay(actor=request.actor, case=case, days=int(typed) if typed else None, now=timezone.now())


def _link(request: HttpRequest, case: Case) -> None:
    other = queries.case_by_code(_said(request, "other"))
    operations.link_cases(actor=request.actor, case=case, other=other, kind=_said(request, "kind"), now=timezone.now())


def _unlink(request: HttpRequest, case: Case) -> None:
    link = get_object_or_404(CaseLink.objects.select_related("case"), case=case, pk=_id(request, "link"))
    operations.unlink_cases(actor=request.actor, link=link, now=timezone.now())


def _merge(request: HttpRequest, case: Case) -> None:
    into = queries.case_by_code(_said(request, "into"))
    operations.merge_cases(actor=request.actor, case=case, into=into, now=timezone.now())


def _unmerge(request: HttpRequest, case: Case) -> None:
    apart = queries.case_by_code(_said(request, "other")) if _said(request, "other") else case
    operations.unmerge_case(actor=request.actor, case=apart, now=timezone.now())


def _hand_over(request: HttpRequest, case: Case) -> None:
    key = _id(request, "to")
    bodies = {body.pk: body for body in queries.receivers_of(case)}
    to: Territory | Organisation | None = bodies.get(key) if key else None
    to = to or Organisation.objects.filter(pk=key).first()
    if to is None:
        raise Invalid(gettext_noop("Choose to whom the case goes."), field="to")
    operations.hand_over_case(
        actor=request.actor,
        case=case,
        to=to,
        reason=_said(request, "reason"),
        shares_contact=_said(request, "shares_contact") == "1",
        now=timezone.now(),
    )


def _partner_message(request: HttpRequest, case: Case) -> None:
    rows = HandOver.objects.select_related("case")
    operations.write_to_partner(
        actor=request.actor,
        hand_over=get_object_or_404(rows, case=case, pk=_id(request, "hand_over")),
        text=_said(request, "text"),
        uploads=request.FILES.getlist("files"),
        now=timezone.now(),
    )


def _answer_hand_over(operation: Callable[..., HandOver], *, with_text: bool) -> Act:
    def run(request: HttpRequest, case: Case) -> object:
        rows = HandOver.objects.select_related("case")
        hand_over = get_object_or_404(rows, case=case, pk=_id(request, "hand_over"))
        extra = {"text": _said(request, "text")} if with_text else {}
        return operation(actor=request.actor, hand_over=hand_over, now=timezone.now(), **extra)

    return run


ACTS: dict[str, Act] = {
    "message": _message,
    "note": _with_text(operations.add_note),
    "start": _plain(operations.start_case),
    "assign": _assign,
    "take": _take,
    "stop": _with_text(operations.stop_clock, "reason"),
    "resume": _plain(operations.resume_clock),
    "promise": _promise,
    "close": _with_text(operations.close_case),
    "reopen": _with_text(operations.reopen_case),
    "rename": _with_text(operations.rename_case, "subject"),
    "link": _link,
    "unlink": _unlink,
    "merge": _merge,
    "unmerge": _unmerge,
    "hand-over": _hand_over,
    "accept": _answer_hand_over(operations.accept_hand_over, with_text=False),
    "refuse": _answer_hand_over(operations.refuse_hand_over, with_text=True),
    "partner": _partner_message,
    "finish": _answer_hand_over(operations.finish_as_partner, with_text=True),
    "partner-link": _answer_hand_over(operations.replace_partner_link, with_text=False),
    "detach": _plain(operations.detach_person),
    "withdraw": _answer_hand_over(operations.withdraw_hand_over, with_text=False),
    "return": _answer_hand_over(operations.return_hand_over, with_text=True),
}


@require_POST
def act(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """Do something with a case and come back to its page; what was typed is kept when it is refused."""
    found = queries.case_by_code(code)
    require(rules.can_view(request.actor, found))
    if name not in ACTS:
        raise Invalid(gettext_noop("There is no such step."))
    try:
        ACTS[name](request, found)
    except (ParvisError, ValidationError) as error:
        messages.error(request, error.text(gettext) if isinstance(error, ParvisError) else error.messages[0])
        typed = {key: str(value)[:10_000] for key, value in request.POST.items() if key != "csrfmiddlewaretoken"}
        request.session[UNSENT] = {"code": found.code, "values": {**typed, "act": name}}
    else:
        messages.success(request, gettext("Done."))
        request.session.pop(UNSENT, None)
    return redirect("cases_bureau:case", found.code)
