"""What a territory may set about its cases."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CaseSettings:
    """Typed settings: delays in working days or days, `closings` as ISO dates on which the town hall is closed."""

    default_delay_days: int = 10
    due_soon_days: int = 3
    reopen_days: int = 30
    closings: list[str] = field(default_factory=list)
