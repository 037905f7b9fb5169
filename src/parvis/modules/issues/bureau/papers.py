"""The reports of the months for the council: those there are, and one made now."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from parvis.core.aggregates.spans import month_of, months_later
from parvis.core.identity.models import Language
from parvis.lib.errors import Invalid, ParvisError, gettext_noop, require
from parvis.modules.issues import rules
from parvis.modules.issues.models import MonthlyPaper
from parvis.modules.issues.operations.papers import ask_paper
from parvis.modules.issues.queries.kept import today_here

OFFERED = 24  # months


@require_http_methods(["GET", "POST"])
def papers(request: HttpRequest) -> HttpResponse:
    """List the reports of the months, and have one made."""
    require(rules.can_see_all_figures(request.actor))
    now = timezone.now()
    if request.method == "POST":
        try:
            ask_paper(
                actor=request.actor,
                month=_month(request.POST.get("month", "")),
                language=request.POST.get("language", "fr"),
                now=now,
            )
        except ParvisError as error:
            messages.error(request, error.text(gettext))
        else:
            messages.success(request, gettext("The report is being made. Look again in a moment."))
        return redirect("issues_bureau:papers")
    running = month_of(today_here(now))
    months = [months_later(running, -back) for back in range(1, OFFERED + 1)]
    context = {
        "here": "papers",
        "sees_all": True,
        "papers": MonthlyPaper.objects.select_related("file").order_by("-month", "language")[:100],
        "headers": [gettext("Month"), gettext("Language"), gettext("Made"), gettext("File")],
        "months": [(f"{month:%Y-%m}", date_format(month, "F Y")) for month in months],
        "languages": Language.choices,
    }
    return render(request, "issues/bureau/papers.html", context)


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid(gettext_noop("Choose a month that is over, of the last five years."), field="month")
