"""A town's choices."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Settings:
    """How loudly."""

    loudness: int = field(default=3, metadata={"label": "Force de la voix"})
