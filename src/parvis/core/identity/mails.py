"""Messages of the account pages leave through the outbox, before anything else that waits."""

from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext

from parvis.core.delivery.layout import compose_plain
from parvis.core.delivery.operations import Message, enqueue
from parvis.core.tasks.operations import Priority


def send(
    to: str, *, subject: str, text: str, language: str, person_id: UUID | None = None, secret: bool = False
) -> None:
    """Enqueue a message in the running transaction; the text of a `secret` one is wiped once it left."""
    with translation.override(language):
        html = compose_plain(subject=subject, text=text)
    enqueue(
        Message(
            address=to,
            subject=subject,
            text=text,
            html=html,
            person_id=person_id,
            priority=Priority.NOW,
            is_secret=secret,
        )
    )


def send_invitation(to: str, *, organisation: str, town: str, url: str, language: str) -> None:
    """Ask somebody to act for an organisation; the link is a secret."""
    with translation.override(language):
        subject = gettext("%(organisation)s invites you") % {"organisation": organisation}
        text = gettext(
            "Hello,\n\n%(organisation)s, in %(town)s, asks you to act for it. Open this link to accept; "
            "it holds for two weeks.\n\n%(url)s\n\nIf you do not know them, do nothing."
        ) % {"organisation": organisation, "town": town, "url": url}
    send(to, subject=subject, text=text, language=language, secret=True)
