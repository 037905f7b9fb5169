"""A module is one folder: built in a temporary place, it is there, with its pages, its menu and its events."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

MODULE = {
    "__init__.py": '"""Greets."""',
    "module.py": """
        from parvis.core.registry.entries import AgendaItem, AgendaSource, Document, MapFeature, MapLayer, Menu
        from parvis.core.registry.entries import SearchSource, UsageCounter
        from parvis.core.registry.module import Module
        from datetime import timedelta
        from django.utils import timezone

        def heard(event):
            from parvis.core.tenancy.switches import change_settings
            print("heard", event.name)

        module = Module(
            name="greeting", label="Greeting", switchable=True,
            menu=[Menu("Say good day", "greeting:hello", keywords="bonjour")],
            emits=["greeting.said"], on={"greeting.said": heard},
            search=[SearchSource("greeting", "Greetings", lambda: [Document("1", "Salutation rare", "/bonjour/")])],
            map_layers=[MapLayer("greeting", "Greetings", lambda w, n: [MapFeature("1", 45.8, -71.9, "Ici")])],
            agenda=[AgendaSource("greeting", "Greetings",
                items=lambda s, e: [AgendaItem("1", "Fête du bonjour", timezone.now() + timedelta(days=1))])],
            usage=[UsageCounter("greeting", "Greeted", events=("greeting.said",))],
            urls="parvis.modules.greeting.urls", prefix="bonjour/")
        """,
    "urls.py": """
        from django.http import HttpResponse
        from django.urls import path
        app_name = "greeting"
        def hello(request):
            return HttpResponse("bonjour de " + request.territory.name)
        urlpatterns = [path("", hello, name="hello")]
        """,
}
TRY = """
    import django
    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.test import Client
    from django.utils import timezone
    from parvis.core.events.operations import record
    from parvis.core.identity.models import Person, Presence
    from parvis.core.portal import adoption, operations
    from parvis.core.registry.checks import problems
    from parvis.core.registry.registry import registry
    from parvis.core.tasks.worker import run_worker
    from parvis.core.tenancy.context import use
    from parvis.core.tenancy.models import Territory
    from parvis.core.tenancy.switches import set_switch
    from parvis.core.territories.operations import create_territory
    from parvis.lib.actor import Actor
    from parvis.lib.ids import new_id

    assert "greeting" in registry()
    assert not list(problems(registry())), list(problems(registry()))
    with transaction.atomic(), use():
        town = create_territory(actor=Actor.system(None), slug="essai", name="Essai", lat=45.8, lon=-71.9)
    client = Client(headers={"host": "localhost"})
    page = client.get("/essai/bonjour/")
    assert page.content.decode() == "bonjour de Essai", page.content
    assert "Say good day" in client.get("/essai/").content.decode()
    assert "Fête du bonjour" in client.get("/essai/agenda/").content.decode()
    assert "Ici" in client.get("/essai/carte/couche/greeting?bbox=-73,45,-71,46").content.decode()
    with transaction.atomic(), use(territory=town):
        operations.reindex_all()
        person = new_id()
        record(Actor(territory_id=town.pk, person_id=person), "greeting.said", town)
    run_worker(wait=False)
    with transaction.atomic(), use(territory=town):
        from parvis.core.portal.models import Served
        assert Served.objects.filter(counter="greeting", person_id=person).count() == 1
    assert "Salutation rare" in client.get("/essai/recherche/?q=salutation").content.decode()
    with transaction.atomic(), use(territory=town):
        set_switch(module="greeting", is_on=False)
    assert client.get("/essai/bonjour/").status_code == 404
    assert "Say good day" not in client.get("/essai/").content.decode()
    print("all true")
"""


@pytest.mark.slow
def test_a_folder_is_enough(tmp_path: Path, committed_db: object) -> None:
    folder = tmp_path / "greeting"
    folder.mkdir()
    for file, text in MODULE.items():
        (folder / file).write_text(textwrap.dedent(text).strip() + "\n", encoding="utf-8")
    environment = {
        **os.environ,
        "PARVIS_MODULES_PATH": str(tmp_path),
        "PARVIS_VAR": str(tmp_path / "var"),
        "PARVIS_PAGE_CACHE": "0",
        "DJANGO_SETTINGS_MODULE": "parvis.project.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(TRY)], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "all true" in done.stdout
    assert "heard greeting.said" in done.stdout
