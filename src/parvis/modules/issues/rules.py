"""Who may do what with a report."""

from parvis.core.cases import rules as case_rules
from parvis.core.cases.models import Case
from parvis.core.files.models import StoredFile
from parvis.core.residency import rules as residency
from parvis.core.residency.queries import RESIDENT
from parvis.core.tenancy.context import current_territory_id
from parvis.lib.actor import Actor

from .models import Category, Issue

GENERAL_MAIL = "inbound"
"""The kind of a mail that was written to the town in general (`parvis.core.inbound`)."""


def can_report(actor: Actor, *, anonymous_allowed: bool = True) -> bool:
    """Tell whether somebody may report: everyone (programs by their scope), unless the town wants to know who.

    Or keeps it for its residents.
    """
    if not actor.reaches("issues.report") or not residency.may(actor, "issues.report"):
        return False
    is_known = actor.beneficiary_id is not None or actor.scopes is not None
    return anonymous_allowed or is_known or actor.is_staff()


def can_choose(actor: Actor, category: Category) -> bool:
    """Tell whether somebody may report this kind of problem: some are for proven residents, and staff."""
    return not category.for_residents or actor.level >= RESIDENT or actor.is_staff()


def can_follow(actor: Actor, issue: Issue) -> bool:
    """Tell whether somebody may follow what another person reported: what is public and not ended, here."""
    if not actor.reaches("issues.report") or not residency.may(actor, "issues.follow"):
        return False
    is_mine = issue.person_id is not None and actor.beneficiary_id == issue.person_id
    return issue.is_open and not issue.is_hidden and issue.territory_id == actor.territory_id and not is_mine


def can_work(actor: Actor, issue: Issue) -> bool:
    """Tell whether a member of staff may work on a report: take in charge, answer, solve, decline."""
    return actor.may("issues.work", territory_id=issue.territory_id, district_id=issue.district_id)


def can_go_out(actor: Actor) -> bool:
    """Tell whether somebody works on reports here, be it in one district only: they may see a day's shortlist."""
    here = (grant for grant in actor.grants if grant.territory_id == actor.territory_id)
    return actor.is_system or any({"issues.work", "*"} & grant.permissions for grant in here)


def can_receive(actor: Actor, case: Case) -> bool:
    """Tell whether a member of staff may make a report of a case that another body handed over, or that was a mail.

    A mail to the town in general, only who may work on it too.
    """
    if case.kind == GENERAL_MAIL and not case_rules.can_work(actor, case):
        return False
    return case.kind in {"issues", GENERAL_MAIL} and actor.may(
        "issues.work", territory_id=case.territory_id, district_id=case.district_id
    )


def can_release(actor: Actor, issue: Issue) -> bool:
    """Tell whether a member of staff may show the words and photos of a report to everyone."""
    return actor.may("issues.release", territory_id=issue.territory_id, district_id=issue.district_id)


def can_configure(actor: Actor) -> bool:
    """Tell whether a member of staff may change categories and promises."""
    return actor.may("issues.configure", territory_id=current_territory_id())


def can_choose_bodies(actor: Actor) -> bool:
    """Tell whether a member of staff may decide, in the territory in force, to whom reports are passed on."""
    return actor.may("issues.configure", territory_id=current_territory_id())


def can_plan_works(actor: Actor) -> bool:
    """Tell whether a member of staff may plan works that come back, in the territory in force."""
    return actor.may("issues.work", territory_id=current_territory_id())


def can_see_assets(actor: Actor) -> bool:
    """Tell whether a member of staff may look at a thing of the municipality with the reports about it."""
    here = current_territory_id()
    return actor.may("issues.work", territory_id=here) or actor.may("assets.manage", territory_id=here)


def can_see_private(actor: Actor, issue: Issue) -> bool:
    """Tell whether somebody may read the words before they are released: the reporter and who handles it."""
    if issue.person_id is not None and issue.person_id == actor.person_id:
        return True
    return can_work(actor, issue) or can_release(actor, issue)


def can_see_photo(actor: Actor, stored: StoredFile) -> bool:
    """Tell whether staff may see a photo that is not released."""
    issue = Issue.objects.filter(pk=stored.subject_id).first()
    return issue is not None and can_see_private(actor, issue)


def can_see_figures(actor: Actor) -> bool:
    """Tell whether a member of staff may see the figures of reports, of the districts that their roles cover."""
    return actor.is_system or any(
        grant.covers("issues.figures", actor.territory_id, grant.district_id) for grant in actor.grants
    )


def can_see_all_figures(actor: Actor) -> bool:
    """Tell whether a member of staff may see the figures of the whole territory, and have its papers made."""
    return actor.may("issues.figures")


def can_see_paper(actor: Actor, stored: StoredFile) -> bool:
    """Tell whether a member of staff may open the report of a month, which is about the whole territory."""
    return actor.may("issues.figures", territory_id=stored.territory_id)
