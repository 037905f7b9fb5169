"""Reads: what is declared, what a person sees of it, who consented to what, the registers."""

from .consents import consents, declared_purposes, history_of, purpose_named, standing
from .declarations import activities, automated, declarations, territories_of
from .incidents import count_open_incidents, incident_history
from .people import SCREENS, Look, decisions_of, erasures_of, exports_of, looks_at, requests_of
from .policies import declared_draft, missing_from, policy_here
from .registers import ModuleState, assessments_here
from .requests import Waiting, count_waiting, decided, waiting

__all__ = [
    "SCREENS",
    "Look",
    "ModuleState",
    "Waiting",
    "activities",
    "assessments_here",
    "automated",
    "consents",
    "count_open_incidents",
    "count_waiting",
    "decided",
    "decisions_of",
    "declarations",
    "declared_draft",
    "declared_purposes",
    "erasures_of",
    "exports_of",
    "history_of",
    "incident_history",
    "looks_at",
    "missing_from",
    "policy_here",
    "purpose_named",
    "requests_of",
    "standing",
    "territories_of",
    "waiting",
]
