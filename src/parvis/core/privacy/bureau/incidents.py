"""The register of incidents: note, assess, tell, close; the two notices, drafted."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from parvis.core.ui.sheets import attached, csv_file
from parvis.lib.errors import Invalid, ParvisError, gettext_noop, require

from .. import operations, queries, rules
from ..forms import AssessForm, IncidentForm, UntoldForm
from ..gravity import leans_serious
from ..models import Incident

A_PAGE = 50


@require_safe
def incidents(request: HttpRequest) -> HttpResponse:
    """List the incidents, the newest first."""
    require(rules.can_handle(request.actor))
    page = Paginator(Incident.objects.all(), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "privacy/bureau/incidents.html", {"page": page})


@require_safe
def incidents_csv(request: HttpRequest) -> HttpResponse:
    """Give the register as a file, as the Commission may ask for it."""
    require(rules.can_handle(request.actor))
    names = [
        *("code", "kind", "noticed_at", "began_on", "ended_on", "circumstances", "data_involved", "people_count"),
        *("is_serious", "reasons", "commission_told_at", "people_told_at", "untold", "measures", "closed_at"),
    ]
    rows = [[_cell(getattr(row, name)) for name in names] for row in Incident.objects.all()]
    return attached(csv_file(names, rows), "registre-incidents.csv", "text/csv; charset=utf-8")


def _cell(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def new(request: HttpRequest) -> HttpResponse:
    """Write down what happened."""
    require(rules.can_handle(request.actor))
    form = IncidentForm(request.POST or None, initial={"noticed_at": timezone.localtime()})
    if request.method == "POST" and form.is_valid():
        try:
            made = operations.note_incident(actor=request.actor, now=timezone.now(), **form.cleaned_data)
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(_))
        else:
            messages.success(request, _("It stands in the register. Now assess how grave it is."))
            return redirect("privacy_bureau:incident", made.pk)
    return render(request, "privacy/bureau/incident_form.html", {"form": form, "incident": None})


def change(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Write down what is known since."""
    require(rules.can_handle(request.actor))
    incident = get_object_or_404(Incident, pk=incident_id)
    form = IncidentForm(request.POST or None, instance=Incident.objects.get(pk=incident_id))
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_incident(actor=request.actor, incident=incident, now=timezone.now(), **form.cleaned_data)
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(_))
        else:
            return redirect("privacy_bureau:incident", incident_id)
    return render(request, "privacy/bureau/incident_form.html", {"form": form, "incident": incident})


def incident(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Show an incident with what is to do; assess it."""
    require(rules.can_handle(request.actor))
    found = get_object_or_404(Incident, pk=incident_id)
    levels = {name: getattr(found, name) for name in ("sensitivity", "consequences", "likelihood")}
    initial = {**levels, "is_serious": "1" if found.is_serious else "0", "reasons": found.reasons}
    form = AssessForm(request.POST or None, initial=initial if found.assessed_at else None)
    if request.method == "POST" and form.is_valid():
        operations.assess_incident(actor=request.actor, incident=found, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Your conclusion and its reasons are kept."))
        return redirect("privacy_bureau:incident", incident_id)
    context = {
        "incident": found,
        "form": form,
        "leans": leans_serious(**levels) if found.assessed_at else None,
        "history": queries.incident_history(found),
    }
    return render(request, "privacy/bureau/incident.html", context)


@require_POST
def act(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Note who was told, or close it."""
    found = get_object_or_404(Incident, pk=incident_id)
    step, given = request.POST.get("step", ""), {"actor": request.actor, "incident": found, "now": timezone.now()}
    steps: dict[str, Callable[[], object]] = {
        "commission": lambda: operations.say_told(who="commission", **given),
        "people": lambda: operations.say_told(who="people", **given),
        "untold": lambda: operations.say_told(who="people", why_not=_why_not(request), **given),
        "close": lambda: operations.close_incident(**given),
    }
    if step not in steps:
        raise Http404
    try:
        steps[step]()
    except ParvisError as error:
        messages.error(request, error.text(_))
    return redirect("privacy_bureau:incident", incident_id)


def _why_not(request: HttpRequest) -> str:
    form = UntoldForm(request.POST)
    if not form.is_valid():
        raise Invalid(gettext_noop("Write which investigation it would hinder."))
    return str(form.cleaned_data["why_not"])


@require_safe
def notice(request: HttpRequest, incident_id: UUID, to: str) -> HttpResponse:
    """Draft the notice to the Commission or to the people concerned, to be printed or copied."""
    require(rules.can_handle(request.actor))
    found = get_object_or_404(Incident, pk=incident_id)
    context = {"incident": found, "policy": queries.policy_here((get_language() or "fr")[:2]), "today": timezone.now()}
    return render(request, f"privacy/bureau/notice_{'commission' if to == 'commission' else 'people'}.html", context)
