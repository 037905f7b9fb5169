"""Django's mail goes through the outbox: what calls `django.core.mail` (the back office, libraries) loses nothing."""

from collections.abc import Sequence
from email.utils import parseaddr

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from parvis.core.tasks.operations import Priority
from parvis.core.tenancy.context import current
from parvis.core.tenancy.guard import Scope

from .layout import compose_plain
from .operations import Message, enqueue


class OutboxBackend(BaseEmailBackend):
    """Writes each message to the outbox, one row a recipient; the sender's task does the rest.

    What the account pages send (scope ``sign_in``: codes, confirmation and password links) goes first and is wiped once
    sent. A message without HTML is given the house's layout. Files are not carried: raises ValueError.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Enqueue and return how many messages were taken."""
        with transaction.atomic():
            for message in email_messages:
                self._take(message)
        return len(email_messages)

    @staticmethod
    def _take(message: EmailMessage) -> None:
        if message.attachments:
            raise ValueError("The outbox carries no files: send a link to the page where the file is.")
        is_account = current().scope is Scope.SIGN_IN
        subject, text = str(message.subject), str(message.body)
        html = html_of(message) or compose_plain(subject=subject, text=text)
        headers = {key: str(value) for key, value in message.extra_headers.items() if key.lower() != "message-id"}
        if message.reply_to:
            headers["Reply-To"] = ", ".join(message.reply_to)
        for recipient in message.recipients():
            name, address = parseaddr(recipient)
            enqueue(
                Message(
                    address=address,
                    name=name,
                    sender=message.from_email,
                    subject=subject,
                    text=text,
                    html=html,
                    headers=headers,
                    priority=Priority.NOW if is_account else Priority.NORMAL,
                    is_secret=is_account,
                )
            )


def html_of(message: EmailMessage) -> str:
    """Return the HTML part of a message, or ''."""
    if not isinstance(message, EmailMultiAlternatives):
        return ""
    return next((str(body) for body, mimetype in message.alternatives if mimetype == "text/html"), "")
