"""The territory's own settings for cases."""

from parvis.core.cases.settings import CaseSettings
from parvis.core.tenancy.switches import settings_of


def options() -> CaseSettings:
    """Return the settings of the territory in force."""
    return settings_of("cases")
