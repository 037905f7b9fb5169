"""Who may see and do what with a case. Staff of a kind's own module (``issues.work``) may work on that kind's cases."""

from uuid import UUID

from parvis.core.files.models import StoredFile
from parvis.core.identity.queries import decides_for
from parvis.core.tenancy.context import current_territory_id, use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Actor

from .models import Case, HandOver, SavedFilter

VIEW, WORK, SERVE, HAND_OVER = "cases.view", "cases.work", "cases.serve", "cases.hand_over"
CONFIGURE, OVERSEE = "cases.configure", "cases.oversee"


def _may(actor: Actor, case: Case, *codes: str) -> bool:
    return any(actor.may(code, territory_id=case.territory_id, district_id=case.district_id) for code in codes)


def is_mine(actor: Actor, case: Case) -> bool:
    """Tell whether the case is the actor's own."""
    return actor.person_id is not None and actor.person_id == case.person_id


def can_view(actor: Actor, case: Case) -> bool:
    """Tell whether the actor may read the case as a member of staff."""
    return _may(actor, case, VIEW, WORK, f"{case.kind}.view", f"{case.kind}.work")


def can_work(actor: Actor, case: Case) -> bool:
    """Tell whether the actor may answer, assign, stop the clock, merge and close, as a member of staff."""
    return _may(actor, case, WORK, f"{case.kind}.work")


def can_hand_over(actor: Actor, case: Case) -> bool:
    """Tell whether the actor may send the case to another body, accept one, or send it back."""
    return _may(actor, case, HAND_OVER, f"{case.kind}.hand_over")


def can_open(actor: Actor, *, kind: str, person_id: UUID | None) -> bool:
    """Tell whether the actor may open a case for that person: oneself, nobody in particular, or anyone for staff."""
    if person_id is None or person_id == actor.person_id:
        return True
    return any(actor.may(code) for code in (SERVE, WORK, f"{kind}.work"))


def can_speak(actor: Actor, case: Case) -> bool:
    """Tell whether the actor may write in the conversation."""
    return is_mine(actor, case) or can_work(actor, case)


def can_serve(actor: Actor) -> bool:
    """Tell whether the actor may look people up while they are on the telephone or at the counter."""
    return actor.may(SERVE)


def can_see_work_list(actor: Actor) -> bool:
    """Tell whether the actor works on cases of any kind here."""
    return actor.is_system or any(
        grant.territory_id == actor.territory_id
        and any(code == "*" or code in {VIEW, WORK} or code.endswith((".work", ".view")) for code in grant.permissions)
        for grant in actor.grants
    )


def is_partner(actor: Actor, hand_over: HandOver, *, decides: bool = False) -> bool:
    """Tell whether the actor is, at this moment, a member of the organisation that has the case.

    The database decides: it shows the row in scope ``partner`` only while the term runs. With `decides`, a manager or
    an administrator of it.
    """
    if actor.person_id is None or hand_over.organisation_id is None:
        return False
    with use(person=actor.person_id, scope=Scope.PARTNER):
        if not HandOver._base_manager.filter(pk=hand_over.pk).exists():
            return False
    return not decides or decides_for(actor.person_id, hand_over.organisation_id, hand_over.territory_id)


def can_decide_hand_over(actor: Actor, hand_over: HandOver) -> bool:
    """Tell whether the actor may accept, refuse, return or end it: staff of the receiver, or of the sender for an
    organisation of its own, or whoever decides for that organisation."""
    return can_hand_over(actor, hand_over.case) or is_partner(actor, hand_over, decides=True)


def can_use_filter(actor: Actor, saved: SavedFilter) -> bool:
    """Tell whether the actor may open a saved filter: one's own, or one that a colleague shares."""
    here = saved.territory_id == actor.territory_id and can_see_work_list(actor)
    return here and (saved.is_shared or saved.owner_id == actor.person_id)


def can_change_filter(actor: Actor, saved: SavedFilter) -> bool:
    """Tell whether the actor may change or delete a saved filter: its owner only."""
    return saved.owner_id == actor.person_id and saved.territory_id == actor.territory_id


def can_see_partner_file(actor: Actor, stored: StoredFile) -> bool:
    """Tell whether the actor may open a file that went with a hand-over to an organisation, or was said about it."""
    hand_over = HandOver.objects.filter(pk=stored.subject_id).select_related("case").first()
    return hand_over is not None and (is_partner(actor, hand_over) or can_view(actor, hand_over.case))


def can_see_file(actor: Actor, stored: StoredFile) -> bool:
    """Tell whether the actor may open a file of a conversation: staff who may read its case (its person may anyway)."""
    case = Case.objects.filter(pk=stored.subject_id).first() if stored.subject_id else None
    return case is not None and (is_mine(actor, case) or can_view(actor, case))


def can_configure(actor: Actor) -> bool:
    """Tell whether the actor may write the answers kept ready."""
    return actor.may(CONFIGURE, territory_id=current_territory_id())


def can_oversee(actor: Actor) -> bool:
    """Tell whether the actor oversees the work of colleagues, and is told of promises about to break."""
    return actor.may(OVERSEE, territory_id=current_territory_id())


PERMISSIONS = {
    VIEW: can_view,
    WORK: can_work,
    SERVE: can_serve,
    HAND_OVER: can_hand_over,
    CONFIGURE: can_configure,
    OVERSEE: can_oversee,
}
