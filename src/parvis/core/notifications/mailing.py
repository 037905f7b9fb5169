"""One notice on its way to a batch of readers: people looked up once, words rendered once a language and page."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext

from parvis.core.delivery.channels.known import open_channels
from parvis.core.delivery.layout import Composed, Place, compose, place_of
from parvis.core.delivery.operations import Message, enqueue_many, reply_headers, sender_of
from parvis.core.events.operations import Event
from parvis.core.identity.models import Person
from parvis.core.registry.entries import Notice, Recipient
from parvis.core.tasks.operations import Priority
from parvis.core.tenancy.addresses import absolute, territory_path
from parvis.core.tenancy.models import Territory

from .models import InboxMessage
from .rendering import Words, notice_key, render_words, template_base
from .rules import channels_for

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

    def __init__(self, module: str, notice: Notice, event: Event, priority: Priority) -> None:
        self.notice, self.event, self.priority = notice, event, priority
        self.key, self.base = notice_key(module, notice), template_base(module, notice)
        self.topic = notice.topic or module
        self.territory = Territory.objects.get(pk=event.territory_id)
        self.open_channels = open_channels()
        self.contexts: dict[str, Mapping[str, Any]] = {}
        self.places: dict[str, Place] = {}
        self.words: dict[tuple[str, str, str], Words] = {}
        self.mails: dict[tuple[str, str], Composed] = {}

    def send(self, recipients: Sequence[Recipient]) -> None:
        """Write inbox messages and outgoing messages for these readers; who was told already is left alone."""
        inbox: list[InboxMessage] = []
        outgoing: list[Message] = []
        for reader in self._known(recipients):
            page = self._page(reader)
            for channel in channels_for(self.notice, reader, open_channels=self.open_channels):
                if channel == "inbox":
                    inbox.append(self._inbox_message(reader, page))
                elif channel == "email":
                    outgoing.append(self._email(reader, page))
                else:
                    outgoing.append(self._text_message(reader, page))
        InboxMessage.objects.bulk_create(inbox, ignore_conflicts=True, batch_size=1000)
        if outgoing:
            enqueue_many(outgoing)

    def keep(self, recipients: Sequence[Recipient], *, read_at: datetime | None) -> None:
        """Write inbox messages only, of something long past: nothing leaves."""
        InboxMessage.objects.bulk_create(
            [
                self._inbox_message(reader, self._page(reader), read_at)
                for reader in self._known(recipients)
                if "inbox" in channels_for(self.notice, reader, open_channels=self.open_channels)
            ],
            ignore_conflicts=True,
        )

    def _known(self, recipients: Sequence[Recipient]) -> Iterator[Recipient]:
        """Complete each reader from what this territory may know of the person; people who are gone are left out."""
        keys = {reader.person_id for reader in recipients if reader.person_id is not None}
        rows = Person.objects.filter(pk__in=keys) if keys else Person.objects.none()
        fields = ("id", "name", "email", "account__email", "phone", "language")
        people = {row[0]: row[1:] for row in rows.values_list(*fields)}
        others = _existing(keys - people.keys())
        for reader in recipients:
            if reader.person_id in people:
                name, email, account, phone, language = people[reader.person_id]
                yield replace(
                    reader,
                    name=reader.name or name,
                    email=reader.email or email or account or "",
                    phone=reader.phone or phone,
                    language=reader.language or language,
                )
            elif reader.person_id is None or reader.person_id in others:
                yield reader

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
            self.words[key] = render_words(self.base, channel, page.language, page.context)
        return self.words[key]

    def _inbox_message(self, reader: Recipient, page: _Page, read_at: datetime | None = None) -> InboxMessage:
        words = self._words("inbox", page)
        return InboxMessage(
            territory_id=self.event.territory_id,
            person_id=reader.person_id,
            event_id=self.event.id,
            notice=self.key,
            topic=self.topic,
            subject=words.subject[:250],
            text=words.text,
            path=page.path[:300],
            label=page.label[:80],
            language=page.language,
            created_at=self.event.at,
            read_at=read_at,
        )

    def _email(self, reader: Recipient, page: _Page) -> Message:
        words, mail = self._words("email", page), self._composed(page)
        return Message(
            address=reader.email,
            name=reader.name,
            subject=words.subject,
            text=mail.text,
            html=mail.html,
            sender=sender_of(self.territory),
            headers=reply_headers(self.territory, reader.reply_to),
            person_id=reader.person_id,
            priority=self.priority,
            dedupe_key=self._dedupe_key("email", reader.email.lower()),
        )

    def _composed(self, page: _Page) -> Composed:
        key = (page.language, page.path)
        if key not in self.mails:
            words = self._words("email", page)
            place = self.places.setdefault(page.language, place_of(self.territory, page.language))
            with translation.override(page.language):
                default = gettext("You receive this because it concerns something you asked for.")
                reason = str(self.notice.reason) or default
            self.mails[key] = compose(
                place,
                subject=words.subject,
                text=words.text,
                html=words.html,
                url=page.url,
                label=page.label,
                reason=reason,
            )
        return self.mails[key]

    def _text_message(self, reader: Recipient, page: _Page) -> Message:
        words = self._words("sms", page)
        return Message(
            channel="sms",
            address=reader.phone,
            name=reader.name,
            subject=words.subject,
            text=f"{self.territory.name} : {words.text} {page.url}".strip(),
            person_id=reader.person_id,
            priority=self.priority,
            dedupe_key=self._dedupe_key("sms", reader.phone),
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
