"""Which lamp post it is: offered, chosen, followed by the rules, seen on its page."""

from uuid import uuid4

import pytest
from django.test import Client

from parvis.core.assets.models import Asset, AssetKind
from parvis.core.cases.tests.factories import run_queue
from parvis.core.content.operations import ensure_territory_content
from parvis.core.identity.models import Team
from parvis.core.identity.tests.factories import make_staff, sign_in, staff_actor
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotAllowed, WrongState
from parvis.modules.issues import operations, rules
from parvis.modules.issues.models import Issue, RecurringWork, RoutingRule
from parvis.modules.issues.queries.assets import MOST, assets_near

from .factories import NOW, CategoryFactory, make_issue

pytestmark = pytest.mark.django_db


def asset(code: str, *, kind: str = AssetKind.LAMP, lat: float = 45.8001, **more: object) -> Asset:
    return Asset.objects.create(kind=kind, code=code, lat=lat, lon=-71.9, **more)


def test_the_nearest_of_the_right_kind_are_offered(visitor: Actor) -> None:
    far, near = asset("L2", lat=45.8004), asset("L1", is_public=False)
    asset("H1", kind=AssetKind.HYDRANT)
    asset("L9", lat=45.9)
    issue = make_issue(visitor, category=CategoryFactory(asset_kinds=["lamp"]))
    assert [one.asset for one in assets_near(issue)] == [near, far]
    assert [one.asset for one in assets_near(issue, public_only=True)] == [far]
    assert assets_near(make_issue(visitor)) == []


def test_hidden_things_take_no_place_among_those_that_are_offered(visitor: Actor) -> None:
    for number in range(MOST):
        asset(f"S{number}", is_public=False)
    seen = asset("L1", lat=45.8005)
    issue = make_issue(visitor, category=CategoryFactory(asset_kinds=["lamp"]))
    assert [one.asset for one in assets_near(issue, public_only=True)] == [seen]


def test_staff_say_how_a_thing_fares_where_it_stands_and_who_sees_it(territory: Territory) -> None:
    ensure_territory_content(territory)
    lamp = asset("L-17", street="rue Principale")
    desk, page = Client(headers={"host": "localhost"}), f"/{territory.slug}/bureau/signalements/objets/{lamp.pk}/"
    where = {"place_address": "coin des Érables", "place_lat": "45.8003", "place_lon": "-71.9", "place_ref": ""}
    sign_in(desk, make_staff(territory, "issues.work"))
    assert 'name="state"' not in desk.get(page).content.decode(), "who works on reports sees it and changes nothing"
    refused = desk.post(page, {"state": "broken", **where})
    assert refused.status_code == 403
    sign_in(desk, make_staff(territory, "assets.manage"))
    assert 'name="state"' in desk.get(page).content.decode()
    assert desk.post(page, {"state": "splendid", **where}).status_code == 422
    assert Asset.objects.get(pk=lamp.pk).state == "good"
    assert desk.post(page, {"state": "broken", **where}).status_code == 302
    lamp.refresh_from_db()
    assert (lamp.state, lamp.street, lamp.lat, lamp.is_public) == ("broken", "coin des Érables", 45.8003, False)
    shown = desk.get(f"/en{page}").content.decode()
    assert "State changed · Good → Out of order" in shown
    assert "state_changed" not in shown
    public = f"/{territory.slug}/signalements/objets/{lamp.pk}"
    assert Client(headers={"host": "localhost"}).get(public).status_code == 404


def test_the_rules_follow_the_thing(territory: Territory, visitor: Actor, clerk: Actor) -> None:
    roads, power = Team.objects.create(slug="a", name="Voirie"), Team.objects.create(slug="b", name="Électricité")
    category = CategoryFactory(asset_kinds=["lamp"], team=roads)
    draft = operations.draft_rules(actor=clerk, now=NOW)
    operations.save_rule(actor=clerk, rule=RoutingRule(rule_set=draft, name="x", asset_kind="lamp", team=power))
    operations.put_rules_in_force(actor=clerk, draft=draft, now=NOW)
    issue = make_issue(visitor, category=category)
    assert issue.case.team_id == roads.pk
    operations.choose_asset(actor=clerk, issue=issue, asset=asset("L1"), now=NOW)
    issue.case.refresh_from_db()
    assert issue.case.team_id == power.pk


def test_the_wrong_person_chooses_nothing(
    territory: Territory, resident: Actor, other_resident: Actor, visitor: Actor, neighbour_clerk: Actor
) -> None:
    lamp, issue = asset("L1"), make_issue(resident, category=CategoryFactory(asset_kinds=["lamp"]))
    for wrong in (other_resident, visitor, neighbour_clerk, staff_actor(territory, "cases.view")):
        assert not rules.can_see_assets(wrong)
        with pytest.raises(NotAllowed):
            operations.choose_asset(actor=wrong, issue=issue, asset=lamp, now=NOW)
    operations.choose_asset(actor=resident, issue=issue, asset=lamp, now=NOW)
    with pytest.raises(Invalid):
        operations.choose_asset(actor=resident, issue=issue, asset=asset("H", kind="hydrant"), now=NOW)
    operations.accept_issue(actor=staff_actor(territory, "issues.work"), issue=issue, now=NOW)
    with pytest.raises(WrongState):
        operations.choose_asset(actor=resident, issue=issue, asset=None, now=NOW)


def test_a_visitor_says_which_one_without_a_script_and_staff_see_its_page(territory: Territory, clerk: Actor) -> None:
    ensure_territory_content(territory)
    lamp, category = asset("L-17", street="rue Principale"), CategoryFactory(asset_kinds=["lamp"])
    client = Client(headers={"host": "localhost"})
    said = {"category": category.slug, "place_lat": "45.8", "place_lon": "-71.9", "place_address": "", "place_ref": ""}
    sent = client.post(f"/{territory.slug}/signalements/nouveau", {**said, "idempotency_key": "c" * 32})
    thanks = sent.headers["Location"]
    assert str(lamp.pk) in client.get(thanks).content.decode()
    client.post(thanks, {"asset": str(lamp.pk)})
    issue = Issue.objects.get()
    assert issue.asset == lamp
    stranger = Client(headers={"host": "localhost"})
    stranger.post(thanks, {"asset": ""})
    issue.refresh_from_db()
    assert issue.asset == lamp
    operations.resolve_issue(actor=clerk, issue=issue, answer="Ampoule changée.", now=NOW)
    run_queue()
    assert [line.what for line in lamp.history.all()] == ["worked_on"]
    desk = Client(headers={"host": "localhost"})
    sign_in(desk, make_staff(territory))
    page = desk.get(f"/{territory.slug}/bureau/signalements/objets/{lamp.pk}/").content.decode()
    assert issue.code in page
    assert "Ampoule changée." in page


def test_the_report_carries_the_lamp_post_that_was_tapped_and_goes_to_its_team(
    territory: Territory, clerk: Actor
) -> None:
    ensure_territory_content(territory)
    power, category = Team.objects.create(slug="b", name="Électricité"), CategoryFactory(asset_kinds=["lamp"])
    draft = operations.draft_rules(actor=clerk, now=NOW)
    operations.save_rule(actor=clerk, rule=RoutingRule(rule_set=draft, name="x", asset_kind="lamp", team=power))
    operations.put_rules_in_force(actor=clerk, draft=draft, now=NOW)
    lamp, secret = asset("L-1"), asset("L-2", is_public=False)
    client = Client(headers={"host": "localhost"})
    form = f"/{territory.slug}/signalements/nouveau"
    page = client.get(f"{form}?asset={lamp.pk}").content.decode()
    assert f'value="{lamp.pk}" checked' in page, "its kind of problem and itself are chosen already"
    said = {"category": category.slug, "place_lat": "45.8001", "place_lon": "-71.9", "place_address": ""}
    parts = client.post(f"{form}/aide", {**said, "place_ref": f"thing:{lamp.pk}"}).json()
    assert f'value="{lamp.pk}" checked' in parts["things"]
    assert f'href="#asset-{lamp.pk}"' in parts["things"]
    assert str(secret.pk) not in parts["things"]
    sent = client.post(form, {**said, "place_ref": f"thing:{lamp.pk}", "idempotency_key": "d" * 32})
    assert "/merci/" in sent.headers["Location"]
    issue = Issue.objects.get()
    assert (issue.asset, issue.case.team_id) == (lamp, power.pk)
    client.post(form, {**said, "asset": str(secret.pk), "place_ref": "", "idempotency_key": "e" * 32})
    assert Issue.objects.count() == 1, "what the public map does not show cannot be named"
    other = CategoryFactory()
    client.post(form, {**said, "category": other.slug, "asset": str(lamp.pk), "place_ref": "", "idempotency_key": "f"})
    assert Issue.objects.get(category=other).asset is None, "a hole is not about a lamp post"


def test_programs_name_it_too(territory: Territory) -> None:
    lamp, category = asset("L-1", street="rue Principale"), CategoryFactory(asset_kinds=["lamp"])
    asset("L-2", is_public=False)
    client = Client(headers={"host": "localhost"})
    base = f"/api/v1/{territory.slug}/issues/"
    near = client.get(f"{base}assets?lat=45.8&lon=-71.9&category={category.slug}").json()
    assert [one["code"] for one in near] == ["L-1"]
    body = {"category": category.slug, "lat": 45.8, "lon": -71.9, "asset": str(lamp.pk)}
    made = client.post(base, body, content_type="application/json")
    assert made.json()["asset"]["code"] == "L-1"
    assert client.post(base, {**body, "asset": str(uuid4())}, content_type="application/json").status_code == 404
    wrong = client.post(base, {**body, "category": CategoryFactory().slug}, content_type="application/json")
    assert wrong.status_code == 422


def test_its_public_page_tells_reports_and_works_of_nobody(territory: Territory, resident: Actor, clerk: Actor) -> None:
    ensure_territory_content(territory)
    lamp, category = asset("L-17"), CategoryFactory(asset_kinds=["lamp"])
    issue = make_issue(resident, category=category, asset=lamp, description="Chez Lise, au noir")
    hidden = make_issue(resident, category=category, asset=lamp)
    operations.hide_issue(actor=clerk, issue=hidden, is_hidden=True, now=NOW)
    work = RecurringWork(territory=territory, title_fr="Ampoules", starts_on=NOW.date(), asset=lamp)
    operations.save_recurring(actor=clerk, work=work, now=NOW)
    visitor = Client(headers={"host": "localhost"})
    page = visitor.get(f"/{territory.slug}/signalements/objets/{lamp.pk}").content.decode()
    assert issue.code in page
    assert "Ampoules" in page
    assert f"?asset={lamp.pk}" in page
    assert hidden.code not in page
    assert "Lise" not in page
    window = "-71.95,45.75,-71.85,45.85"
    layer = visitor.get(f"/{territory.slug}/carte/couche/assets?bbox={window}&zoom=16").json()
    assert layer["features"][0]["properties"]["url"].endswith(f"/signalements/objets/{lamp.pk}")
    assert (
        f"/signalements/objets/{lamp.pk}"
        in visitor.get(f"/{territory.slug}/signalements/{issue.code}").content.decode()
    )
    Asset.objects.filter(pk=lamp.pk).update(is_public=False)
    assert (
        Client(headers={"host": "localhost"}).get(f"/{territory.slug}/signalements/objets/{lamp.pk}").status_code == 404
    )
