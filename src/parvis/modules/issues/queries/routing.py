"""Which team a report goes to, why, and what another version of the rules would change."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

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


@dataclass(slots=True)
class Change:
    """Reports that would go to another team, with a few of them."""

    before: Team | None
    after: Team | None
    count: int = 0
    examples: list[Issue] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a version does to past reports, beside the version in force.

    `right_before` and `right_after`: how many would go straight to the team that has them now.
    """

    tried: int
    same: int
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
    now_rules, zone = rules_in_force(), zone_here()
    lines = list(version.rules.order_by("order", "id"))
    new_rules, teams = [line.plain() for line in lines], {team.pk: team for team in Team.objects.all()}
    changes: dict[tuple[UUID | None, UUID | None], Change] = {}
    used: Counter[UUID | None] = Counter()
    tried = same = right_before = right_after = 0
    for issue in _newest(most):
        before, after = (_route_of(issue, lines_, zone) for lines_ in (now_rules, new_rules))
        tried += 1
        used[after.rule_id] += 1
        right_before += before.team_id == issue.case.team_id
        right_after += after.team_id == issue.case.team_id
        if before.team_id == after.team_id:
            same += 1
            continue
        pair = (before.team_id, after.team_id)
        ends = [teams.get(key) if key else None for key in pair]
        change = changes.setdefault(pair, Change(before=ends[0], after=ends[1]))
        change.count += 1
        if len(change.examples) < EXAMPLES:
            change.examples.append(issue)
    ordered = sorted(changes.values(), key=lambda change: -change.count)
    return Trial(tried, same, ordered, [(line, used[line.pk]) for line in lines], right_before, right_after)


def _newest(most: int) -> QuerySet[Issue]:
    return Issue.objects.select_related("category", "case", "asset").order_by("-reported_at", "id")[:most]


def _route_of(issue: Issue, rules: Sequence[routing.Rule], zone: ZoneInfo) -> Route:
    return route(
        category=issue.category,
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
