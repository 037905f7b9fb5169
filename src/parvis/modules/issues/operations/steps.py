"""What every write about a report shares."""

from dataclasses import replace
from datetime import datetime

from django.utils.text import Truncator

from parvis.core.events.operations import record
from parvis.core.ui.pagecache import MARKS, bump
from parvis.lib.actor import Actor
from parvis.modules.issues.models import Category, Issue

MOST_LETTERS = 4000


def subject_of(category: Category, description: str) -> str:
    """Return the summary that staff read: the kind, then the first words of the report."""
    first = Truncator(" ".join(description.split())).chars(80)
    return f"{category.label_fr} : {first}" if first else category.label_fr


def record_step(actor: Actor, name: str, issue: Issue, now: datetime, **data: str) -> None:
    """Record an event for the reporter, and let the public pages show it."""
    about = replace(actor, for_person_id=issue.person_id) if issue.person_id else actor
    record(about, name, issue, now=now, status=str(issue.status), case=str(issue.case_id), **data)
    bump(issue.territory_id, only=MARKS if name == "issues.reported" else "")
