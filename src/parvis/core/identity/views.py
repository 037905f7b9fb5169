"""One's own account: the overview, entering and leaving a town, one's details, one's devices."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from parvis.core.tenancy.models import Territory
from parvis.core.ui.shell import prefix_of

from . import operations
from .entering import pass_through
from .forms import ProfileForm
from .models import Presence, SignIn
from .queries import has_entered
from .signing_in import owns_second_factor


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show one's account: details, locks, devices, history of sign-ins, towns entered."""
    context = {
        "me": request.person,
        "sign_ins": SignIn.objects.filter(person_id=request.user.pk).order_by("-at")[:10],
        "towns": Presence.objects.filter(person_id=request.user.pk, withdrawn_at=None).select_related("territory"),
        "has_lock": owns_second_factor(request.user),
        "devices": UserSession.objects.filter(user_id=request.user.pk).count(),
    }
    return render(request, "identity/account.html", context)


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Change one's own details."""
    form = ProfileForm(request.POST or None, instance=request.person)
    if request.method == "POST" and form.is_valid():
        operations.change_details(
            actor=request.actor, person_id=request.actor.person_id, now=timezone.now(), **form.cleaned_data
        )
        messages.success(request, _("Your details are kept."))
        return redirect("identity:account")
    return render(request, "identity/profile.html", {"form": form})


@login_required
def enter(request: HttpRequest) -> HttpResponse:
    """Ask whether this town may see me, and what it would see."""
    onward = _onward(request)
    if request.territory is None:
        return redirect(onward)
    if request.method == "POST" and "later" in request.POST:
        pass_through(request)
        return redirect(onward)
    if request.method == "POST":
        operations.enter_territory(actor=request.actor, now=timezone.now())
        return redirect(onward)
    entered = has_entered(request.actor.person_id, request.territory.pk)
    return render(request, "identity/enter.html", {"next": onward, "entered": entered, "me": request.person})


@login_required
def leave(request: HttpRequest) -> HttpResponse:
    """Take back what entering gave."""
    town = get_object_or_404(Territory, pk=request.territory.pk if request.territory else None)
    back = _onward(request, reverse("identity:account"))
    if request.method == "POST":
        operations.leave_territory(actor=request.actor, now=timezone.now())
        messages.success(request, _("%(town)s no longer sees you.") % {"town": town.name})
        return redirect(back)
    return render(request, "identity/leave.html", {"town": town, "next": back})


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign one other device out."""
    get_object_or_404(UserSession, pk=pk, user_id=request.user.pk).end()
    messages.success(request, _("That device is signed out."))
    return redirect("usersessions_list")


def _onward(request: HttpRequest, otherwise: str = "") -> str:
    """Return where the reader was going, if it is on this site; else the home of the town, or what was said."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    here = {request.get_host()}
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=here, require_https=request.is_secure()):
        return wanted if wanted != reverse("identity:enter") else f"{prefix_of(request)}/"
    return otherwise or f"{prefix_of(request)}/"
