"""Who gets in: staff of the territory in the address, and nobody else."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from parvis.core.content import operations, rules
from parvis.core.identity.models import Account
from parvis.core.tenancy.addresses import territory_path
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import NotAllowed, NotFound, gettext_noop

from .open_screens import is_open

View = Callable[..., HttpResponse]


def territories_of(actor: Actor) -> list[Territory]:
    """Return the territories whose back office opens to this actor, by name."""
    return list(Territory.objects.filter(pk__in={grant.territory_id for grant in actor.grants}))


def bureau_path(territory: Territory, language: str, rest: str = "") -> str:
    """Return the address of a territory's back office."""
    return territory_path(territory, language, f"/bureau/{rest}")


def staff_only(view: View) -> View:
    """Let staff of this territory through; send others to sign in, to choose a town, or away.

    On the way in, the groups that carry Wagtail's permissions are made those that the person's roles give now.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.person is None:
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        if request.territory is None:
            return choose_town(request)
        if not rules.can_open(request.actor):
            raise NotAllowed(gettext_noop("The back office of this territory is open to its staff only."))
        if not is_open(request.resolver_match):
            raise NotFound
        account = cast(Account, request.user)  # there is a person, so somebody is signed in
        if operations.match_groups(account=account, actor=request.actor):
            for name in ("_perm_cache", "_group_perm_cache", "_page_permission_cache"):
                account.__dict__.pop(name, None)
        account.first_name = request.person.name  # what Wagtail shows at the foot of its menu
        return view(request, *args, **kwargs)

    return guarded


def choose_town(request: HttpRequest) -> HttpResponse:
    """Lead to the only town served, or offer those there are."""
    towns = territories_of(request.actor)
    if not towns:
        raise NotAllowed(gettext_noop("The back office is open to staff only."))
    if len(towns) == 1:
        return redirect(bureau_path(towns[0], request.LANGUAGE_CODE))
    links = [(town, bureau_path(town, request.LANGUAGE_CODE)) for town in towns]
    return render(request, "content/choose_town.html", {"links": links})


def own_account(request: HttpRequest) -> HttpResponse:
    """The account belongs to the person, not to the back office: it has its own pages."""
    return redirect("identity:account")


def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out through the account's own page, with what was posted (its CSRF token)."""
    return HttpResponseRedirect(reverse("account_logout"), status=307)
