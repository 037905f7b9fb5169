"""Files and error pages of the interface. None of them may need the database: no test here is allowed one."""

import json
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import override_settings
from django.urls import resolve

from parvis.core.ui import errors, shell, styleguide, views, vite
from parvis.lib.actor import Actor
from parvis.lib.errors import NotAllowed, WrongState


@pytest.fixture
def ask(rf):
    """Make a request of a town, as the middleware would."""

    def make(path="/", brand="#0f5c4f", person=None):
        request = rf.get(path)
        request.territory = SimpleNamespace(
            name="Val-des-Pins", brand=brand, timezone="America/Toronto", is_fictional=True, phone="", opening_hours=""
        )
        request.language_prefix, request.town_prefix = "", "/val-des-pins"
        request.actor = Actor(person_id=person)
        request.user = SimpleNamespace(is_authenticated=person is not None)
        request._messages = []
        return request

    return make


def test_the_colours_are_those_of_the_town_in_both_themes(ask):
    css = views.colours(ask(brand="#1c3f94")).content.decode()
    assert "--brand:#1c3f94" in css
    assert "[data-theme=dark]" in css
    assert "immutable" in views.colours(ask())["Cache-Control"]


@pytest.mark.parametrize("brand", ["#ffff00", "red;}*{display:none}", ""])
def test_a_colour_that_cannot_be_read_gives_way_to_the_house_colour(ask, brand):
    css = views.colours(ask(brand=brand)).content.decode()
    assert "--brand:#0f5c4f" in css
    assert "display" not in css


def test_the_manifest_names_the_town_and_its_icons(ask):
    manifest = json.loads(views.web_manifest(ask()).content)
    assert manifest["name"] == "Val-des-Pins"
    assert manifest["start_url"] == "/val-des-pins/"
    assert manifest["scope"] == "/"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    assert {"192x192", "512x512"} == {icon["sizes"] for icon in manifest["icons"]}


def test_only_the_declared_icons_exist(ask):
    assert views.app_icon(ask(), "192")["Content-Type"] == "image/png"
    assert views.app_icon(ask(), "99999").status_code == 404


def test_the_key_of_a_person_is_theirs_and_says_nothing(ask):
    one, other = uuid4(), uuid4()
    assert shell.person_key(ask(person=one)) == shell.person_key(ask(person=one))
    assert shell.person_key(ask(person=one)) != shell.person_key(ask(person=other))
    assert str(one)[:8] not in shell.person_key(ask(person=one))
    assert shell.person_key(ask()) == ""


def test_the_token_is_never_kept(ask):
    answer = views.token(ask(person=uuid4()))
    assert "no-store" in answer["Cache-Control"]
    assert set(json.loads(answer.content)) == {"csrf", "person"}


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 422, 429, 500, 503, 418])
def test_each_error_says_what_to_do(ask, status):
    answer = errors.error_page(ask("/nulle-part/"), status)
    html = answer.content.decode()
    assert answer.status_code == status
    assert html.count("<h1>") == 1
    assert "<p>" in html
    assert 'data-keep=""' in html, "the phone must not keep an error"


def test_the_page_of_a_broken_server_needs_no_request_at_all(rf):
    assert errors.server_error(rf.get("/")).status_code == 500


def test_a_broken_transaction_still_gets_a_page(ask, monkeypatch):
    def no_database(request):
        raise DatabaseError

    monkeypatch.setattr(shell, "_port", lambda path: no_database)
    with override_settings(UI_SHELL="any.port"):
        answer = errors.error_page(ask(), 409)
    assert answer.status_code == 409
    assert "<h1>" in answer.content.decode()


def test_a_refusal_becomes_its_page(ask):
    middleware = errors.RefusalMiddleware(lambda request: HttpResponse())
    answer = middleware.process_exception(ask(), NotAllowed())
    assert answer.status_code == 403
    assert middleware.process_exception(ask(), WrongState()).status_code == 409
    assert middleware.process_exception(ask(), ValueError()) is None


def test_waiting_is_said_to_programs_too(ask):
    assert errors.error_page(ask(), 429, retry_after=60)["Retry-After"] == "60"


def test_a_signed_in_page_is_not_kept_unless_it_says_so(ask):
    assert 'data-keep="public"' in views_html(ask(), "{% extends 'ui/base.html' %}")
    mine = ask(person=uuid4())
    assert 'data-keep=""' in views_html(mine, "{% extends 'ui/base.html' %}")
    kept = "{% extends 'ui/base.html' %}{% block keep %}mine{% endblock %}"
    assert 'data-keep="mine"' in views_html(mine, kept)


def views_html(request, text):
    from django.template import engines

    return engines["django"].from_string(text).render({}, request)


def test_a_page_holds_no_inline_script_nor_style(ask):
    with override_settings(DEMO=True):
        html = styleguide.guide(ask("/demo/ui/?erreurs")).content.decode()
    assert "style=" not in html.replace("data-style=", "")
    assert "<style" not in html
    assert "onclick" not in html
    assert all("src=" in tag or "application/json" in tag for tag in html.split("<script")[1:])
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert "https://" not in html


def test_the_style_guide_belongs_to_demonstrations(ask):
    from django.http import Http404

    with override_settings(DEMO=False), pytest.raises(Http404):
        styleguide.guide(ask("/demo/ui/"))


def test_the_mark_and_the_rules_for_robots_stand_where_they_are_looked_for(ask):
    mark = resolve("/favicon.ico").func(ask())
    assert (mark.status_code, mark.headers["Content-Type"], mark.content[:4]) == (200, "image/png", b"\x89PNG")
    rules = resolve("/robots.txt").func(ask()).content.decode().splitlines()
    assert rules[:2] == ["User-agent: *", "Allow: /"]
    for path in ("/bureau/", "/mon-espace/", "/compte/", "/api/"):
        assert {f"Disallow: {path}", f"Disallow: /*{path}"} <= set(rules)


def test_the_shell_comes_from_its_port(ask):
    with override_settings(UI_SHELL=f"{__name__}.town_shell"):
        request = ask()
        html = views_html(request, "{% extends 'ui/base.html' %}")
    assert "MRC des Trois-Sources" in html
    assert 'href="/plan-du-site/"' in html
    assert "data-forget" in html


def town_shell(request):
    """The port's other side, for one test."""
    return shell.Shell(
        line="MRC des Trois-Sources",
        name="Monique",
        account=(shell.Link("Sign out", "/sortir/", "out", post=True),),
        footer=(shell.Link("Site map", "/plan-du-site/"),),
    )


def test_without_a_build_pages_still_come(ask, monkeypatch, tmp_path):
    monkeypatch.setattr(vite, "BUILT", tmp_path)
    assert vite.entry("main") == vite.Entry()
    assert "<main" in views_html(ask(), "{% extends 'ui/base.html' %}")
    assert views.service_worker(ask()).status_code == 404
