"""The register of processing activities, what programs decide by themselves, and the assessments."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parvis.core.registry.registry import registry
from parvis.core.ui.sheets import attached, csv_file
from parvis.lib.errors import NotFound, ParvisError, require

from .. import operations, queries, rules
from ..forms import AssessmentForm
from ..models import Assessment


@require_safe
def activities(request: HttpRequest) -> HttpResponse:
    """Show what every module holds, why, how long, who reads it; and what programs decide by themselves."""
    require(rules.can_handle(request.actor))
    context = {"activities": list(queries.activities()), "automated": queries.automated()}
    return render(request, "privacy/bureau/activities.html", context)


@require_safe
def activities_csv(request: HttpRequest) -> HttpResponse:
    """Give the register of processing activities as a file."""
    require(rules.can_handle(request.actor))
    headers = [_("Service"), _("What"), _("Why"), _("Categories"), _("Who may see it"), _("How long")]
    rows = [
        [
            str(module.label),
            str(entry.label),
            str(entry.purpose),
            ", ".join(str(category) for category in entry.categories),
            str(entry.readers),
            str(entry.retention),
        ]
        for module, entry in queries.activities()
    ]
    return attached(csv_file(headers, rows), "registre-traitements.csv", "text/csv; charset=utf-8")


@require_safe
def assessments(request: HttpRequest) -> HttpResponse:
    """List the modules with the assessment of each."""
    require(rules.can_handle(request.actor))
    rows = queries.assessments_here(timezone.localdate())
    return render(request, "privacy/bureau/assessments.html", {"rows": rows})


def assessment(request: HttpRequest, module: str) -> HttpResponse:
    """Write the assessment of a module, and approve it."""
    require(rules.can_handle(request.actor))
    if module not in registry():
        raise NotFound()
    versions = list(Assessment.objects.filter(module=module))
    newest = versions[0] if versions else None
    form = AssessmentForm(request.POST or None, instance=newest and _copy(newest))
    if request.method == "POST" and form.is_valid():
        refusal = _keep(request, module, form)
        if refusal is None:
            return redirect("privacy_bureau:assessments")
        form.add_error(refusal.field, refusal.text(_))
    context = {
        "module": registry().get(module),
        "form": form,
        "approved": [version for version in versions if version.approved_at],
    }
    return render(request, "privacy/bureau/assessment.html", context)


def _copy(newest: Assessment) -> Assessment:
    """Return the words of the newest version, for the form alone: what is kept is decided by the operation."""
    return Assessment(**{name: getattr(newest, name) for name in AssessmentForm.Meta.fields})


def _keep(request: HttpRequest, module: str, form: AssessmentForm) -> ParvisError | None:
    given = {"actor": request.actor, "now": timezone.now()}
    draft = operations.write_assessment(module=module, **given, **form.cleaned_data)
    if not request.POST.get("approve"):
        messages.success(request, _("The draft is kept."))
        return None
    try:
        operations.approve_assessment(assessment=draft, **given)
    except ParvisError as error:
        return error
    messages.success(request, _("It is approved, and stays as it is: a change makes the next version."))
    return None
