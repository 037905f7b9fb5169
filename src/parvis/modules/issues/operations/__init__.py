"""Every write about reported problems."""

from .answering import PREFIX, answers_to
from .assets import choose_asset
from .configuring import save_category, save_question
from .duplicates import join_reports
from .field import Material, put_on_list, record_work, take_off_list
from .following import ask_to_follow, confirm_following, follow_issue, unfollow_issue
from .learning import keep_learned
from .passing import (
    ask_services,
    pass_on,
    remove_destination,
    reseal_keys,
    save_destination,
    save_endpoint,
    stop_following,
    try_again,
)
from .progress import accept_issue, decline_issue, plan_issue, recategorise_issue, reopen_issue, resolve_issue
from .recurring import delete_recurring, save_recurring, skip_work
from .releasing import blur_photo, hide_issue, release, release_photo, release_text
from .reporting import MOST_PHOTOS, add_photo, report_issue
from .routing import (
    delete_rule,
    discard_draft,
    draft_rules,
    follow_route,
    move_rule,
    put_rules_in_force,
    save_rule,
    team_of,
)
from .steps import MOST_LETTERS, record_step, subject_of

__all__ = [
    "MOST_LETTERS",
    "MOST_PHOTOS",
    "PREFIX",
    "Material",
    "accept_issue",
    "add_photo",
    "answers_to",
    "ask_services",
    "ask_to_follow",
    "blur_photo",
    "choose_asset",
    "confirm_following",
    "decline_issue",
    "delete_recurring",
    "delete_rule",
    "discard_draft",
    "draft_rules",
    "follow_issue",
    "follow_route",
    "hide_issue",
    "join_reports",
    "keep_learned",
    "move_rule",
    "pass_on",
    "plan_issue",
    "put_on_list",
    "put_rules_in_force",
    "recategorise_issue",
    "record_step",
    "record_work",
    "release",
    "release_photo",
    "release_text",
    "remove_destination",
    "reopen_issue",
    "report_issue",
    "reseal_keys",
    "resolve_issue",
    "save_category",
    "save_destination",
    "save_endpoint",
    "save_question",
    "save_recurring",
    "save_rule",
    "skip_work",
    "stop_following",
    "subject_of",
    "take_off_list",
    "team_of",
    "try_again",
    "unfollow_issue",
]
