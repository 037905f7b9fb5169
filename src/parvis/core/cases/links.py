"""The link in a mail about a request: whoever holds it was reached as the person who asked.

Signed, never kept. It is bound to whom it was written: once the contact changes, or is erased, it opens nothing. Who
left no address is shown theirs once, when the case is made.
Whoever holds it may replace it: what was mailed before opens nothing from then on.
"""

from uuid import UUID

from django.core import signing
from django.urls import reverse

from parvis.core.identity.models import OrganisationStatus
from parvis.lib.errors import NotFound, gettext_noop

from .models import Case, Follower, HandOver, Side

LASTS = 400 * 24 * 3600  # seconds; the question of a case that took a year is still answered
DEAD = gettext_noop(
    "This link opens nothing: part of it is missing, or another one took its place. Use the one of our last message."
)

_FOLLOWER = signing.TimestampSigner(salt="cases.follower")


def path_of(case: Case) -> str:
    """Return the path of a case's link, below the town and language in force."""
    return reverse("cases:by_link", args=[_signer(case).sign(case.code)])


def case_of(token: str) -> Case:
    """Return the case of the territory in force that a link opens. Raises NotFound, whatever is wrong with it."""
    case = Case.objects.filter(code=token.partition(":")[0]).first()
    if case is None:
        raise NotFound(DEAD)
    try:
        _signer(case).unsign(token, max_age=LASTS)
    except signing.BadSignature:
        raise NotFound(DEAD)
    return case


def follower_path(follower: Follower) -> str:
    """Return the path of the link by which an address that follows a case stops; empty for a person of the house."""
    if follower.person_id:
        return ""
    return reverse("cases:by_link_follower", args=[_FOLLOWER.sign(str(follower.pk))])


def follower_of(token: str) -> Follower:
    """Return whom a link of :func:`follower_path` belongs to, while they follow. Raises NotFound."""
    try:
        pk = UUID(_FOLLOWER.unsign(token, max_age=LASTS))
    except (signing.BadSignature, ValueError):
        raise NotFound(DEAD)
    follower = Follower.objects.select_related("case").filter(pk=pk).first()
    if follower is None:
        raise NotFound(DEAD)
    return follower


def partner_path(hand_over: HandOver) -> str:
    """Return the path of the link by which an organisation without members sees what was handed to it.

    Empty without an address. Bound to that address: once it changes, or staff replace the link, it opens nothing.
    """
    if hand_over.organisation is None or not hand_over.organisation.email:
        return ""
    return reverse("cases:partner_link", args=[_partner_signer(hand_over).sign(str(hand_over.pk))])


def partner_of(token: str) -> HandOver:
    """Return the hand-over of the territory in force that a link of :func:`partner_path` opens. Raises NotFound."""
    try:
        pk = UUID(token.partition(":")[0])
    except ValueError:
        raise NotFound
    rows = HandOver.objects.select_related("case", "organisation", "territory")
    found = rows.filter(pk=pk, side=Side.SENT, organisation__status=OrganisationStatus.ADMITTED).first()
    if found is None or not found.organisation.email:
        raise NotFound
    try:
        _partner_signer(found).unsign(token, max_age=LASTS)
    except signing.BadSignature:
        raise NotFound
    return found


def _partner_signer(hand_over: HandOver) -> signing.TimestampSigner:
    salt = f"cases.partner:{hand_over.organisation.email}:{hand_over.link_version}"
    return signing.TimestampSigner(salt=salt)


def bound_to(case: Case) -> str:
    """Return whom a case can be answered by: the person, or the address left with it; empty when nobody is known."""
    return str(case.person_id) if case.person_id else case.contact_email


def _signer(case: Case) -> signing.TimestampSigner:
    replaced = f":{case.link_version}" if case.link_version else ""
    bound = bound_to(case) or case.contact_phone or case.pk
    return signing.TimestampSigner(salt=f"cases.link:{bound}{replaced}")
