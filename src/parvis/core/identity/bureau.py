"""Staff screens: people of this territory (each look is logged), organisations, staff with their roles, teams."""

from datetime import datetime, time
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from parvis.core.audit.operations import log_view
from parvis.core.geo.models import District
from parvis.core.registry.registry import registry
from parvis.lib.actor import Channel
from parvis.lib.errors import Invalid, ParvisError, require

from . import operations, queries, rules
from .actors import level_of
from .forms import AssignmentForm, PartnerForm, PersonForm, RoleForm, TeamForm
from .models import Account, Assignment, Organisation, OrganisationKind, OrganisationMember, Person, Role, Team

A_PAGE = 50


def _told(request: HttpRequest, form: Form, error: ParvisError) -> None:
    """Put a refusal beside its field, or above the form."""
    form.add_error(error.field if error.field in form.fields else None, error.text(_))


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Find somebody by name, number, address."""
    require(rules.can_see_people(request.actor))
    asked = request.GET.get("q", "").strip()
    found = queries.search_people(asked, most=20) if asked else []
    for seen in found:
        log_view(viewer=request.actor, person_id=seen.pk, reason="search")
    context = {"asked": asked, "found": found, "may_make": rules.can_make_people(request.actor)}
    return render(request, "identity/bureau/people.html", context)


@require_safe
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show what the territory knows of somebody; the person can read that it was looked at."""
    require(rules.can_see_people(request.actor))
    seen = get_object_or_404(Person, pk=person_id)
    log_view(viewer=request.actor, person_id=seen.pk, reason="person")
    context = {
        "seen": seen,
        "level": level_of(seen, request.territory.pk, now=timezone.now()),
        "account": Account.objects.filter(pk=seen.pk).first(),
        "seats": OrganisationMember.objects.filter(person=seen, ends_at=None).select_related("organisation"),
        "roles": queries.staff_of_territory(timezone.now()).filter(person=seen),
        "may_change": rules.can_make_people(request.actor),
    }
    return render(request, "identity/bureau/person.html", context)


def person_new(request: HttpRequest) -> HttpResponse:
    """Make somebody at the counter, without an account."""
    require(rules.can_make_people(request.actor))
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor = request.actor.on_behalf_of(None, Channel.COUNTER)
        made = operations.make_person(actor=actor, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("%(name)s is known here now.") % {"name": made.name})
        return redirect("identity_bureau:person", made.pk)
    return render(request, "identity/bureau/person_form.html", {"form": form, "seen": None})


def person_change(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Correct what is known of somebody."""
    require(rules.can_make_people(request.actor))
    seen = get_object_or_404(Person, pk=person_id)
    log_view(viewer=request.actor, person_id=seen.pk, reason="person")
    form = PersonForm(request.POST or None, instance=seen)
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_details(actor=request.actor, person_id=person_id, now=timezone.now(), **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(refusal.field, refusal.text(_))
        else:
            return redirect("identity_bureau:person", person_id)
    return render(request, "identity/bureau/person_form.html", {"form": form, "seen": seen})


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """List organisations, those that ask first."""
    require(rules.can_admit(request.actor))
    asking = Organisation.objects.filter(status="asked").order_by("asked_at")
    others = Paginator(queries.known_organisations(timezone.now()), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "identity/bureau/organisations.html", {"asking": asking, "others": others})


def organisation(request: HttpRequest, organisation_id: UUID | None = None) -> HttpResponse:
    """Write down a body that the town works with, or change one that has no member to do it."""
    found = get_object_or_404(Organisation, pk=organisation_id) if organisation_id else None
    require(rules.can_keep(request.actor, found) if found else rules.can_admit(request.actor))
    form = PartnerForm(request.POST or None, instance=found, initial={"kind": OrganisationKind.CONTRACTOR})
    if request.method == "POST" and form.is_valid():
        given = {"actor": request.actor, "now": timezone.now(), **form.cleaned_data}
        if found:
            operations.change_organisation(organisation=found, **given)
        else:
            operations.register_organisation(**given)
        messages.success(request, _("It is kept."))
        return redirect("identity_bureau:organisations")
    return render(request, "identity/bureau/organisation.html", {"form": form, "found": found})


@require_POST
def decide(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Admit or refuse an organisation."""
    asked = get_object_or_404(Organisation, pk=organisation_id)
    operation = operations.admit if request.POST.get("admit") else operations.refuse
    operation(actor=request.actor, organisation=asked, now=timezone.now())
    messages.success(request, f"{asked.name} : {asked.get_status_display()}")
    return redirect("identity_bureau:organisations")


def staff(request: HttpRequest) -> HttpResponse:
    """Who holds which role; give one."""
    require(rules.can_assign(request.actor))
    form = AssignmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _assign(request, form):
        return redirect("identity_bureau:staff")
    districts = dict(District.objects.values_list("pk", "name"))
    context = {
        "assignments": [
            (held, districts.get(held.district_id, "")) for held in queries.staff_of_territory(timezone.now())
        ],
        "roles": [(role, _said(operations.permissions_of(role))) for role in Role.objects.all()],
        "teams": Team.objects.all(),
        "form": form,
    }
    return render(request, "identity/bureau/staff.html", context)


def _said(codes: frozenset[str]) -> list[str]:
    """Say in plain words what a set of permissions lets somebody do."""
    if "*" in codes:
        return [_("Everything")]
    labels = {code: label for module in registry() for code, label in module.permission_labels.items()}
    return [str(label) for code, label in labels.items() if code in codes]


def _assign(request: HttpRequest, form: AssignmentForm) -> bool:
    data = form.cleaned_data
    chosen = Account.objects.filter(email=data["email"].lower()).first()
    if chosen is None:
        form.add_error("email", _("Nobody with this address has entered this territory's portal with an account."))
        return False
    until = data["ends_at"] and timezone.make_aware(datetime.combine(data["ends_at"], time.max))
    try:
        operations.assign_role(
            actor=request.actor,
            person_id=chosen.pk,
            role=data["role"],
            team=data["team"],
            district_id=data["district"].pk if data["district"] else None,
            ends_at=until or None,
            now=timezone.now(),
        )
    except ParvisError as error:
        _told(request, form, error)
        return False
    messages.success(request, _("The role is given. It counts once the account has a second lock."))
    return True


@require_POST
def end_assignment(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """Take a role back."""
    held = get_object_or_404(Assignment, pk=assignment_id)
    try:
        operations.end_assignment(actor=request.actor, assignment=held, now=timezone.now())
    except operations.LastAdministrator as error:
        messages.error(request, error.text(_))
    return redirect("identity_bureau:staff")


def role(request: HttpRequest, role_id: UUID | None = None) -> HttpResponse:
    """Make or change a role of the territory's own."""
    require(rules.can_assign(request.actor))
    changed = get_object_or_404(Role, pk=role_id, is_standard=False) if role_id else None
    initial = {"name": changed.name, "permissions": changed.permissions} if changed else None
    form = RoleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            operations.save_role(actor=request.actor, role=changed, now=timezone.now(), **form.cleaned_data)
            return redirect("identity_bureau:staff")
        except ParvisError as error:
            _told(request, form, error)
    title = changed.name if changed else _("New role")
    return render(request, "identity/bureau/role.html", {"form": form, "title": title})


def team(request: HttpRequest, team_id: UUID | None = None) -> HttpResponse:
    """Make or rename a team."""
    require(rules.can_assign(request.actor))
    changed = get_object_or_404(Team, pk=team_id) if team_id else None
    initial = {"name": changed.name, "email": changed.email} if changed else None
    form = TeamForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            operations.save_team(actor=request.actor, team=changed, now=timezone.now(), **form.cleaned_data)
            return redirect("identity_bureau:staff")
        except ParvisError as error:
            _told(request, form, error)
    title = changed.name if changed else _("New team")
    return render(request, "identity/bureau/form.html", {"form": form, "title": title})
