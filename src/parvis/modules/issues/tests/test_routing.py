"""Rules that give reports their team: evaluated, tried, put in force, followed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from parvis.core.content.operations import ensure_territory_content
from parvis.core.identity.models import Team
from parvis.core.identity.tests.factories import make_staff, sign_in, staff_actor
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotAllowed, WrongState
from parvis.lib.ids import new_id
from parvis.modules.issues import operations, queries, routing
from parvis.modules.issues.models import Issue, RoutingRule, RuleSet

from .factories import NOW, CategoryFactory, make_issue

KIND, OTHER = new_id(), new_id()
NIGHT = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)  # as a local hour: a Tuesday


def facts(**given_: object) -> routing.Facts:
    return routing.Facts(**{"category_id": KIND, "at": NIGHT, "text": "Gros trou près de l'école", **given_})


def line(**given_: object) -> routing.Rule:
    return routing.Rule(id=new_id(), **given_)


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (line(), True),
        (line(category_id=KIND), True),
        (line(category_id=OTHER), False),
        (line(district_id=OTHER), False),
        (line(asset_kind="lamp"), False),
        (line(words=("ecole",)), True),
        (line(words=("eco", "parc")), True),
        (line(words=("cole",)), False),
        (line(words=("pres de l ecole",)), True),
        (line(weekdays=frozenset({1})), True),
        (line(weekdays=frozenset({5, 6})), False),
        (line(from_hour=17, to_hour=8), True),
        (line(from_hour=8, to_hour=17), False),
        (line(from_hour=23, to_hour=24), True),
    ],
)
def test_conditions(rule: routing.Rule, fits: bool) -> None:
    assert rule.fits(facts()) is fits


def test_the_first_that_fits_decides() -> None:
    first, second = line(words=("trou",)), line()
    assert routing.first_match([first, second], facts()) is first
    assert routing.first_match([line(category_id=OTHER)], facts()) is None


@given(st.integers(0, 23), st.integers(0, 24), st.integers(0, 23))
def test_a_span_of_hours_and_the_rest_of_the_day_share_every_hour(start: int, end: int, hour: int) -> None:
    if start == end % 24:
        return
    at = NIGHT.replace(hour=hour)
    inside = line(from_hour=start, to_hour=end).fits(facts(at=at))
    outside = line(from_hour=end % 24, to_hour=start).fits(facts(at=at))
    assert inside is not outside


def draft_with(actor: Actor, **given_: object) -> RuleSet:
    draft = operations.draft_rules(actor=actor, now=NOW)
    operations.save_rule(actor=actor, rule=RoutingRule(rule_set=draft, name="Les trous", **given_))
    return draft


def teams() -> tuple[Team, Team]:
    return Team.objects.create(slug="voirie", name="Voirie"), Team.objects.create(slug="nuit", name="Équipe de nuit")


@pytest.mark.django_db
def test_reports_follow_the_rules_in_force_and_only_those(territory: Territory, clerk: Actor, visitor: Actor) -> None:
    roads, night = teams()
    category = CategoryFactory(team=roads)
    draft = draft_with(clerk, team=night, words="trou", assignee_id=clerk.person_id, promised_days=2)
    before = make_issue(visitor, category=category)
    assert (before.case.team_id, before.routed_by_id) == (roads.pk, None)
    operations.put_rules_in_force(actor=clerk, draft=draft, now=NOW)
    after = make_issue(visitor, category=category)
    after.case.refresh_from_db()
    assert (after.case.team_id, after.case.due_days) == (night.pk, 2)
    assert after.routed_by_id == draft.rules.get().pk
    plain = make_issue(visitor, category=category, description="lampadaire éteint")
    assert (plain.case.team_id, plain.case.due_days) == (roads.pk, 5)


@pytest.mark.django_db
def test_the_hour_is_the_towns_own(territory: Territory, clerk: Actor, visitor: Actor) -> None:
    roads, night = teams()
    category = CategoryFactory(team=roads)
    draft = draft_with(clerk, team=night, from_hour=17, to_hour=8)
    operations.put_rules_in_force(actor=clerk, draft=draft, now=NOW)
    # 22:30 in UTC is 18:30 in Quebec in March, and 14:00 in UTC is the morning.
    assert make_issue(visitor, category=category, now=NOW.replace(hour=22, minute=30)).case.team_id == night.pk
    assert make_issue(visitor, category=category).case.team_id == roads.pk


@pytest.mark.django_db
def test_a_new_kind_leads_to_its_team_unless_somebody_chose_another(clerk: Actor, visitor: Actor) -> None:
    roads, night = teams()
    holes, lamps = CategoryFactory(team=roads), CategoryFactory(slug="lampe", label_fr="Lampadaire", team=roads)
    draft = draft_with(clerk, team=night, category=lamps)
    operations.put_rules_in_force(actor=clerk, draft=draft, now=NOW)
    issue, kept = make_issue(visitor, category=holes), make_issue(visitor, category=holes)
    operations.recategorise_issue(actor=clerk, issue=issue, category=lamps, now=NOW)
    issue.case.refresh_from_db()
    assert issue.case.team_id == night.pk
    from parvis.core.cases.operations import assign_case

    assign_case(actor=clerk, case=kept.case, team=None, now=NOW)
    operations.recategorise_issue(actor=clerk, issue=kept, category=lamps, now=NOW)
    kept.case.refresh_from_db()
    assert kept.case.team_id is None


@pytest.mark.django_db
def test_a_draft_is_tried_without_changing_anything(clerk: Actor, visitor: Actor) -> None:
    roads, night = teams()
    category = CategoryFactory(team=roads)
    for number in range(7):
        make_issue(visitor, category=category, description="gros trou" if number < 6 else "banc brisé")
    draft = draft_with(clerk, team=night, words="trou")
    trial = queries.try_rules(draft)
    assert (trial.tried, trial.same) == (7, 1)
    [change] = trial.changes
    assert (change.before.team, change.after.team, change.count, len(change.examples)) == (roads, night, 6, 5)
    assert (trial.other_team, trial.other_colleague, trial.other_promise) == (6, 0, 0)
    assert trial.by_rule[0][1] == 6
    assert (trial.right_before, trial.right_after) == (7, 1)
    assert not Issue.objects.exclude(case__team=roads).exists()


@pytest.mark.django_db
def test_a_draft_that_changes_promise_and_colleague_only_says_so(
    territory: Territory, clerk: Actor, visitor: Actor
) -> None:
    roads, _ = teams()
    category, colleague = CategoryFactory(team=roads, promised_days=5), make_staff(territory)
    make_issue(visitor, category=category, description="gros trou")
    make_issue(visitor, category=category, description="banc")
    draft = draft_with(clerk, team=roads, words="trou", promised_days=2, assignee_id=colleague.pk)
    trial = queries.try_rules(draft)
    assert (trial.same, trial.other_team, trial.other_colleague, trial.other_promise) == (1, 0, 1, 1)
    [change] = trial.changes
    assert (change.before.promised_days, change.after.promised_days) == (5, 2)
    assert change.before.assignee == "" != change.after.assignee


@pytest.mark.django_db
def test_a_draft_is_tried_on_the_kind_under_which_a_report_came_in(clerk: Actor, visitor: Actor) -> None:
    roads, night = teams()
    first, second = CategoryFactory(team=roads), CategoryFactory(team=roads)
    issue = make_issue(visitor, category=first)
    operations.recategorise_issue(actor=clerk, issue=issue, category=second, now=NOW)
    assert queries.try_rules(draft_with(clerk, team=night, category=first)).other_team == 1
    operations.discard_draft(actor=clerk, draft=RuleSet.objects.get(in_force_at=None), now=NOW)
    assert queries.try_rules(draft_with(clerk, team=night, category=second)).other_team == 0


@pytest.mark.django_db
def test_one_version_is_in_force_and_the_others_are_kept(territory: Territory, clerk: Actor) -> None:
    roads, _ = teams()
    first = draft_with(clerk, team=roads)
    with pytest.raises(WrongState):
        operations.draft_rules(actor=clerk, now=NOW)
    operations.put_rules_in_force(actor=clerk, draft=first, now=NOW)
    second = operations.draft_rules(actor=clerk, now=NOW)
    assert [rule.name for rule in second.rules.all()] == ["Les trous"]
    operations.put_rules_in_force(actor=clerk, draft=second, now=NOW + timedelta(hours=1))
    first.refresh_from_db()
    assert (first.ended_at, first.in_force_by_id) == (NOW + timedelta(hours=1), clerk.person_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleSet.objects.filter(pk=first.pk).update(ended_at=None)
    with pytest.raises(WrongState):
        operations.put_rules_in_force(actor=clerk, draft=second, now=NOW)
    with pytest.raises(WrongState):
        operations.save_rule(actor=clerk, rule=second.rules.get())
    with pytest.raises(WrongState):
        operations.delete_rule(actor=clerk, rule=second.rules.get())


@pytest.mark.django_db
def test_lines_change_places(clerk: Actor) -> None:
    roads, _ = teams()
    draft = draft_with(clerk, team=roads)
    operations.save_rule(actor=clerk, rule=RoutingRule(rule_set=draft, name="Les lampes", team=roads))
    last = draft.rules.get(name="Les lampes")
    operations.move_rule(actor=clerk, rule=last, up=True)
    assert [rule.name for rule in draft.rules.all()] == ["Les lampes", "Les trous"]
    operations.move_rule(actor=clerk, rule=last, up=True)
    assert [rule.name for rule in draft.rules.all()] == ["Les lampes", "Les trous"]


@pytest.mark.django_db
def test_half_a_span_of_hours_is_refused(clerk: Actor) -> None:
    roads, _ = teams()
    draft = operations.draft_rules(actor=clerk, now=NOW)
    with pytest.raises(Invalid):
        operations.save_rule(actor=clerk, rule=RoutingRule(rule_set=draft, name="x", team=roads, from_hour=8))
    with pytest.raises(IntegrityError), transaction.atomic():
        RoutingRule.objects.create(rule_set=draft, name="x", team=roads, order=1, from_hour=8)


@pytest.mark.django_db
def test_the_wrong_person_writes_no_rules(
    territory: Territory, clerk: Actor, resident: Actor, neighbour_clerk: Actor
) -> None:
    roads, _ = teams()
    draft = draft_with(clerk, team=roads)
    rule = draft.rules.get()
    for wrong in (resident, neighbour_clerk, staff_actor(territory, "issues.work")):
        for act in (
            lambda actor: operations.draft_rules(actor=actor, now=NOW),
            lambda actor: operations.save_rule(actor=actor, rule=rule),
            lambda actor: operations.move_rule(actor=actor, rule=rule, up=True),
            lambda actor: operations.delete_rule(actor=actor, rule=rule),
            lambda actor: operations.discard_draft(actor=actor, draft=draft, now=NOW),
            lambda actor: operations.put_rules_in_force(actor=actor, draft=draft, now=NOW),
        ):
            with pytest.raises(NotAllowed):
                act(wrong)
    assert RuleSet.objects.get().is_draft


@pytest.mark.django_db
def test_a_clerk_writes_tries_and_puts_rules_in_force(territory: Territory, visitor: Actor) -> None:
    ensure_territory_content(territory)
    roads, night = teams()
    category = CategoryFactory(team=roads)
    make_issue(visitor, category=category)
    client = Client(headers={"host": "localhost"})
    sign_in(client, make_staff(territory))
    base = f"/{territory.slug}/bureau/signalements/aiguillage/"
    assert client.get(base).status_code == 200
    assert client.post(f"{base}faire/draft/").status_code == 302
    said = {"name": "Les trous", "words": "trou", "team": str(night.pk), "weekdays": ["1", "2"], "from_hour": "8"}
    assert client.post(f"{base}regles/nouvelle/", said).status_code == 422
    answer = client.post(f"{base}regles/nouvelle/", {**said, "to_hour": "18"})
    assert answer.status_code == 302, answer.content[:3000]
    page = client.get(base).content.decode()
    assert "Les trous" in page
    trial = client.get(f"{base}essai/").content.decode()
    assert night.name in trial
    client.post(f"{base}faire/in-force/")
    assert RuleSet.objects.get().is_in_force
    assert make_issue(visitor, category=category).case.team_id == night.pk
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
