"""Run by test_new_module in a process of its own, with the folder `greeting` beside the house."""

import django

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from parvis.modules.greeting import operations as greeting  # noqa: E402
from parvis.modules.greeting.models import Greeting  # noqa: E402

from parvis.core.content.operations import ensure_territory_content  # noqa: E402
from parvis.core.identity.tests.factories import PersonFactory, make_staff, sign_in  # noqa: E402
from parvis.core.notifications.models import InboxMessage  # noqa: E402
from parvis.core.portal import adoption, operations  # noqa: E402
from parvis.core.portal.models import Served  # noqa: E402
from parvis.core.privacy.operations import erase_person, export_person  # noqa: E402
from parvis.core.registry.checks import problems  # noqa: E402
from parvis.core.registry.registry import registry  # noqa: E402
from parvis.core.tasks.worker import register_schedules, run_worker  # noqa: E402
from parvis.core.tenancy.context import use  # noqa: E402
from parvis.core.tenancy.guard import Scope  # noqa: E402
from parvis.core.tenancy.switches import set_switch, settings_of  # noqa: E402
from parvis.core.territories import operations as ties  # noqa: E402
from parvis.core.territories.models import Kind  # noqa: E402
from parvis.core.territories.operations import create_territory  # noqa: E402
from parvis.lib.actor import Actor, Grant  # noqa: E402

ADDRESSES = ("bonjour/", "bonjour/encore/", "bonjour/ancien/", "bureau/salutations/")


def town_of(slug: str, **fields):
    """Make a town with its pages."""
    with transaction.atomic(), use():
        town = create_territory(actor=Actor.system(None), slug=slug, name=slug.title(), lat=45.8, lon=-71.9, **fields)
    with transaction.atomic():
        ensure_territory_content(town)
    return town


def page(path: str) -> str:
    """Return what an address answers, followed."""
    answer = client.get(path, follow=True)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


assert "greeting" in registry()
assert not list(problems(registry())), list(problems(registry()))
town, other = town_of("essai"), town_of("voisine")
client = Client(headers={"host": "localhost"})

with transaction.atomic(), use(territory=town):
    clerk = make_staff(town, person=PersonFactory(name="Une Employée"))
    who = PersonFactory(name="Un Résident", email="resident@example.test")
    actor = Actor(territory_id=town.pk, person_id=who.pk)
    greeting.say(actor=actor, words="Bonjour SENTINELLE")
    assert settings_of("greeting").loudness == 3
run_worker(wait=False)

# What everyone sees: pages from its templates in its own translation, menu, search, map, calendar, API, open data.
assert "Dire bonjour à sa ville" in page("/essai/bonjour/") and "de Essai" in page("/essai/bonjour/encore/")
assert "Dire bonjour à sa ville" in page("/essai/") and "Say good day" in page("/en/essai/")
assert "Fête du bonjour" in page("/essai/agenda/") and "greeting.1@essai" in page("/essai/agenda.ics")
assert "Ici bonjour" in page("/essai/carte/couche/greeting?bbox=-73,45,-71,46")
assert "Salutation rare" in page("/essai/recherche/?q=salutations") and "Dire bonjour" in page(
    "/essai/recherche/?q=bonjour"
)
assert client.get("/api/v1/essai/greeting/").json() == ["bonjour"]
assert "/api/v1/{territory}/greeting/" in client.get("/api/v1/openapi.json").json()["paths"]
with transaction.atomic(), use(territory=town):
    [dataset] = [entry for module, entry in registry().gather("datasets") if module.name == "greeting"]
    assert len(list(dataset.rows())) == 1

# What happened after the event: its handler (seen in the output), the notice, the count of residents served.
with transaction.atomic(), use(territory=town):
    assert InboxMessage.objects.get(person_id=who.pk).subject == "Bonjour à vous"
    assert Served.objects.filter(counter="greeting", person_id=who.pk).count() == 1

# What staff see: their screen, its line in the menu, its number, its settings, its permission.
with transaction.atomic(), use(territory=town):
    sign_in(client, clerk)
assert "Bonjour SENTINELLE" in page("/essai/bureau/salutations/")
assert "Salutations reçues" in page("/essai/bureau/") and "salutations cette année" in page("/essai/bureau/")
assert "Force de la voix" in page("/essai/bureau/reglages/modules/greeting/")

# Whose rows they are: the neighbour sees none, the composite policy is there without a word about it.
with transaction.atomic(), use(territory=other):
    assert Greeting.objects.count() == 0
with transaction.atomic(), use(territory=other, person=who.pk, scope=Scope.MINE):
    assert Greeting.objects.count() == 1
with connection.cursor() as cursor:
    cursor.execute("SELECT relrowsecurity FROM pg_class WHERE relname = 'greeting_greeting'")
    assert cursor.fetchone() == (True,)

# One's own dates, in one's own space, in whichever town one stands; nobody else's.
theirs = Client(headers={"host": "localhost"})
with transaction.atomic(), use(territory=other):
    greeting.say(actor=Actor(territory_id=other.pk, person_id=clerk.pk), words="Bonjour de la VOISINE")
with transaction.atomic(), use(territory=town):
    sign_in(theirs, who)
for here, link in (
    ("essai", '"/essai/bonjour/"'),
    ("voisine", '"/essai/bonjour/"'),
    ("en/voisine", '"/en/essai/bonjour/"'),
):
    space = theirs.get(f"/{here}/mon-espace/").content.decode()
    assert "Le jour de Bonjour SENTINELLE" in space and "VOISINE" not in space and link in space, here
    assert ("Essai</" in space.partition("Le jour de")[2].partition("</li>")[0]) == (here != "essai"), (
        "says whose it is"
    )
assert "Le jour de" not in page("/essai/agenda/") and "Le jour de" not in page("/essai/agenda.ics")
assert "VOISINE" in page("/essai/mon-espace/") and "SENTINELLE" not in page("/essai/mon-espace/")

# By the clock, in each town that uses it.
register_schedules()


def by_the_clock() -> int:
    """Let the schedule come due; return how many tasks it made."""
    from procrastinate.contrib.django import app

    with transaction.atomic():
        app.tasks["schedule.greeting.fade"].func(0)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'greeting.fade' AND status = 'todo'")
        return cursor.rowcount


assert by_the_clock() == 2

# Switched off by one town, all of it is gone there, and only there.
with transaction.atomic(), use(territory=town):
    set_switch(module="greeting", is_on=False)
    operations.reindex_all()
for address in ADDRESSES:
    assert client.get(f"/essai/{address}").status_code == 404, address
assert client.get("/voisine/bonjour/").status_code == 200
assert client.get("/api/v1/essai/greeting/").status_code == 404
assert client.get("/essai/carte/couche/greeting?bbox=-73,45,-71,46").status_code == 404
assert client.get("/essai/bureau/reglages/modules/greeting/").status_code == 404
assert "Le jour de" not in theirs.get("/essai/mon-espace/").content.decode()
for address, words in {
    "": "Dire bonjour", "agenda/": "Fête du bonjour", "agenda.ics": "bonjour", "carte/": "Ici bonjour",
    "carte/couches.json": "greeting", "recherche/?q=salutation": "Salutation rare", "mon-espace/": "My greetings",
    "bureau/": "Salutations reçues", "plan-du-site/": "Dire bonjour",
}.items():  # fmt: skip
    assert words not in page(f"/essai/{address}"), address
assert by_the_clock() == 1
with transaction.atomic(), use(territory=town):
    assert adoption.served(town, now=django.utils.timezone.now()) == []
    greeting.say(actor=actor, words="Dans le vide SENTINELLE")
    assert InboxMessage.objects.filter(person_id=who.pk).count() == 1
run_worker(wait=False)
with transaction.atomic(), use(territory=town):
    assert InboxMessage.objects.filter(person_id=who.pk).count() == 1, "a module that is off tells nobody"

# What it holds about somebody is exported and erased, switched off or not.
with transaction.atomic(), use(territory=town, person=clerk.pk):
    officer = Actor(territory_id=town.pk, person_id=clerk.pk, grants=(Grant(town.pk, frozenset({"*"})),))
    assert "SENTINELLE" in str(export_person(actor=officer, person_id=who.pk))
    erase_person(actor=officer, person_id=who.pk, now=django.utils.timezone.now())
    assert Greeting.objects.count() == 0

# Essai does not use it; the region that it belongs to does, and publishes it. Nothing was written for that.
body = town_of("mrc", kind="regional")
SHOWN = {
    "": "Dire bonjour", "agenda/": "Fête du bonjour", "agenda.ics": "Fête du bonjour",
    "carte/couche/greeting?bbox=-73,45,-71,46": "Ici bonjour", "recherche/?q=salutation": "Salutation rare",
}  # fmt: skip


def seen() -> set[str]:
    """Where the region's greetings stand in the town's portal."""
    return {path for path, words in SHOWN.items() if words in client.get(f"/essai/{path}").content.decode()}


def decide(territory, operation, **what):
    """Let a territory decide something about its ties."""
    with transaction.atomic(), use(territory=territory):
        operation(actor=Actor.system(territory.pk), territory=territory, **what)


with transaction.atomic(), use(territory=body):
    operations.reindex_all()
decide(town, ties.join, body=body)
for kind in Kind.values:
    decide(body, ties.publish, kind=kind)
assert seen() == set(), seen()
decide(town, ties.accept, publisher=body, kind="agenda")
assert seen() == {"agenda/", "agenda.ics"}, seen()
decide(town, ties.accept, publisher=body, kind="map")
decide(town, ties.accept, publisher=body, kind="services")
assert seen() == set(SHOWN), seen()
assert 'href="/mrc/bonjour/"' in page("/essai/")
with transaction.atomic(), use(territory=body):
    set_switch(module="greeting", is_on=False)
assert seen() == set(), seen()
print("all true")  # noqa: T201  (the test reads it)
