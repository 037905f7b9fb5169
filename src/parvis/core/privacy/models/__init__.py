"""Copies, requests, consents, what must stay forgotten, and the registers of the privacy officer."""

from .assessments import Assessment, Residual
from .consents import Consent
from .decisions import Decision
from .exports import PersonExport
from .forgotten import Forgotten, What
from .incidents import Incident, IncidentKind, Level
from .policies import MANDATORY, Policy, PolicyLanguage
from .requests import DataRequest, ErasureRequest, RequestKind, RequestState

__all__ = [
    "MANDATORY",
    "Assessment",
    "Consent",
    "DataRequest",
    "Decision",
    "ErasureRequest",
    "Forgotten",
    "Incident",
    "IncidentKind",
    "Level",
    "PersonExport",
    "Policy",
    "PolicyLanguage",
    "RequestKind",
    "RequestState",
    "Residual",
    "What",
]
