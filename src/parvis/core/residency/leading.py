"""What a page does for somebody who is not trusted enough for it here: it leads to what they lack, and says why."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from . import rules
from .queries import RESIDENT


def lead_on(request: HttpRequest, code: str) -> HttpResponse | None:
    """Return the way to what somebody lacks for a deed (an account, a proven address), or None when they may."""
    if rules.may(request.actor, code):  # type: ignore[attr-defined]  # of our middleware
        return None
    if request.actor.person_id is None:  # type: ignore[attr-defined]
        return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
    if rules.level_asked(code) < RESIDENT:
        messages.info(request, _("Confirm your e-mail first: it shows that it is you."))
        return redirect("account_email")
    messages.info(request, _("This is for residents of %(town)s whose address is proven.") % {"town": _town(request)})
    return redirect("residency:mine")


def _town(request: HttpRequest) -> str:
    return str(request.territory)  # type: ignore[attr-defined]
