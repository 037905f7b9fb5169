"""Follow what somebody else reported ("me too"): a person at one tap, an address once it has confirmed."""

from datetime import datetime

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext, override

from parvis.core.cases import operations as cases
from parvis.core.cases.models import Follower
from parvis.core.cases.operations import Contact
from parvis.core.delivery.operations import enqueue_mail
from parvis.core.tenancy.addresses import territory_url
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, NotFound, gettext_noop, require
from parvis.modules.issues import rules
from parvis.modules.issues.models import Issue

CONFIRM_WITHIN = 3 * 24 * 3600  # seconds
_SALT = "issues.follow"


@transaction.atomic
def follow_issue(*, actor: Actor, issue: Issue, now: datetime) -> Follower | None:
    """Follow a public report as the person it is done for; None for one's own. Safe to repeat. Raises NotAllowed."""
    require(rules.can_follow(actor, issue) and actor.beneficiary_id is not None)
    return cases.follow_case(actor=actor, case=issue.case, now=now)


@transaction.atomic
def unfollow_issue(*, actor: Actor, issue: Issue, now: datetime) -> bool:
    """Stop following as the person of the session; False when it was not followed."""
    return cases.unfollow_case(actor=actor, case=issue.case, now=now)


@transaction.atomic
def ask_to_follow(*, actor: Actor, issue: Issue, email: str, language: str, now: datetime) -> None:
    """Send a link that confirms an address; nothing is kept before it is used, and once a day is enough.

    Raises NotAllowed, Invalid (field ``email``).
    """
    require(rules.can_follow(actor, issue))
    contact = Contact(email=email, language=language).cleaned()
    if not contact.email:
        raise Invalid(gettext_noop("Write an e-mail address, so that we can tell you."), field="email")
    token = signing.dumps({"code": issue.code, "email": contact.email, "language": language}, salt=_SALT, compress=True)
    territory = Territory.objects.get(pk=issue.territory_id)
    with override(language):  # staff may ask for somebody who speaks another one
        enqueue_mail(
            contact.email,
            subject=gettext("Follow the report %(code)s?") % {"code": issue.code},
            text=gettext("«%(kind)s», %(place)s. Press the button and we tell you at every step. Not you? Do nothing.")
            % {"kind": issue.category.label, "place": issue.shown_address or issue.code},
            language=language,
            url=territory_url(territory, language, "issues:follow_confirm", issue.code, token),
            label=gettext("Yes, follow it"),
            reason=gettext("Somebody gave this address to follow a report."),
            dedupe_key=f"follow:{issue.pk}:{contact.email}:{now.date()}",
        )


@transaction.atomic
def confirm_following(*, actor: Actor, issue: Issue, token: str, now: datetime) -> Follower | None:
    """Follow with the address that a link was sent to. Raises NotAllowed, NotFound (not our link, or an old one)."""
    require(rules.can_follow(actor, issue))
    said = read_token(issue, token)
    contact = Contact(email=said["email"], language=said["language"])
    return cases.follow_case(actor=Actor.visitor(issue.territory_id), case=issue.case, now=now, contact=contact)


def read_token(issue: Issue, token: str) -> dict[str, str]:
    """Return what a link to confirm says. Raises NotFound when it is not ours, too old or about another report."""
    try:
        said: dict[str, str] = signing.loads(token, salt=_SALT, max_age=CONFIRM_WITHIN)
    except signing.BadSignature:
        raise NotFound
    if said.get("code") != issue.code:
        raise NotFound
    return said
