"""The back office: who gets in, what they may do there, its menu and its settings."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from parvis.core.content import configuring, operations, rules
from parvis.core.content.forms import settings_form
from parvis.core.content.models import NewsPage, PictureRendition
from parvis.core.content.queries import CARD
from parvis.core.identity.actors import actor_of
from parvis.core.identity.models import Assignment
from parvis.core.identity.tests.factories import PersonFactory, make_staff, sign_in, staff_actor
from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import use
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotAllowed

from .factories import make_news, make_picture, png

pytestmark = pytest.mark.django_db


def browser(territory: Territory, *permissions: str, second_factor: bool = True) -> Client:
    """Return a browser of somebody with these permissions."""
    client = Client()
    sign_in(client, make_staff(territory, *permissions), second_factor=second_factor)
    return client


def test_visitors_are_sent_to_sign_in(client: Client, town: Territory) -> None:
    """And come back after."""
    answer = client.get(f"/{town.slug}/bureau/pages/")
    assert answer.status_code == 302 and "/compte/connexion/" in answer["Location"] and "next=" in answer["Location"]


def test_residents_are_refused(town: Territory) -> None:
    """An account is not a role."""
    client = Client()
    sign_in(client, PersonFactory(entered=[town]))
    assert client.get(f"/{town.slug}/bureau/").status_code == 403


def test_the_neighbours_staff_are_refused(next_door: Client, town: Territory, next_town: Territory) -> None:
    """A role next door opens nothing here."""
    assert next_door.get(f"/{town.slug}/bureau/").status_code == 403
    assert next_door.get(f"/{next_town.slug}/bureau/").status_code == 200


def test_a_second_factor_is_asked(town: Territory) -> None:
    """Staff without one are sent to prove it."""
    answer = browser(town, second_factor=False).get(f"/{town.slug}/bureau/")
    assert answer.status_code == 302 and "double-verification" in answer["Location"]


def test_bureau_alone_leads_to_the_town(staff: Client, town: Territory) -> None:
    """Or asks which one, when several are served."""
    assert staff.get("/bureau/")["Location"] == f"/{town.slug}/bureau/"


def test_bureau_alone_offers_a_choice(town: Territory, next_town: Territory) -> None:
    """Somebody who serves two is asked."""
    person = PersonFactory(entered=[town, next_town])
    make_staff(town, person=person)
    make_staff(next_town, person=person)
    client = Client()
    sign_in(client, person)
    page = client.get("/bureau/").content.decode()
    assert f"/{town.slug}/bureau/" in page and f"/{next_town.slug}/bureau/" in page
    menu = client.get(f"/{town.slug}/bureau/").content.decode()
    assert f"/{next_town.slug}/bureau/" in menu


def test_groups_follow_roles_that_end(town: Territory) -> None:
    """A role that ended opens nothing any more, without any task having run."""
    make_staff(town)  # somebody keeps the keys
    person = make_staff(town)
    client = Client()
    account = sign_in(client, person)
    assert client.get(f"/{town.slug}/bureau/pages/").status_code in {200, 302}
    assert account.groups.count() == 3
    Assignment.objects.filter(person=person).update(ends_at=timezone.now())
    assert client.get(f"/{town.slug}/bureau/").status_code == 403
    assert not operations.groups_of(actor_of(person, town.pk, now=timezone.now()))


def test_groups_here_leave_those_next_door_alone(town: Territory, next_town: Territory) -> None:
    """Matching the groups in one town does not touch the other's."""
    person = PersonFactory(entered=[town, next_town])
    account = sign_in(Client(), person)
    with use(territory=next_town):
        operations.match_groups(account=account, actor=staff_actor(next_town, person=person))
    with use(territory=town):
        operations.match_groups(account=account, actor=staff_actor(town, "content.write", person=person))
        assert account.groups.count() == 2
        operations.match_groups(account=account, actor=Actor(territory_id=town.pk, person_id=person.pk))
        assert account.groups.count() == 0
    with use(territory=next_town):
        assert account.groups.count() == 3


def test_who_writes_may_not_publish(town: Territory) -> None:
    """A writer saves a draft; pressing publish (which the form does not offer) leaves it a draft."""
    writer = browser(town, "content.write")
    page = make_news(town, "Brouillon", slug="brouillon", live=False)
    data = {
        "title": "Brouillon",
        "slug": "brouillon",
        "published_on": "2026-01-05",
        "body-count": "0",
        "body_en-count": "0",
        "body_es-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "action-publish": "1",
    }
    writer.post(f"/{town.slug}/bureau/pages/{page.pk}/edit/", data)
    assert not NewsPage.objects.get(pk=page.pk).live
    publisher = browser(town, "content.publish")
    publisher.post(f"/{town.slug}/bureau/pages/{page.pk}/edit/", data)
    assert NewsPage.objects.get(pk=page.pk).live


def test_a_preview_keeps_the_town(staff: Client, town: Territory) -> None:
    """A draft is drawn in its town's frame, and the addresses after it are still right."""
    page = make_news(town, "En cours", slug="en-cours", live=False)
    answer = staff.get(f"/{town.slug}/bureau/pages/{page.pk}/view_draft/")
    assert answer.status_code == 200 and "En cours" in answer.content.decode()
    assert f'href="/{town.slug}/' in answer.content.decode()


def test_menu_addresses_belong_to_the_town_of_the_moment(town: Territory, next_town: Territory) -> None:
    """Whoever opened the back office first, everybody finds their own addresses in the menu."""
    first, second = browser(town), browser(next_town)
    assert first.get(f"/{town.slug}/bureau/").status_code == 200
    menu = second.get(f"/{next_town.slug}/bureau/").content.decode()
    assert f"/{next_town.slug}/bureau/images/" in menu and f"/{town.slug}/" not in menu


def test_menu_shows_what_one_may_do(town: Territory) -> None:
    """Somebody who only works on requests sees no pages and no settings."""
    menu = browser(town, "cases.work").get(f"/{town.slug}/bureau/").content.decode()
    assert f"/{town.slug}/bureau/images/" not in menu and f"/{town.slug}/bureau/reglages/" not in menu


@pytest.mark.parametrize("address", ["", "coordonnees/", "services/", "modules/issues/"])
def test_settings_are_closed_to_others(town: Territory, address: str) -> None:
    """A writer may not configure."""
    assert browser(town, "content.publish").get(f"/{town.slug}/bureau/reglages/{address}").status_code == 403


def test_a_pale_colour_is_refused(staff: Client, town: Territory) -> None:
    """With the reason beside the field, and nothing changed."""
    data = {"brand": "#ffee88", "phone": "819 555-0100", "email": "", "address": "", "opening_hours": ""}
    answer = staff.post(f"/{town.slug}/bureau/reglages/coordonnees/", data)
    assert answer.status_code == 422 and "brand" in answer.context["form"].errors
    assert "819 555-0100" in answer.content.decode()
    town.refresh_from_db()
    assert town.phone != "819 555-0100"
    answer = staff.post(f"/{town.slug}/bureau/reglages/coordonnees/", {**data, "brand": "#7a1f3d"})
    assert answer.status_code == 302
    town.refresh_from_db()
    assert (town.brand, town.phone) == ("#7a1f3d", "819 555-0100")


def test_wrong_people_configure_nothing(town: Territory, next_town: Territory) -> None:
    """Neither a publisher here nor an administrator next door."""
    for actor in (staff_actor(town, "content.publish"), staff_actor(next_town), Actor.visitor(town.pk)):
        with pytest.raises(NotAllowed):
            configuring.change_place(actor=actor, territory=town, phone="1")
    for actor in (staff_actor(town, "content.publish"), Actor.visitor(town.pk)):
        with pytest.raises(NotAllowed):
            configuring.change_switches(actor=actor, wanted={})
        with pytest.raises(NotAllowed):
            configuring.change_module_settings(actor=actor, module="issues")
        assert not rules.can_configure(actor)
    assert not rules.can_open(staff_actor(next_town), town.pk)
    assert not rules.can_write(staff_actor(town, "cases.work"))
    assert not rules.can_publish(staff_actor(town, "content.write"))


def test_a_part_of_the_house_is_not_switched_off(clerk: Actor, town: Territory) -> None:
    """Only modules have a switch."""
    with pytest.raises(Invalid):
        configuring.change_switches(actor=clerk, wanted={"identity": False})


def test_every_module_with_settings_has_its_form() -> None:
    """A field of a type without a widget is found here."""
    for module in registry():
        if module.settings:
            form = settings_form(module.settings)
            assert form(initial={}).as_p()


def test_a_territory_is_planted_once(town: Territory) -> None:
    """Doing it again changes nothing."""
    before = list(Page.objects.order_by("pk").values_list("pk", "path"))
    operations.ensure_territory_content(town)
    assert list(Page.objects.order_by("pk").values_list("pk", "path")) == before


def test_a_replaced_picture_is_drawn_again_for_the_news_it_stands_in(staff: Client, town: Territory) -> None:
    """Portals that borrow the news may only read what is drawn: nothing may wait for the news to be published again."""
    picture = make_picture(town, "Le pont")
    make_news(town, "Le pont est ouvert", picture=picture)
    before = picture.get_rendition(CARD)
    address = f"/{town.slug}/bureau/images/{picture.pk}/"
    new = SimpleUploadedFile("neuf.png", png(90, 60), "image/png")
    form = staff.get(address).context["form"]
    kept = {name: form[name].value() or "" for name in form.fields if name != "file"}
    assert staff.post(address, {**kept, "file": new}).status_code == 302
    [drawn] = PictureRendition.objects.filter(image=picture, filter_spec=CARD)
    assert drawn.pk != before.pk
