"""Taking a report for somebody on the telephone, at the counter, or whose mail came in."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from parvis.lib.actor import Actor, Channel
from parvis.lib.errors import ParvisError
from parvis.modules.issues import operations, queries
from parvis.modules.issues.models import Issue
from parvis.modules.issues.views.helping import help_with, parts_of

from .taking_form import Caller, TakeForm


@never_cache
@require_http_methods(["GET", "POST"])
def take(request: HttpRequest) -> HttpResponse:
    """Take a report for somebody on the telephone or at the counter, or make one of a mail."""
    caller = Caller.of(request)
    if caller.mail is not None and queries.of_case(caller.mail.pk) is not None:
        return redirect("cases_bureau:case", caller.mail.code)
    form = TakeForm(request.POST or None, request.FILES or None, territory=request.territory, caller=caller)
    if request.method == "POST":
        code = _follow(request, form, caller) if request.POST.get("follow") else _record(request, form, caller)
        if code:
            return redirect(f"{reverse('cases_bureau:case', args=[code])}?taken=1")  # its page throws the draft away
    context = {
        **_about(request, form, caller, form.so_far()),
        "channel": request.POST.get("channel") or request.GET.get("channel", Channel.PHONE.value),
        "channels": [(Channel.PHONE.value, gettext("Telephone")), (Channel.COUNTER.value, gettext("Counter"))],
        "helping": f"{reverse('issues_bureau:take_help')}?{urlencode(_named(caller))}",
    }
    return render(request, "issues/bureau/take.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def take_help(request: HttpRequest) -> HttpResponse:
    """Answer with the parts of the form that depend on what is written so far, as HTML by name."""
    caller = Caller.of(request)
    form = TakeForm(territory=request.territory, caller=caller, kind=request.POST.get("category", ""))
    return parts_of(request, _about(request, form, caller, request.POST))


def _about(request: HttpRequest, form: TakeForm, caller: Caller, said: Mapping[str, str]) -> dict[str, Any]:
    """Return what both draw: the form, for whom it is, and what helps with what is said so far."""
    return {"form": form, "caller": caller, **help_with(said, staff=request.actor.is_staff())}


def _named(caller: Caller) -> dict[str, str]:
    if caller.mail is not None:
        return {"case": caller.mail.code}
    return {"person": str(caller.person.pk)} if caller.person is not None else {}


def _actor(request: HttpRequest, caller: Caller) -> Actor:
    """Return the clerk on behalf of whoever calls."""
    if caller.mail is not None:
        return request.actor
    channel = Channel.COUNTER if request.POST.get("channel") == Channel.COUNTER else Channel.PHONE
    return request.actor.on_behalf_of(caller.person.pk if caller.person else None, channel)


def _record(request: HttpRequest, form: TakeForm, caller: Caller) -> str:
    """Record the report; return its code, or nothing when the form says why not."""
    if not form.is_valid():
        return ""
    try:
        issue = _report(request, form, caller)
    except ParvisError as error:
        form.add_error(error.field if error.field in form.fields else None, error.text(gettext))
        return ""
    messages.success(request, gettext("Report %(code)s is recorded.") % {"code": issue.code})
    return issue.code


def _report(request: HttpRequest, form: TakeForm, caller: Caller) -> Issue:
    said = form.cleaned_data
    return operations.report_issue(
        actor=_actor(request, caller),
        category=said["category"],
        description=said["description"],
        lat=said["place"]["lat"],
        lon=said["place"]["lon"],
        address=said["place"]["address"],
        answers=form.answers(),
        photos=said.get("photos", ()),
        contact=form.contact(caller),
        idempotency_key=request.POST.get("idempotency_key", "")[:64],
        asset=form.thing(),
        mail=caller.mail,
        mailed=form.ids_mailed(),
        now=timezone.now(),
    )


def _follow(request: HttpRequest, form: TakeForm, caller: Caller) -> str:
    """Let whoever calls follow a report nearby instead; return its code, or nothing when the form says why not."""
    issue = queries.by_code(request.POST["follow"])
    form.is_valid()
    form.errors.clear()  # who follows need not say what a report would
    actor, now = _actor(request, caller), timezone.now()
    try:
        if caller.person is not None:
            operations.follow_issue(actor=actor, issue=issue, now=now)
            told = gettext("%(name)s follows the report %(code)s.") % {"name": caller.person.name, "code": issue.code}
        else:
            email, language = request.POST.get("email", "")[:254], form.contact(caller).language
            operations.ask_to_follow(actor=actor, issue=issue, email=email, language=language, now=now)
            told = gettext("A link is on its way to %(email)s: one press, and they follow.") % {"email": email}
    except ParvisError as error:
        form.add_error(error.field if error.field in form.fields else None, error.text(gettext))
        return ""
    messages.success(request, told)
    return issue.code
