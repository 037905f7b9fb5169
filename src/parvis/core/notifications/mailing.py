"""One notice on its way to a batch of readers: people looked up once, words rendered once a language and page."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from parvis.core.delivery.channels.known import open_channels
from parvis.core.delivery.layout import Composed, Place, compose, place_of
from parvis.core.delivery.operations import Message, enqueue_many, reply_headers, sender_of
from parvis.core.events.operations import Event
from parvis.core.registry.entries import Notice, Recipient
from parvis.core.registry.topics import Weight
from parvis.core.tasks.operations import Priority
from parvis.core.tenancy.addresses import absolute, territory_path
from parvis.core.tenancy.models import Territory
from parvis.core.tenancy.switches import settings_of

from .models import INBOX, Held, InboxMessage, Rhythm
from .preferences import wishes_from
from .queries import wishes_of
from .reach import dead_addresses, reaches_of
from .rendering import Words, notice_key, render_words, template_base
from .rules import CALM_WISHES, Wishes, ways
from .timing import after_quiet, next_digest
from .topics import topic_of
from .unsubscribing import Way, headers_of

LANGUAGES = ("fr", "en", "es")


@dataclass(frozen=True, slots=True)
class _Page:
    """What all readers of one language who are led to the same page share."""

    language: str
    path: str
    url: str
    label: str
    context: Mapping[str, Any]


class Mailing:
    """A notice of an event, to be sent to batches of readers at one priority, in the running transaction."""

    def __init__(
        self, module: str, notice: Notice, event: Event, priority: Priority, *, now: datetime | None = None
    ) -> None:
        self.notice, self.event, self.priority, self.now = notice, event, priority, now or timezone.now()
        self.key, self.base = notice_key(module, notice), template_base(module, notice)
        self.topic = topic_of(module, notice)
        self.spot = notice.place(event) if notice.place else None
        self.territory = Territory.objects.get(pk=event.territory_id)
        self.zone, self.options = ZoneInfo(self.territory.timezone), settings_of("notifications")
        self.open_channels, self.sender = open_channels(), sender_of(self.territory)
        self.contexts: dict[str, Mapping[str, Any]] = {}
        self.places: dict[str, Place] = {}
        self.words: dict[tuple[str, str, str], Words] = {}
        self.mails: dict[tuple[str, str, bool], Composed] = {}

    @property
    def is_emergency(self) -> bool:
        """Whether nothing silences it."""
        return self.topic.weight is Weight.EMERGENCY

    def send(self, recipients: Sequence[Recipient]) -> None:
        """Write inbox messages, outgoing ones and those that wait for a digest; who was told already is left alone."""
        inbox: list[InboxMessage] = []
        held: list[Held] = []
        outgoing: list[Message] = []
        wishes = wishes_of([one.person_id for one in recipients if one.person_id], self.topic, self.spot)
        for reader, letter in self._known(recipients):
            wish = wishes_from(wishes[reader.person_id]) if reader.person_id else CALM_WISHES
            page = self._page(reader)
            ways_to = ways(self.notice, self.topic, reader, wish, letter=letter, open_channels=self.open_channels)
            for channel, rhythm in ways_to:
                if channel == INBOX:
                    inbox.append(self._inbox_message(reader, page))
                elif rhythm != Rhythm.NOW:
                    held.append(self._held(reader, page, channel, rhythm))
                else:
                    outgoing += self._messages(reader, page, channel, wish, letter)
        InboxMessage.objects.bulk_create(inbox, ignore_conflicts=True, batch_size=1000)
        Held.objects.bulk_create(held, ignore_conflicts=True, batch_size=1000)
        if outgoing:
            enqueue_many(outgoing, now=self.now)

    def keep(self, recipients: Sequence[Recipient], *, read_at: datetime | None) -> None:
        """Write inbox messages only, of something long past: nothing leaves."""
        told = (reader for reader, _ in self._known(recipients) if reader.person_id is not None)
        if INBOX in self.notice.channels:
            InboxMessage.objects.bulk_create(
                [self._inbox_message(reader, self._page(reader), read_at) for reader in told], ignore_conflicts=True
            )

    def _known(self, recipients: Sequence[Recipient]) -> Iterator[tuple[Recipient, str]]:
        """Complete each reader from what this territory may know of the person, with their postal address.

        People who are gone are left out; so are addresses to which messages come back.
        """
        keys = {reader.person_id for reader in recipients if reader.person_id is not None}
        people = reaches_of(keys, now=self.now)
        others = _existing(keys - people.keys())
        dead = dead_addresses(((one.email, one.phone) for one in recipients), self.now)
        for reader in recipients:
            live = replace(
                reader,
                email="" if ("email", reader.email) in dead else reader.email,
                phone="" if ("sms", reader.phone) in dead else reader.phone,
            )
            reach = people.get(reader.person_id) if reader.person_id else None
            if reach is not None:
                yield (
                    replace(
                        live,
                        name=live.name or reach.name,
                        email=live.email or reach.email,
                        phone=live.phone or reach.phone,
                        language=live.language or reach.language,
                    ),
                    reach.letter,
                )
            elif reader.person_id is None or reader.person_id in others:
                yield live, ""

    def _messages(self, reader: Recipient, page: _Page, channel: str, wish: Wishes, letter: str) -> Iterator[Message]:
        """Yield what leaves at once by one channel: a message a device, one otherwise."""
        if channel == "email":
            yield self._email(reader, page)
        elif channel == "letter":
            yield self._message(reader, page, "letter", letter, self._words("email", page).text)
        elif channel == "sms":
            said = self._words("sms", page)
            text = f"{self.territory.name} : {said.text or said.subject} {self._warning(page)} {page.url}"
            yield self._message(reader, page, "sms", reader.phone, " ".join(text.split()), self._waits(reader, wish))
        else:
            for device in wish.devices:
                said = self._words("push", page)
                text = f"{said.text} {self._warning(page)}".strip()
                yield self._message(reader, page, "push", device, text, self._waits(reader, wish))

    def _waits(self, reader: Recipient, wish: Wishes) -> datetime | None:
        """Return until when what rings waits: the end of quiet hours, unless it answers what the reader just did."""
        if self.is_emergency or wish.quiet is None or reader.person_id in {None, self.event.actor_id}:
            return None
        begin, end = wish.quiet
        return after_quiet(self.now, zone=self.zone, begin=begin, end=end)

    def _warning(self, page: _Page) -> str:
        """Return what an emergency says of itself."""
        if not self.is_emergency:
            return ""
        with translation.override(page.language):
            return gettext("This is an emergency: it comes whatever you chose in your preferences.")

    def _page(self, reader: Recipient) -> _Page:
        language = reader.language if reader.language in LANGUAGES else LANGUAGES[0]
        context = self._context(language)
        path = reader.path or str(context.get("path", ""))
        paths = {"path": path, **{name: str(value) for name, value in context.items() if name.endswith("_path")}}
        urls = {
            name.replace("path", "url"): absolute(territory_path(self.territory, language, value)) if value else ""
            for name, value in paths.items()
        }
        with translation.override(language):
            label = str(context.get("label", ""))
        return _Page(language, path, urls["url"], label, {**context, **urls})

    def _context(self, language: str) -> Mapping[str, Any]:
        if language not in self.contexts:
            with translation.override(language):
                given = self.notice.context(self.event)
                self.contexts[language] = {"territory": self.territory, **given}
        return self.contexts[language]

    def _words(self, channel: str, page: _Page) -> Words:
        key = (channel, page.language, page.path)
        if key not in self.words:
            self.words[key] = render_words(self.base, self._template(channel), page.language, page.context)
        return self.words[key]

    def _template(self, channel: str) -> str:
        """Return the channel whose words are said: a notice has its own for some, the inbox's or the mail's else."""
        wanted = (channel, INBOX, "email", *self.notice.channels)
        return next(name for name in wanted if name in self.notice.channels)

    def _inbox_message(self, reader: Recipient, page: _Page, read_at: datetime | None = None) -> InboxMessage:
        words = self._words("inbox", page)
        return InboxMessage(
            territory_id=self.event.territory_id,
            person_id=reader.person_id,
            event_id=self.event.id,
            notice=self.key,
            topic=self.topic.name,
            subject=words.subject[:250],
            text=f"{words.text}\n\n{self._warning(page)}".strip(),
            path=page.path[:300],
            label=page.label[:80],
            language=page.language,
            created_at=self.event.at,
            read_at=read_at,
        )

    def _held(self, reader: Recipient, page: _Page, channel: str, rhythm: str) -> Held:
        words = self._words(INBOX, page)
        due_at = next_digest(
            self.now, rhythm, zone=self.zone, hour=self.options.digest_hour, weekday=self.options.digest_weekday
        )
        return Held(
            territory_id=self.event.territory_id,
            person_id=reader.person_id,
            channel=channel,
            event_id=self.event.id,
            notice=self.key,
            topic=self.topic.name,
            subject=words.subject[:250],
            text=words.text,
            path=page.path[:300],
            language=page.language,
            rhythm=rhythm,
            created_at=self.now,
            due_at=due_at,
        )

    def _email(self, reader: Recipient, page: _Page) -> Message:
        words, mail = self._words("email", page), self._composed(page, chooses=reader.person_id is not None)
        return Message(
            address=reader.email,
            name=reader.name,
            subject=words.subject,
            text=mail.text,
            html=mail.html,
            sender=self.sender,
            headers={**reply_headers(self.territory, reader.reply_to), **self._unsubscribe(reader, page)},
            person_id=reader.person_id,
            priority=self.priority,
            dedupe_key=self._dedupe_key("email", reader.email.lower()),
        )

    def _unsubscribe(self, reader: Recipient, page: _Page) -> dict[str, str]:
        """Return the headers of one-click unsubscription; whoever has no account stops by the link in the text."""
        if reader.person_id is None or self.is_emergency:
            return {}
        return headers_of(Way(reader.person_id, self.topic.name), self.territory, page.language)

    def _composed(self, page: _Page, *, chooses: bool) -> Composed:
        key = (page.language, page.path, chooses)
        if key not in self.mails:
            words = self._words("email", page)
            place = self.places.setdefault(page.language, place_of(self.territory, page.language))
            with translation.override(page.language):
                default = gettext("You receive this because it concerns something you asked for.")
                reason = self._warning(page) or str(self.notice.reason) or default
                choices = absolute(territory_path(self.territory, page.language, reverse("preferences:mine")))
            self.mails[key] = compose(
                place,
                subject=words.subject,
                text=words.text,
                html=words.html,
                url=page.url,
                label=page.label,
                reason=reason,
                choices=choices if chooses else "",
            )
        return self.mails[key]

    def _message(
        self,
        reader: Recipient,
        page: _Page,
        channel: str,
        address: str,
        text: str,
        not_before: datetime | None = None,
    ) -> Message:
        return Message(
            channel=channel,
            address=address,
            name=reader.name,
            subject=self._words(channel, page).subject,
            text=text,
            headers={"url": page.url} if channel == "push" and page.url else {},
            person_id=reader.person_id,
            priority=self.priority,
            dedupe_key=self._dedupe_key(channel, address),
            not_before=not_before,
        )

    def _dedupe_key(self, channel: str, address: str) -> str:
        """One address is told once, even when two people share it."""
        whose = hashlib.sha256(address.encode()).hexdigest()[:32]
        return f"{self.event.id}:{self.key}:{channel}:{whose}"


def _existing(keys: set[UUID]) -> set[UUID]:
    """Return which of these people exist, though this territory may not see them."""
    if not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM unnest(%s::uuid[]) AS key WHERE parvis.person_exists(key)", [list(keys)])
        return {row[0] for row in cursor.fetchall()}
