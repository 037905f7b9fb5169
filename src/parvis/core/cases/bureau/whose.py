"""Say whose case it is: look the person up, look again, confirm; and take it back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from parvis.core.audit.operations import log_view
from parvis.core.cases import operations, queries, rules
from parvis.core.cases.models import Case
from parvis.core.identity.models import Person
from parvis.lib.errors import ParvisError, require


@require_http_methods(["GET", "POST"])
def whose(request: HttpRequest, code: str) -> HttpResponse:
    """Search somebody, then confirm that the case is theirs."""
    case = queries.case_by_code(code)
    require(rules.can_work(request.actor, case) and rules.can_serve(request.actor))
    chosen = _person(request.POST.get("person") or request.GET.get("person") or "")
    if request.method == "POST" and chosen is not None:
        return _attach(request, case, chosen)
    asked = request.GET.get("q", case.contact_phone or case.contact_email or case.contact_name)[:100]
    people = [] if chosen else list(queries.search_people(asked).people)
    for person in [chosen] if chosen else people:
        log_view(viewer=request.actor, person_id=person.pk, reason="search", subject_id=case.pk)
    context = {"case": case, "chosen": chosen, "asked": asked, "people": people, "before": queries.person_of(case)}
    return render(request, "cases/bureau/whose.html", context)


def _person(typed: str) -> Person | None:
    try:
        return Person.objects.filter(pk=UUID(typed)).first() if typed else None
    except ValueError:
        return None


def _attach(request: HttpRequest, case: Case, person: Person) -> HttpResponse:
    try:
        operations.attach_person(actor=request.actor, case=case, person=person, now=timezone.now())
    except ParvisError as error:
        messages.error(request, error.text(gettext))
        return redirect("cases_bureau:whose", case.code)
    messages.success(request, gettext("The case is now %(name)s's.") % {"name": person.name})
    return redirect("cases_bureau:case", case.code)
