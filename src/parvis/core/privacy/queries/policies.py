"""The policy that a territory shows, what a draft still lacks, and the words a first draft begins with."""

from django.utils import translation
from django.utils.translation import gettext as _

from ..models import MANDATORY, Policy


def policy_here(language: str) -> Policy | None:
    """Return the newest published policy of the territory in force, in this language or else in another."""
    rows = list(Policy.objects.filter(published_at__isnull=False).order_by("-published_at"))
    return next((row for row in rows if row.language == language), rows[0] if rows else None)


def missing_from(policy: Policy) -> list[str]:
    """Return the names of the mandatory fields that are empty."""
    return [name for name in MANDATORY if not getattr(policy, name).strip()]


def declared_draft(language: str) -> dict[str, str]:
    """Return what the software itself can say, by field; the rest only the municipality knows, and stays empty."""
    with translation.override(language):
        return {
            "purposes": _("Each kind of data serves what the list below says, and nothing else."),
            "means": _(
                "What you write in the forms of this portal, tell the counter or the telephone, or send by mail or "
                "e-mail. No tracker, no third party, no cookie but the one that keeps you signed in."
            ),
            "categories": _("The list below, made from the software itself, names every category."),
            "readers": _("Only staff whose role needs them; each look at a file is noted, and you can read that log."),
            "rights": _(
                "You may see your file, take it away, have it corrected or erased, withdraw a consent as easily as you "
                "gave it, and have a person look again at an automated decision: under «My data», or at the counter."
            ),
            "retention": _("The list below says for each kind how long, and what the law makes us keep."),
            "security": _(
                "The database itself keeps each municipality's files apart; staff sign in with two factors; secrets "
                "are encrypted with a key kept apart from the backups."
            ),
        }
