"""Which team a report goes to, why, and what another version of the rules would change."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from parvis.core.audit.models import Entry
from parvis.core.cases.wording import names_of
from parvis.core.identity.models import Team
from parvis.core.tenancy.context import current_territory_id
from parvis.core.tenancy.here import zone_here
from parvis.core.tenancy.memo import remembered
from parvis.modules.issues import routing
from parvis.modules.issues.models import Category, Issue, RoutingRule, RuleSet

TRIED_ON = 500
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Route:
    """Where a report goes: team, colleague, promise in working days, and the rule that said so, if any did."""

    team_id: UUID | None
    promised_days: int
    assignee_id: UUID | None = None
    rule_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a report: its team, the colleague's name (empty for none), the promise in working days."""

    team: Team | None
    assignee: str
    promised_days: int


@dataclass(slots=True)
class Change:
    """Reports that would have another team, colleague or promise, with a few of them."""

    before: Outcome
    after: Outcome
    count: int = 0
    examples: list[Issue] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a version does to past reports, beside the version in force.

    `same`: how many keep team, colleague and promise; then how many would have another of each. `right_before` and
    `right_after`: how many would go straight to the team that has them now.
    """

    tried: int
    same: int
    other_team: int
    other_colleague: int
    other_promise: int
    changes: Sequence[Change]
    by_rule: Sequence[tuple[RoutingRule, int]]
    right_before: int
    right_after: int


def rule_sets() -> QuerySet[RuleSet]:
    """Return the versions, newest first."""
    return RuleSet.objects.order_by("-number")


def rules_in_force() -> list[routing.Rule]:
    """Return the lines that reports follow now, in their order."""
    rows = RoutingRule.objects.filter(rule_set__in_force_at__isnull=False, rule_set__ended_at=None)
    here = current_territory_id()
    return remembered(
        ("issues.rules", here), lambda: [row.plain() for row in rows.order_by("order", "id")], fact_of=here
    )


def route(
    *,
    category: Category,
    text: str,
    at: datetime,
    district_id: UUID | None = None,
    asset_kind: str = "",
    rules: Sequence[routing.Rule] | None = None,
    zone: ZoneInfo | None = None,
) -> Route:
    """Return where such a report goes, by `rules` or those in force; without one that fits, to its category's team."""
    lines = rules_in_force() if rules is None else rules
    facts = routing.Facts(
        category_id=category.pk,
        at=at.astimezone(zone or zone_here()),
        text=text,
        district_id=district_id,
        asset_kind=asset_kind,
    )
    found = routing.first_match(lines, facts)
    if found is None:
        return Route(category.team_id, category.promised_days)
    days = category.promised_days if found.promised_days is None else found.promised_days
    return Route(found.team_id, days, found.assignee_id, found.id)


def try_rules(version: RuleSet, *, most: int = TRIED_ON) -> Trial:
    """Return what a version would have changed for the newest reports, next to the rules in force. Writes nothing."""
    now_rules, zone, issues = rules_in_force(), zone_here(), list(_newest(most))
    lines, kinds = list(version.rules.order_by("order", "id")), _first_kinds(issues)
    new_rules = [line.plain() for line in lines]
    pairs: dict[tuple[Route, Route], list[Issue]] = {}
    used: Counter[UUID | None] = Counter()
    right_before = right_after = 0
    for issue in issues:
        kind = kinds.get(issue.pk, issue.category)
        before, after = (_route_of(issue, kind, lines_, zone) for lines_ in (now_rules, new_rules))
        used[after.rule_id] += 1
        right_before += before.team_id == issue.case.team_id
        right_after += after.team_id == issue.case.team_id
        pairs.setdefault((replace(before, rule_id=None), replace(after, rule_id=None)), []).append(issue)
    other = {pair: found for pair, found in pairs.items() if pair[0] != pair[1]}

    def differing(name: str) -> int:
        return sum(len(found) for (old, new), found in other.items() if getattr(old, name) != getattr(new, name))

    return Trial(
        tried=len(issues),
        same=len(issues) - sum(map(len, other.values())),
        other_team=differing("team_id"),
        other_colleague=differing("assignee_id"),
        other_promise=differing("promised_days"),
        changes=_changes(other),
        by_rule=[(line, used[line.pk]) for line in lines],
        right_before=right_before,
        right_after=right_after,
    )


def _changes(pairs: Mapping[tuple[Route, Route], list[Issue]]) -> list[Change]:
    """Return the changes with the names of teams and colleagues, those of most reports first."""
    teams = {team.pk: team for team in Team.objects.all()}
    people = names_of(route.assignee_id for pair in pairs for route in pair if route.assignee_id)

    def outcome(way: Route) -> Outcome:
        team = teams.get(way.team_id) if way.team_id else None
        return Outcome(team, people.get(way.assignee_id, "") if way.assignee_id else "", way.promised_days)

    found = [
        Change(outcome(before), outcome(after), len(issues), issues[:EXAMPLES])
        for (before, after), issues in pairs.items()
    ]
    return sorted(found, key=lambda change: -change.count)


def _newest(most: int) -> QuerySet[Issue]:
    return Issue.objects.select_related("category", "case", "asset").order_by("-reported_at", "id")[:most]


def _first_kinds(issues: Sequence[Issue]) -> dict[UUID, Category]:
    """Return the kind under which reports came in, of those that were given another one since."""
    changes = Entry.objects.filter(
        territory_id=current_territory_id(), name="issues.recategorised", subject_id__in=[issue.pk for issue in issues]
    )
    first: dict[UUID, UUID] = {}
    for issue_id, data in changes.order_by("at", "id").values_list("subject_id", "data"):
        if issue_id is not None and data.get("before"):
            first.setdefault(issue_id, UUID(data["before"]))
    known = Category.objects.in_bulk(set(first.values()))
    return {issue_id: known[kind_id] for issue_id, kind_id in first.items() if kind_id in known}


def _route_of(issue: Issue, kind: Category, rules: Sequence[routing.Rule], zone: ZoneInfo) -> Route:
    return route(
        category=kind,
        text=issue.description,
        at=issue.reported_at,
        district_id=issue.district_id,
        asset_kind=issue.asset.kind if issue.asset else "",
        rules=rules,
        zone=zone,
    )


def route_of(issue: Issue, category: Category | None = None) -> Route:
    """Return where a report goes by the rules in force, as it stands or were it of another category."""
    return route(
        category=category or issue.category,
        text=issue.description,
        at=issue.reported_at,
        district_id=issue.district_id,
        asset_kind=issue.asset.kind if issue.asset else "",
    )
