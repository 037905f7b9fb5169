"""The words of a digest: what happened, in a few lines each, with where to read on."""

import hashlib
from collections.abc import Sequence

from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext, ngettext

from parvis.core.delivery.layout import compose, place_of
from parvis.core.delivery.operations import Message, reply_headers, sender_of
from parvis.core.tasks.operations import Priority
from parvis.core.tenancy.addresses import absolute, territory_path
from parvis.core.tenancy.here import territory_here

from .models import Held
from .reach import Reach
from .unsubscribing import ALL_DIGESTS, Way, headers_of

MOST_TOLD = 30  # a digest names so many, and counts the others
FEW_WORDS = 240  # letters of a message's text that a digest repeats


class Digest:
    """What waited for one person by one channel, in their language, as messages to be enqueued."""

    def __init__(self, reach: Reach, rows: Sequence[Held]) -> None:
        self.reach, self.rows, self.town = reach, rows, territory_here()
        self.language = reach.language
        with translation.override(self.language):
            self.subject = self._subject()
            self.inbox = self._url(reverse("notifications:inbox"))
            self.choices = self._url(reverse("preferences:mine"))
            self.more = self._more()
            self.reason = gettext("You chose to get these messages together.")

    def email(self) -> Message:
        """Return it as an e-mail, which can be unsubscribed from with one click."""
        with translation.override(self.language):
            label = gettext("All my messages")
        mail = compose(
            place_of(self.town, self.language),
            subject=self.subject,
            text=self._text(),
            html=self._html(),
            url=self.inbox,
            label=label,
            reason=self.reason,
            choices=self.choices,
        )
        unsubscribe = headers_of(Way(self.reach.person_id, ALL_DIGESTS), self.town, self.language)
        return self._message(
            "email",
            self.reach.email,
            text=mail.text,
            html=mail.html,
            sender=sender_of(self.town),
            headers={**reply_headers(self.town), **unsubscribe},
        )

    def text_message(self) -> Message:
        """Return it as one short text message, which counts and leads to the inbox."""
        return self._message("sms", self.reach.phone, text=f"{self.subject}. {self.inbox}")

    def push(self, address: str) -> Message:
        """Return it for one device."""
        return self._message("push", address, text=self.rows[0].subject, headers={"url": self.inbox})

    def letter(self) -> Message:
        """Return it as a letter."""
        return self._message("letter", self.reach.letter, text=self._text(links=False))

    def _message(
        self,
        channel: str,
        address: str,
        *,
        text: str,
        html: str = "",
        sender: str = "",
        headers: dict[str, str] | None = None,
    ) -> Message:
        whose = hashlib.sha256(address.encode()).hexdigest()[:16]
        return Message(
            channel=channel,
            address=address,
            name=self.reach.name,
            subject=self.subject,
            text=text,
            html=html,
            sender=sender,
            headers=headers or {},
            person_id=self.reach.person_id,
            priority=Priority.BULK,
            dedupe_key=f"digest:{self.rows[0].pk}:{channel}:{whose}",
        )

    def _subject(self) -> str:
        count = len(self.rows)
        if count == 1:
            return self.rows[0].subject
        said = ngettext("%(count)d message from %(town)s", "%(count)d messages from %(town)s", count)
        return said % {"count": count, "town": self.town.name}

    def _more(self) -> str:
        rest = len(self.rows) - MOST_TOLD
        if rest <= 0:
            return ""
        said = ngettext("And %(count)d more in your messages.", "And %(count)d more in your messages.", rest)
        return said % {"count": rest}

    def _text(self, *, links: bool = True) -> str:
        blocks = []
        for row in self.rows[:MOST_TOLD]:
            lines = [row.subject, _shortened(row.text)]
            if links and row.path:
                lines.append(self._url(row.path))
            blocks.append("\n".join(line for line in lines if line))
        return "\n\n".join([*blocks, self.more] if self.more else blocks)

    def _html(self) -> str:
        blocks = []
        for row in self.rows[:MOST_TOLD]:
            title: str = escape(row.subject)
            if row.path:
                title = f'<a href="{escape(self._url(row.path))}">{title}</a>'
            blocks.append(f"<p><b>{title}</b><br>{escape(_shortened(row.text))}</p>")
        if self.more:
            blocks.append(f"<p>{escape(self.more)}</p>")
        return "".join(blocks)

    def _url(self, path: str) -> str:
        return absolute(territory_path(self.town, self.language, path))


def _shortened(text: str) -> str:
    """Return the beginning of a text in one line, cut between two words."""
    line = " ".join(text.split())
    return line if len(line) <= FEW_WORDS else line[:FEW_WORDS].rsplit(" ", 1)[0] + "…"
