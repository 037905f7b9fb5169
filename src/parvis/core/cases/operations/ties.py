"""Tie cases together: links and followers."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from parvis.core.cases import rules
from parvis.core.cases.models import Case, CaseLink, Follower, LinkKind
from parvis.core.identity.models import Person
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, gettext_noop, require

from .history import write_history
from .opening import Contact


@transaction.atomic
def link_cases(
    *, actor: Actor, case: Case, other: Case, now: datetime, kind: LinkKind | str = LinkKind.RELATED
) -> CaseLink:
    """Note that two cases belong together; safe to repeat. Raises NotAllowed, Invalid."""
    require(rules.can_work(actor, case) and rules.can_view(actor, other))
    if case.pk == other.pk:
        raise Invalid(gettext_noop("Choose another case than this one."), field="other")
    if kind not in LinkKind.values:
        raise Invalid(gettext_noop("Choose how they belong together."), field="kind")
    link, is_new = CaseLink.objects.get_or_create(
        territory_id=case.territory_id, case=case, other=other, kind=kind, defaults={"at": now}
    )
    if is_new:
        write_history(
            actor=actor, case=case, name="linked", now=now, is_internal=True, other=str(other.pk), link=str(kind)
        )
    return link


@transaction.atomic
def unlink_cases(*, actor: Actor, link: CaseLink, now: datetime) -> None:
    """Take a link back. Raises NotAllowed."""
    require(rules.can_work(actor, link.case))
    case, other = link.case, link.other_id
    link.delete()
    write_history(actor=actor, case=case, name="unlinked", now=now, is_internal=True, other=str(other))


@transaction.atomic
def follow_case(*, actor: Actor, case: Case, now: datetime, contact: Contact | None = None) -> Follower | None:
    """Follow somebody else's case ("me too"), as a person or with an e-mail address; safe to repeat.

    Staff do it for whoever is on the telephone. The module decides which cases may be followed. Returns None for the
    person whose case it is. Raises NotAllowed (for another person, without the right to serve them), Invalid.
    """
    if case.person_id is not None and case.person_id == actor.beneficiary_id:
        return None
    require(rules.can_open(actor, kind=case.kind, person_id=actor.beneficiary_id))
    person_id, known = actor.beneficiary_id, (contact or Contact()).cleaned()
    if person_id is None and not known.email:
        raise Invalid(gettext_noop("Write an e-mail address, so that we can tell you."), field="email")
    who = {"person_id": person_id} if person_id else {"person": None, "email": known.email}
    follower, is_new = Follower.objects.get_or_create(
        territory_id=case.territory_id,
        case=case,
        **who,
        defaults={"name": known.name, "language": known.language, "at": now},
    )
    if is_new:
        write_history(actor=actor, case=case, name="followed", now=now, is_internal=True, follower=str(follower.pk))
    return follower


@transaction.atomic
def unfollow_case(*, actor: Actor, case: Case, now: datetime) -> bool:
    """Stop following; return False when it was not followed."""
    if actor.beneficiary_id is None:
        return False
    gone, _ = Follower.objects.filter(case=case, person_id=actor.beneficiary_id).delete()
    if gone:
        write_history(actor=actor, case=case, name="unfollowed", now=now, is_internal=True)
    return bool(gone)


@transaction.atomic
def stop_following(*, follower: Follower, now: datetime) -> None:
    """Let an address go that came by the link of its mail (:mod:`parvis.core.cases.links`)."""
    case = follower.case
    follower.delete()
    write_history(actor=Actor.visitor(case.territory_id), case=case, name="unfollowed", now=now, is_internal=True)


def followers_of(case: Case) -> list[tuple[Person | None, str, str, str]]:
    """Return (person, name, e-mail, language) of each follower of a case."""
    rows = case.followers.filter(Q(person__isnull=False) | ~Q(email="")).select_related("person")
    return [(row.person, row.name, row.email, row.language) for row in rows]
