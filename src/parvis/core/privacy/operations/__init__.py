"""Writes: copies, consents, requests, erasures and what keeps them erased, the registers of the privacy officer."""

from .assessing import approve_assessment, write_assessment
from .consenting import set_consent, withdraw_all
from .deciding import note_decision
from .erasing import (
    ask_erasure,
    cancel_erasure,
    carry_out_erasure,
    close_account,
    erase_person,
    forget_requests,
    refuse_erasure,
)
from .exporting import (
    ask_export,
    export_person,
    finish_export,
    forget_exports,
    keep_file,
    readme,
    write_export,
)
from .incidents import (
    assess_incident,
    change_incident,
    close_incident,
    forget_incidents,
    note_incident,
    say_told,
)
from .keeping import complete_ledger, forget_again, keep_line
from .publishing import publish_policy, write_policy
from .requesting import answer_request, ask_request, cancel_request, refuse_request

__all__ = [
    "answer_request",
    "approve_assessment",
    "ask_erasure",
    "ask_export",
    "ask_request",
    "assess_incident",
    "cancel_erasure",
    "cancel_request",
    "carry_out_erasure",
    "change_incident",
    "close_account",
    "close_incident",
    "complete_ledger",
    "erase_person",
    "export_person",
    "finish_export",
    "forget_again",
    "forget_exports",
    "forget_incidents",
    "forget_requests",
    "keep_file",
    "keep_line",
    "note_decision",
    "note_incident",
    "publish_policy",
    "readme",
    "refuse_erasure",
    "refuse_request",
    "say_told",
    "set_consent",
    "withdraw_all",
    "write_assessment",
    "write_export",
    "write_policy",
]
