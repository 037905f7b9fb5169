"""Following what somebody else reported."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from parvis.lib.errors import ParvisError, TooMuch
from parvis.modules.issues import operations, queries, rules
from parvis.modules.issues.following_form import FollowForm
from parvis.modules.issues.models import Issue
from parvis.modules.issues.operations.following import read_token


@never_cache
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Follow at one tap when signed in; else ask for an address and send a link to it."""
    issue = queries.by_code(code)
    if not rules.can_follow(request.actor, issue):
        return redirect("issues:detail", issue.code)
    if request.method == "POST" and request.actor.person_id is not None:
        operations.follow_issue(actor=request.actor, issue=issue, now=timezone.now())
        messages.success(request, gettext("You follow it: you are told at every step."))
        return redirect("issues:detail", issue.code)
    form = FollowForm(request.POST or None)
    is_sent = request.method == "POST" and form.is_valid() and _ask(request, issue, form)
    status = 422 if form.errors else 200
    return render(request, "issues/follow_page.html", {"issue": issue, "form": form, "sent": is_sent}, status=status)


def _ask(request: HttpRequest, issue: Issue, form: FollowForm) -> bool:
    """Send the link to confirm; a network or an address that asks too often waits."""
    email, now = form.cleaned_data["email"].lower(), timezone.now()
    try:
        if not ratelimit.consume(request, action="follow_by_mail", key=email):
            raise TooMuch
        language = request.LANGUAGE_CODE
        operations.ask_to_follow(actor=request.actor, issue=issue, email=email, language=language, now=now)
    except ParvisError as error:
        form.add_error("email", error.text(gettext))
        return False
    return True


@require_POST
def unfollow(request: HttpRequest, code: str) -> HttpResponse:
    """Stop following."""
    issue = queries.by_code(code)
    operations.unfollow_issue(actor=request.actor, issue=issue, now=timezone.now())
    messages.success(request, gettext("You do not follow it any more."))
    return redirect("issues:detail", issue.code)


@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, code: str, token: str) -> HttpResponse:
    """Confirm the address by a press: programs that open links confirm nothing."""
    issue = queries.by_code(code)
    said = read_token(issue, token)
    if request.method == "POST":
        operations.confirm_following(actor=request.actor, issue=issue, token=token, now=timezone.now())
        messages.success(request, gettext("You follow it: you are told at every step."))
        return redirect("issues:detail", issue.code)
    return render(request, "issues/follow_confirm.html", {"issue": issue, "email": said["email"]})
