"""Pages of organisations: the public list and page, asking to join, members, invitations, acting as one."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from parvis.core.tenancy.addresses import territory_url
from parvis.lib.errors import ParvisError, require

from . import mails, operations, queries, rules
from .forms import InvitationForm, OrganisationForm
from .middleware import ACTING_KEY
from .models import Organisation, OrganisationInvitation, OrganisationMember, OrganisationStatus


def _organisation(request: HttpRequest, slug: str) -> Organisation:
    """Return an organisation of this town: admitted, or one's own that still waits. Raises Http404."""
    found = get_object_or_404(Organisation, slug=slug)
    mine = queries.membership(found, request.actor.person_id, timezone.now())
    if found.status != OrganisationStatus.ADMITTED and not mine and not rules.can_admit(request.actor):
        raise Http404
    return found


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the organisations of the town, and my own."""
    mine = queries.organisations_of(request.actor.person_id, timezone.now()) if request.person else []
    admitted = Organisation.objects.filter(status=OrganisationStatus.ADMITTED)
    context = {"organisations": admitted[:500], "mine": mine, "acting": request.actor.organisation_id}
    return render(request, "identity/organisations/list.html", context)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an organisation to everyone, and its doors to its members."""
    organisation = _organisation(request, slug)
    seat = queries.membership(organisation, request.actor.person_id, timezone.now())
    context = {
        "organisation": organisation,
        "seat": seat,
        # A body without members said nothing itself: how staff reach it is not for everyone.
        "reachable": queries.members_of(organisation, timezone.now()).exists(),
        "manages": rules.can_manage(request.actor, organisation),
        "acting": request.actor.organisation_id == organisation.pk,
    }
    return render(request, "identity/organisations/page.html", context)


@login_required
def ask(request: HttpRequest) -> HttpResponse:
    """Ask the town to admit an organisation."""
    if not rules.can_ask_to_join(request.actor):
        return redirect(f"{reverse('identity:enter')}?{urlencode({'next': request.get_full_path()})}")
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        organisation = operations.ask_to_join(actor=request.actor, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Your request is with the town."))
        return redirect("organisations:page", organisation.slug)
    return render(request, "identity/organisations/ask.html", {"form": form})


@login_required
def manage(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what the organisation says of itself; its members and invitations."""
    organisation = _organisation(request, slug)
    require(rules.can_manage(request.actor, organisation))
    form = OrganisationForm(request.POST or None, instance=organisation)
    if request.method == "POST" and form.is_valid():
        operations.change_organisation(
            actor=request.actor, organisation=organisation, now=timezone.now(), **form.cleaned_data
        )
        messages.success(request, _("It is kept."))
        return redirect("organisations:manage", slug)
    return _manage_page(request, organisation, form=form, invitation_form=InvitationForm())


def _manage_page(request: HttpRequest, organisation: Organisation, **forms: object) -> HttpResponse:
    now = timezone.now()
    waiting = organisation.invitations.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)
    members = queries.members_of(organisation, now)
    context = {"organisation": organisation, "members": members, "invitations": waiting, **forms}
    return render(request, "identity/organisations/manage.html", context)


@login_required
@require_POST
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Invite a member by e-mail."""
    organisation, form = _organisation(request, slug), InvitationForm(request.POST)
    if form.is_valid():
        try:
            invitation, secret = operations.invite_member(
                actor=request.actor, organisation=organisation, now=timezone.now(), **form.cleaned_data
            )
        except ParvisError as error:
            if error.field is None:
                raise
            form.add_error(error.field, error.text(_))
        else:
            _send(request, organisation, invitation, secret)
            messages.success(request, _("The invitation is on its way."))
            return redirect("organisations:manage", slug)
    require(rules.can_manage(request.actor, organisation))
    return _manage_page(request, organisation, form=OrganisationForm(instance=organisation), invitation_form=form)


def _send(request: HttpRequest, organisation: Organisation, invitation: OrganisationInvitation, secret: str) -> None:
    language = request.LANGUAGE_CODE
    mails.send_invitation(
        invitation.email,
        organisation=organisation.name,
        town=request.territory.name,
        url=territory_url(request.territory, language, "organisations:invitation", secret),
        language=language,
    )


@login_required
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Accept an invitation."""
    if not rules.can_ask_to_join(request.actor):
        return redirect(f"{reverse('identity:enter')}?{urlencode({'next': request.get_full_path()})}")
    waiting = operations.invitation_of(secret, now=timezone.now())
    if request.method == "POST":
        operations.accept_invitation(actor=request.actor, secret=secret, now=timezone.now())
        messages.success(request, _("You may now act for %(name)s.") % {"name": waiting.organisation.name})
        return redirect("organisations:page", waiting.organisation.slug)
    return render(request, "identity/organisations/invitation.html", {"invitation": waiting})


@login_required
@require_POST
def withdraw(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Take an invitation back."""
    waiting = get_object_or_404(OrganisationInvitation, pk=pk, organisation__slug=slug)
    operations.withdraw_invitation(actor=request.actor, invitation=waiting, now=timezone.now())
    return redirect("organisations:manage", slug)


@login_required
@require_POST
def member(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Change a member's role, or end the term."""
    seat = get_object_or_404(OrganisationMember.objects.select_related("organisation"), pk=pk, organisation__slug=slug)
    if request.POST.get("end"):
        operations.end_membership(actor=request.actor, member=seat, now=timezone.now())
    else:
        operations.change_member(
            actor=request.actor, member=seat, role=request.POST.get("role", ""), now=timezone.now()
        )
    return redirect("organisations:manage", slug)


@login_required
@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Stop acting for an organisation."""
    organisation = _organisation(request, slug)
    seat = get_object_or_404(queries.members_of(organisation, timezone.now()), person_id=request.actor.person_id)
    operations.end_membership(actor=request.actor, member=seat, now=timezone.now())
    request.session.pop(ACTING_KEY, None)
    messages.success(request, _("You no longer act for %(name)s.") % {"name": organisation.name})
    return redirect("organisations:list")


@login_required
@require_POST
def leave_territory(request: HttpRequest, slug: str) -> HttpResponse:
    """Let the whole organisation leave the town."""
    organisation = _organisation(request, slug)
    operations.leave_with_organisation(actor=request.actor, organisation=organisation, now=timezone.now())
    request.session.pop(ACTING_KEY, None)
    return redirect("organisations:list")


@login_required
@require_POST
def act_as(request: HttpRequest, slug: str) -> HttpResponse:
    """Act for an organisation from now on, in this session; it must be admitted, and I its member."""
    organisation = get_object_or_404(Organisation, slug=slug, status=OrganisationStatus.ADMITTED)
    require(queries.membership(organisation, request.actor.person_id, timezone.now()) is not None)
    request.session[ACTING_KEY] = str(organisation.pk)
    messages.success(request, _("You act for %(name)s.") % {"name": organisation.name})
    return redirect("organisations:page", slug)


@login_required
@require_POST
def act_as_myself(request: HttpRequest) -> HttpResponse:
    """Act for oneself again."""
    request.session.pop(ACTING_KEY, None)
    return redirect("organisations:list")
