"""What was handed to an organisation one acts for: the list, the page of a hand-over, answering, ending it.

Read in scope ``partner``, where the database shows a row only while the term runs; written in the town's own.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from parvis.core.cases import operations, queries, rules, wording
from parvis.core.cases.forms import ReplyForm
from parvis.core.cases.kinds import kind_of
from parvis.core.cases.models import HandOver, PartnerMessage
from parvis.core.files.models import StoredFile
from parvis.core.tenancy.addresses import territory_path
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.errors import ParvisError

from .own import signed_in


@require_safe
@signed_in
def listing(request: HttpRequest) -> HttpResponse:
    """List what was handed to the organisations one acts for, in all towns; to one of them while one acts as it."""
    with use(scope=Scope.PARTNER):
        rows = queries.handed_to_partners(organisation_id=request.actor.organisation_id)
        under_way = [_line(row) for row in rows.filter(ended_at=None)]
        page = Paginator(rows.filter(ended_at__isnull=False), 20).get_page(request.GET.get("page"))
        context = {"under_way": under_way, "page": page, "ended": [_line(row) for row in page]}
        return render(request, "cases/partners/list.html", context)


def _line(row: HandOver) -> dict[str, Any]:
    return {"row": row, "kind": kind_of(row.frozen["kind"]), "state": wording.PARTNER_STATES[row.state]}


@require_safe
@signed_in
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show what was handed over: what is to be done, where, what was said about it."""
    found = _handed(request, pk)
    if found.territory_id != request.actor.territory_id:  # its files are served in its own town
        return redirect(territory_path(found.territory, request.LANGUAGE_CODE, f"/mon-espace/demandes/confiees/{pk}/"))
    return _page(request, found, ReplyForm())


def _handed(request: HttpRequest, pk: UUID) -> HandOver:
    with use(scope=Scope.PARTNER):
        found = queries.handed_to_partners().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, found: HandOver, form: ReplyForm, status: int = 200) -> HttpResponse:
    with use(scope=Scope.PARTNER):
        talk = list(queries.partner_talk(found))
    with use(territory=found.territory_id):
        decides = rules.is_partner(request.actor, found, decides=True)
        context = shown(found, talk)
    return render(request, "cases/partners/detail.html", {**context, "decides": decides, "form": form}, status=status)


Address = Callable[[StoredFile, str], str]


def served(stored: StoredFile, variant: str) -> str:
    """Return the address of a file for whoever is signed in."""
    return stored.url(variant)


def shown(found: HandOver, talk: Sequence[PartnerMessage], address: Address = served) -> dict[str, Any]:
    """Return what the page of a hand-over shows of it, and of what was said; read in its own territory."""
    ids = [file["id"] for file in queries.files_in(found.frozen) if file.get("id")]
    ids += [file["id"] for message in talk for file in message.files]
    stored = {str(file.pk): file for file in StoredFile.objects.filter(pk__in=ids, subject_id=found.pk)}
    return {
        "row": found,
        "frozen": found.frozen,
        "kind": kind_of(found.frozen["kind"]),
        "state": wording.PARTNER_STATES[found.state],
        "opened_at": parse_datetime(found.frozen.get("opened_at", "")),
        "talk": [(message, _links(message.files, stored, address)) for message in talk],
        "photos": _links(found.frozen.get("details", {}).get("files", []), stored, address),
        "messages_then": [(said, _links(said["files"], stored, address)) for said in found.frozen.get("messages", [])],
        "reply_url": reverse("cases:partner_reply", args=[found.pk]),
        "steps": {name: reverse("cases:partner_step", args=[found.pk, name]) for name in STEPS},
    }


@require_POST
@signed_in
def reply(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write to the staff of the town."""
    found, form = _handed(request, pk), ReplyForm(request.POST, request.FILES)
    if form.is_valid():
        said = form.cleaned_data
        try:
            _in_town(request, found, operations.answer_as_partner, text=said["text"], uploads=said["files"])
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(gettext))
        else:
            messages.success(request, gettext("Your message is sent."))
            return redirect("cases:partner", pk)
    return _page(request, found, form, status=422)


def _links(
    files: Sequence[dict[str, str]], stored: dict[str, StoredFile], address: Address
) -> list[tuple[StoredFile, str, str]]:
    """Return the files that came along, each with the address of the whole and of a small one."""
    found = [stored[file["id"]] for file in files if file.get("id") in stored]
    return [(one, address(one, "full"), address(one, "small")) for one in found]


STEPS: dict[str, Callable[..., object]] = {
    "accepter": operations.accept_hand_over,
    "refuser": operations.refuse_hand_over,
    "rendre": operations.return_hand_over,
    "terminer": operations.finish_as_partner,
}


@require_POST
@signed_in
def step(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """Take it on, refuse it, give it back or say that it is done."""
    found = _handed(request, pk)
    if name not in STEPS:
        raise Http404
    extra = {} if name == "accepter" else {"text": request.POST.get("text", "")}
    try:
        _in_town(request, found, STEPS[name], **extra)
    except ParvisError as error:
        messages.error(request, error.text(gettext))
    else:
        messages.success(request, gettext("The town is told."))
    return redirect("cases:partner", pk)


def _in_town(request: HttpRequest, found: HandOver, operation: Callable[..., object], **values: Any) -> None:
    """Act in the town of the hand-over, as the organisation."""
    actor = replace(request.actor, territory_id=found.territory_id, organisation_id=found.organisation_id)
    with use(territory=found.territory_id):
        here = HandOver.objects.select_related("case").get(pk=found.pk)
        operation(actor=actor, hand_over=here, now=timezone.now(), **values)
