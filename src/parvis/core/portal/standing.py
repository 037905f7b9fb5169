"""Where a signed-in person is and as what, in this town and in all of theirs; the way from one to another."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, get_resolver, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from parvis.core.cases.queries import count_by_territory
from parvis.core.identity.entering import question
from parvis.core.identity.models import Organisation, Person, Presence
from parvis.core.identity.request import TownRequest
from parvis.core.residency import queries as residency
from parvis.core.residency.models import Residency
from parvis.core.tenancy.addresses import take_apart, territory_path
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.owners import owner_of
from parvis.core.tenancy.switches import is_on
from parvis.core.ui.shell import Link, Standing

NEAR = 3
"""Towns that stand in the bar itself; all of them stand on the page of my towns."""
OF_ONE_TOWN = frozenset({"next", "lat", "lon", "address", "asset", "page"})
"""What an address may ask for that lies in one town only: it is left behind."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A town that sees me: since when, where I live there, if I do, and how many requests it holds."""

    presence: Presence
    home: Residency | None
    requests: int

    @property
    def territory(self) -> Territory:
        """The town."""
        return self.presence.territory


def presences_of(person_id: UUID) -> list[Presence]:
    """Return the towns that see somebody at this moment, by name; for themselves."""
    with use(person=person_id, scope=Scope.MINE):
        rows = Presence.objects.filter(person_id=person_id, withdrawn_at=None)
        return list(rows.select_related("territory").order_by("territory__name"))


def stays_of(person: Person) -> list[Stay]:
    """Return the towns that see somebody, with what each has, where they live first; for themselves."""
    homes = residency.standing_everywhere(person.pk)
    with use(person=person.pk, scope=Scope.MINE):
        counts = count_by_territory(person.pk)
    rows = [Stay(one, homes.get(one.territory_id), counts.get(one.territory_id, 0)) for one in presences_of(person.pk)]
    return sorted(rows, key=lambda stay: stay.home is None)


def standing(request: TownRequest) -> Standing | None:
    """Return what the bar of a signed-in person's page says."""
    person, town = request.person, request.territory
    if person is None:
        return None
    seen = presences_of(person.pk)
    others = [one.territory for one in seen if town is None or one.territory_id != town.pk]
    # Where I live comes first: it is where people go back to.
    homes = residency.standing_everywhere(person.pk) if seen else {}
    others.sort(key=lambda other: (other.pk not in homes, other.name))
    links = tuple(Link(other.name, _across(request, other)) for other in others[:NEAR])
    more = Link(_("My towns"), reverse("portal:towns"))
    if town is None:
        return Standing(here="", said=_("Choose your town."), icon="globe", towns=links, more=more) if links else None
    entered = any(one.territory_id == town.pk for one in seen)
    with use(scope=Scope.TERRITORY):  # the pages of the account work in another one
        said, icon, step = _as_what(request, town, homes.get(town.pk), entered=entered)
        said += _acting(request)
    if step is not None and step.url.partition("?")[0] == request.path:
        step = None
    return Standing(here=town.name, said=said, icon=icon, step=step, towns=links, more=more)


def _as_what(
    request: TownRequest, town: Territory, home: Residency | None, *, entered: bool
) -> tuple[str, str, Link | None]:
    """Return in words as what somebody is here, a sign, and the step that comes next."""
    named = {"town": town.name}
    if request.actor.is_staff():
        return _("You work for %(town)s.") % named, "tool", None
    if not entered:
        ask = question(request.get_full_path())
        return _("%(town)s does not see you.") % named, "eye", Link(_("What it would see"), ask)
    if town.is_regional:
        return _("You are in the portal of %(town)s.") % named, "globe", None
    if home is None:
        return _("You are a guest in %(town)s.") % named, "walk", None
    return _at_home(named, home)


def _at_home(named: dict[str, str], home: Residency) -> tuple[str, str, Link | None]:
    page = reverse("residency:mine")
    if home.valid_until is None:
        words = _("You live in %(town)s, not proven yet.") % named
        return words, "home", Link(_("Prove it"), page)
    today = residency.today_here(timezone.now())
    grace = residency.options().grace_days
    if today > home.valid_until:
        last = home.valid_until + timedelta(days=grace)
        if today > last:
            words = _("You live in %(town)s; the proof has ended.") % named
            return words, "clock", Link(_("Prove it"), page)
        words = _("Resident of %(town)s: renew before %(date)s.") % {**named, "date": date_format(last)}
        return words, "clock", Link(_("Renew"), page)
    words = _("Resident of %(town)s, proven until %(date)s.") % {**named, "date": date_format(home.valid_until)}
    return words, "home", Link(_("Renew"), page) if residency.may_renew(home, today) else None


def _acting(request: TownRequest) -> str:
    """Say for which organisation somebody acts at this moment."""
    if request.actor.organisation_id is None:
        return ""
    name = Organisation.objects.filter(pk=request.actor.organisation_id).values_list("name", flat=True).first()
    return " " + _("You act for %(name)s.") % {"name": name} if name else ""


def _across(request: TownRequest, other: Territory) -> str:
    """Return the address that leads to this page in another town."""
    arrive = territory_path(other, request.LANGUAGE_CODE, "/venir/")
    page = _page_at_hand(request) if request.territory else "/"
    return arrive if page == "/" else f"{arrive}?{urlencode({'page': page})}"


def _page_at_hand(request: HttpRequest) -> str:
    """Return this page as an address without town and language; of a form that was refused, the page that showed it."""
    if request.method in {"GET", "HEAD"}:
        query = request.META.get("QUERY_STRING", "")
        return request.path_info + (f"?{query}" if query else "")
    came = urlsplit(request.headers.get("Referer", ""))
    return take_apart(came.path).path if came.netloc == request.get_host() else "/"


def same_page(page: str) -> tuple[str, bool]:
    """Return a page's address (without town and language) as it exists in the town in force; whether it is the same.

    What shows one thing of another town (a report, a piece of news) gives way to the list it stands in, and what this
    town has not to its home.
    """
    parts = urlsplit(page)
    if not page.startswith("/") or page.startswith(("//", "/\\")) or parts.netloc:
        return "/", False
    query = urlencode([pair for pair in parse_qsl(parts.query) if pair[0] not in OF_ONE_TOWN])
    if _is_here(parts.path):
        return parts.path + (f"?{query}" if query else ""), True
    steps = [step for step in parts.path.split("/") if step]
    for count in range(len(steps) - 1, 0, -1):
        stem = "/" + "/".join(steps[:count])
        found = next((path for path in (f"{stem}/", stem) if _is_here(path)), None)
        if found is not None:
            return found, False
    return "/", False


def _is_here(path: str) -> bool:
    """Tell whether a page that is about nothing in particular has this address, and its module is in use here."""
    try:
        match: ResolverMatch = get_resolver().resolve(path)
    except Resolver404:
        return False
    captured = match.args or match.captured_kwargs  # type: ignore[attr-defined]  # missing from the stubs
    if captured or match.func.__module__.startswith("wagtail."):
        return False
    owner = owner_of(match, match.func)
    return owner is None or is_on(owner)
