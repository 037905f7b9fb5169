"""The invitation to act for an organisation. It leaves through the outbox, before anything else that waits."""

from django.utils import translation
from django.utils.translation import gettext

from parvis.core.delivery.operations import enqueue_mail


def send_invitation(to: str, *, organisation: str, town: str, url: str, language: str) -> None:
    """Ask somebody to act for an organisation; the link is a secret."""
    with translation.override(language):
        subject = gettext("%(organisation)s invites you") % {"organisation": organisation}
        text = gettext(
            "Hello,\n\n%(organisation)s, in %(town)s, asks you to act for it. The invitation holds for two weeks.\n\n"
            "If you do not know them, do nothing."
        ) % {"organisation": organisation, "town": town}
        label = gettext("Accept the invitation")
    enqueue_mail(to, subject=subject, text=text, language=language, secret=True, url=url, label=label)
