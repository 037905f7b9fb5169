"""From an event to what people read."""

import json
from dataclasses import replace

import pytest
from django.db import connection

from parvis.core.delivery import sending
from parvis.core.delivery.models import Outgoing
from parvis.core.delivery.tests.providers import Memory
from parvis.core.events.operations import handle, record
from parvis.core.identity.models import Presence
from parvis.core.identity.tests.factories import PersonFactory
from parvis.core.notifications import operations, rules
from parvis.core.notifications.checks import notice_problems
from parvis.core.notifications.models import InboxMessage
from parvis.core.notifications.queries import inbox_of
from parvis.core.notifications.subscribers import subscriptions
from parvis.core.registry.entries import Notice, Recipient
from parvis.core.registry.module import Module
from parvis.core.registry.registry import Registry
from parvis.core.registry.topics import Topic
from parvis.core.tasks.operations import Priority
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.switches import set_switch
from parvis.lib.ids import new_id

from .conftest import EMAIL, INBOX, use_templates

pytestmark = pytest.mark.django_db
OWN = Topic("cases", "What I asked for")


def jobs(name):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args, priority FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo' ORDER BY id", [name]
        )
        return [(json.loads(arguments), priority) for arguments, priority in cursor.fetchall()]


def happen(actor, subject, name="trial.done"):
    """Record an event and run its subscribers, as a worker would."""
    event = record(actor, name, subject)
    for arguments, _ in jobs("events.handle"):
        if arguments["event"] == str(event.id):
            handle.func(**arguments)
    return event


def deliver():
    """Send what waits in the outbox."""
    for arguments, _ in jobs("delivery.send"):
        sending.Turn("email", Priority.NORMAL).run(arguments["ids"])
    return Memory.taken


def test_a_notice_subscribes_by_itself(house):
    assert "trial.done" in dict(subscriptions(house))
    assert "trial.other" not in dict(subscriptions(house))


def test_the_inbox_follows_the_order_in_which_things_happened(house, audience, territory, clerk):
    monique = PersonFactory()
    audience.add(monique)
    first, second = (record(clerk, "trial.done", territory) for _ in range(2))
    for event in (second, first):  # two workers, and the later one was quicker
        for arguments in [found for found, _ in jobs("events.handle") if found["event"] == str(event.id)]:
            handle.func(**arguments)
    with use(person=monique.pk, scope=Scope.MINE):
        told = [line.event_id for line in inbox_of(monique.pk)]
    assert told == [second.id, first.id]


def test_the_reporter_is_told_by_mail_and_in_the_inbox(house, audience, territory, clerk):
    monique = PersonFactory(language="fr", email="monique@example.test", name="Monique Roy")
    audience.add(monique)
    event = happen(clerk, territory)
    [line] = InboxMessage.objects.all()
    assert (line.person_id, line.event_id, line.subject) == (monique.pk, event.id, "Réparé (fr)")
    assert (line.text, line.path, line.label) == ("Le lampadaire éclaire.", "/signalements/K7M2-PX4R/", "Voir")
    [envelope] = deliver()
    assert (envelope.address, envelope.name) == ("monique@example.test", "Monique Roy")
    assert envelope.subject == "Réparé & fini"
    assert territory.name in envelope.sender
    url = f"http://localhost:8000/{territory.slug}/signalements/K7M2-PX4R/"
    assert url in envelope.text
    assert f'href="{url}"' in envelope.html
    assert "Bonjour <tous>," in envelope.text
    assert "&lt;tous&gt;" in envelope.html


@pytest.mark.parametrize(("language", "subject", "prefix"), [("en", "Repaired", "/en/"), ("es", "Reparado", "/es/")])
def test_everyone_reads_in_their_own_language(house, audience, territory, clerk, language, subject, prefix):
    audience.add(PersonFactory(language=language))
    happen(clerk, territory)
    assert InboxMessage.objects.get().subject == f"Réparé ({language})"
    [envelope] = deliver()
    assert envelope.subject == subject
    assert f"http://localhost:8000{prefix}{territory.slug}/signalements/" in envelope.text
    assert f'<html lang="{language}"' in envelope.html
    assert audience.languages == [language]


def test_a_reporter_without_an_account_is_told_by_mail_only(house, audience, territory, visitor):
    audience.add(email="passant@example.test", language="en")
    happen(visitor, territory)
    assert InboxMessage.objects.count() == 0
    [envelope] = deliver()
    assert (envelope.address, envelope.person_id) == ("passant@example.test", None)


def test_a_reader_may_be_led_to_a_page_of_their_own(house, audience, territory, clerk):
    audience.add(PersonFactory(), path="/mon-espace/dossiers/K7M2-PX4R/")
    audience.add(email="passant@example.test")
    happen(clerk, territory)
    assert InboxMessage.objects.get().path == "/mon-espace/dossiers/K7M2-PX4R/"
    mine, theirs = deliver()
    assert "/mon-espace/dossiers/" in mine.text
    assert "/mon-espace/" not in theirs.text


def test_told_once_however_often_it_runs(house, audience, territory, clerk):
    audience.add(PersonFactory())
    audience.add(email="passant@example.test")
    event = happen(clerk, territory)
    operations.tell(event)
    operations.tell(event)
    assert InboxMessage.objects.count() == 1
    assert Outgoing.objects.count() == 2


def test_two_who_share_an_address_get_one_mail_and_two_messages(house, audience, territory, clerk):
    for _ in range(2):
        audience.add(PersonFactory(email="famille@example.test"))
    happen(clerk, territory)
    assert InboxMessage.objects.count() == 2
    assert Outgoing.objects.count() == 1


def test_who_left_the_town_keeps_the_inbox_but_gets_no_mail_from_it(house, audience, territory, clerk):
    gone = PersonFactory(entered=[])
    audience.add(gone)
    assert not Presence.objects.filter(person=gone).exists()
    happen(clerk, territory)
    assert InboxMessage.objects.get().person_id == gone.pk
    assert deliver() == []


def test_somebody_erased_stops_nobody_else(house, audience, territory, clerk):
    audience.add(new_id())
    audience.add(PersonFactory())
    happen(clerk, territory)
    assert InboxMessage.objects.count() == 1


def test_a_module_switched_off_tells_nobody(house, audience, territory, clerk):
    audience.add(PersonFactory())
    set_switch(module="trial", is_on=False)
    happen(clerk, territory)
    assert InboxMessage.objects.count() == 0


def test_a_few_readers_come_before_any_mass_mailing(house, audience, territory, clerk):
    audience.add(PersonFactory())
    happen(clerk, territory)
    assert [priority for _, priority in jobs("delivery.send")] == [int(Priority.NOW)]


def test_many_readers_are_told_in_batches_after_everything_else(house, audience, territory, clerk, monkeypatch):
    monkeypatch.setattr(operations.telling, "BATCH", 10)
    people = PersonFactory.create_batch(35)
    for person in people:
        audience.add(person)
    audience.add(email="passant@example.test")
    happen(clerk, territory)
    parts = jobs("notifications.fan_out")
    assert [len(arguments["readers"]) for arguments, _ in parts] == [21, 10, 4]
    assert {priority for _, priority in parts} == {int(Priority.BULK)}
    assert "@" not in str(parts)
    for arguments, _ in parts * 2:
        operations.fan_out.func(**arguments)
    assert InboxMessage.objects.count() == 35
    assert len({envelope.address for envelope in deliver()}) == len(Memory.taken) == 36
    assert {priority for _, priority in jobs("delivery.send")} == {int(Priority.BULK)}


def test_words_are_rendered_once_a_language_not_once_a_reader(house, audience, territory, clerk):
    for language in ("fr", "fr", "en", "fr", "en"):
        audience.add(PersonFactory(language=language))
    happen(clerk, territory)
    assert sorted(audience.languages) == ["en", "fr"]
    assert InboxMessage.objects.count() == 5


@pytest.mark.parametrize(
    ("recipient", "channels"),
    [
        (Recipient(person_id=new_id(), email="a@b.ca", phone="+18195550142"), ("inbox", "email")),
        (Recipient(person_id=new_id()), ("inbox",)),
        (Recipient(person_id=new_id(), phone="+18195550142"), ("inbox", "sms")),
        (Recipient(email="a@b.ca"), ("email",)),
        (Recipient(phone="+18195550142"), ("sms",)),
        (Recipient(), ()),
    ],
)
def test_calm_by_default(recipient, channels):
    def named(notice, *open_channels):
        given = {"letter": "", "open_channels": set(open_channels)}
        return {
            way for way, rhythm in rules.ways(notice, OWN, recipient, rules.CALM_WISHES, **given) if rhythm == "now"
        }

    notice = Notice("a.b", to="x", audience=list, context=dict, channels=("email", "inbox", "sms"))
    assert named(notice, "email", "sms") == set(channels)
    assert named(replace(notice, channels=("email",)), "sms") == {"email"} & set(channels)


def test_the_neighbours_staff_do_not_see_what_we_told(house, audience, territory, neighbour, clerk):
    audience.add(PersonFactory(entered=[territory, neighbour]))
    happen(clerk, territory)
    with use(territory=neighbour):
        assert not InboxMessage._base_manager.exists()
    with use(person=new_id(), scope=Scope.MINE):
        assert not InboxMessage._base_manager.exists()


def test_a_subject_alone_is_enough(house, audience, territory, clerk, settings):
    only = "Votre demande est fermée"
    use_templates(settings, {"trial/notices/done.email.txt": only, "trial/notices/done.inbox.txt": only})
    audience.add(PersonFactory())
    happen(clerk, territory)
    assert (InboxMessage.objects.get().subject, InboxMessage.objects.get().text) == (only, "")
    [envelope] = deliver()
    assert envelope.subject == only
    assert envelope.text.startswith("Voir")


# -- the boot check ----------------------------------------------------------------------------------------------------


def problems(notice):
    return list(notice_problems(Registry([Module(name="trial", label="Trial", notices=[notice])])))


def notice(**given):
    return Notice(**{"event": "trial.done", "to": "reporter", "audience": list, "context": dict, **given})


def test_the_notices_of_the_house_render(house):
    assert list(notice_problems(house)) == []


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("{% url 'nowhere' %}\n\nText", "NoReverseMatch"),
        ("{{ nothing }}", "EmptyNotice"),
        ("{% if language == 'es' %}{% else %}Subject\n\nText{% endif %}", "es"),
        ("{% nonsense %}", "TemplateSyntaxError"),
    ],
)
def test_a_notice_that_does_not_render_is_found_at_boot(house, settings, email, words):
    use_templates(settings, {"trial/notices/done.email.txt": email, "trial/notices/done.inbox.txt": INBOX})
    found = problems(notice())
    assert found
    assert all("trial/notices/done.email" in problem and words in problem for problem in found)


def test_an_unknown_channel_is_found_at_boot(house):
    assert problems(notice(channels=("pigeon",))) == [
        "Module trial: the notice trial.done asks for an unknown channel, pigeon."
    ]


def test_an_html_template_stands_in_for_the_text(house, audience, territory, clerk, settings):
    use_templates(
        settings,
        {
            "trial/notices/done.email.txt": EMAIL,
            "trial/notices/done.inbox.txt": INBOX,
            "trial/notices/done.email.html": "<h2>Fait</h2><blockquote>{{ label }}</blockquote>",
        },
    )
    audience.add(PersonFactory())
    happen(clerk, territory)
    [envelope] = deliver()
    assert "Fait</h2>" in envelope.html
    assert 'style="' in envelope.html.partition("<blockquote")[2][:60]
    assert "Bonjour" not in envelope.html
    assert "Bonjour" in envelope.text
