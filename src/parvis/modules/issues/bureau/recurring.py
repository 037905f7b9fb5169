"""Works that come back: the list with the next times, one of them, a time left out."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.lib.errors import ParvisError, require
from parvis.modules.issues import operations, rules
from parvis.modules.issues.models import RecurringWork
from parvis.modules.issues.queries.recurring import recurring_works
from parvis.modules.issues.recurring_form import RecurringForm


@require_safe
def recurring(request: HttpRequest) -> HttpResponse:
    """List the works that come back, each with its next times."""
    require(rules.can_plan_works(request.actor))
    today = timezone.localdate()
    rows = [(work, work.coming(today, 4)) for work in recurring_works()]
    headers = [gettext("Works"), gettext("Next times"), gettext("Team"), gettext("Shown to everyone")]
    return render(request, "issues/bureau/recurring.html", {"rows": rows, "headers": headers})


@require_http_methods(["GET", "POST"])
def recurring_work(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    """Plan works that come back, or change them."""
    require(rules.can_plan_works(request.actor))
    found = get_object_or_404(RecurringWork, pk=pk) if pk else RecurringWork(territory=request.territory)
    form = RecurringForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            operations.save_recurring(actor=request.actor, work=form.instance, now=timezone.now())
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(gettext))
        else:
            messages.success(request, gettext("It stands in the calendar."))
            return redirect("issues_bureau:recurring")
    context = {"form": form, "work": found, "is_new": not pk, "coming": [] if form.errors else form.coming()}
    return render(request, "issues/bureau/recurring_work.html", context, status=422 if form.errors else 200)


@require_POST
def recurring_preview(request: HttpRequest) -> HttpResponse:
    """Draw the next times of what is being typed; nothing is kept."""
    require(rules.can_plan_works(request.actor))
    form = RecurringForm(request.POST, instance=RecurringWork(territory=request.territory))
    return render(request, "issues/bureau/recurring_times.html", {"coming": form.coming()})


@require_POST
def recurring_act(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """Leave one time out, put it back, or delete the whole."""
    work, day = get_object_or_404(RecurringWork, pk=pk), parse_date(request.POST.get("day", ""))
    given = {"actor": request.actor, "work": work, "now": timezone.now()}
    try:
        if name == "supprimer":
            operations.delete_recurring(**given)
        elif day is not None:
            operations.skip_work(day=day, is_skipped=name == "sauter", **given)
    except ParvisError as error:
        messages.error(request, error.text(gettext))
    else:
        messages.success(request, gettext("Done."))
    return redirect("issues_bureau:recurring")
