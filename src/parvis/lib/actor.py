"""Who acts: ids only, so that it can travel in tasks and audit rows."""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID


class Channel(StrEnum):
    """The door through which something came: all doors are equal, and it shows."""

    WEB = "web"
    PHONE = "phone"
    COUNTER = "counter"
    MAIL = "mail"
    EMAIL = "email"
    PARTNER = "partner"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role gives in one territory, perhaps in one district or for one team only."""

    territory_id: UUID
    permissions: frozenset[str]
    district_id: UUID | None = None
    team_id: UUID | None = None

    def covers(self, permission: str, territory_id: UUID | None, district_id: UUID | None) -> bool:
        """Tell whether this grant gives `permission` there; ``"*"`` stands for every permission."""
        if territory_id != self.territory_id or not {permission, "*"} & self.permissions:
            return False
        return self.district_id is None or self.district_id == district_id


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever performs an operation, for whom, and through which door.

    `person_id` is the human who acts (None for a visitor or the system), `for_person_id` the one it is done for when a
    member of staff or a delegate acts on behalf of somebody. `level` is the scale of trust, 0 (visitor) to 4 (vetted).
    `scopes`: what a program that came with a key may do, and nothing else (None for everybody who is not a program).
    """

    territory_id: UUID | None = None
    person_id: UUID | None = None
    channel: Channel = Channel.WEB
    for_person_id: UUID | None = None
    organisation_id: UUID | None = None
    level: int = 0
    grants: tuple[Grant, ...] = ()
    is_system: bool = False
    scopes: frozenset[str] | None = None

    @classmethod
    def visitor(cls, territory_id: UUID | None, channel: Channel = Channel.WEB) -> "Actor":
        """Return somebody nobody knows yet."""
        return cls(territory_id=territory_id, channel=channel)

    @classmethod
    def system(cls, territory_id: UUID | None) -> "Actor":
        """Return the house itself, for tasks and imports: it may do everything."""
        return cls(territory_id=territory_id, channel=Channel.SYSTEM, is_system=True)

    @property
    def beneficiary_id(self) -> UUID | None:
        """The person whose business this is; nobody when staff serve somebody unknown at the counter."""
        if self.for_person_id is None and self.channel in {Channel.PHONE, Channel.COUNTER}:
            return None
        return self.for_person_id or self.person_id

    def may(self, permission: str, *, territory_id: UUID | None = None, district_id: UUID | None = None) -> bool:
        """Tell whether a role of this actor gives `permission` (``"issues.resolve"``) in that territory and district.

        The territory is the actor's own unless told otherwise. A grant limited to a district covers that district only.
        """
        territory_id = territory_id or self.territory_id
        if self.scopes is not None:
            return permission in self.scopes and territory_id == self.territory_id
        return self.is_system or any(grant.covers(permission, territory_id, district_id) for grant in self.grants)

    def is_staff(self, territory_id: UUID | None = None) -> bool:
        """Tell whether any role at all is held in that territory (the actor's own unless told otherwise)."""
        territory_id = territory_id or self.territory_id
        return self.is_system or any(grant.territory_id == territory_id for grant in self.grants)

    def reaches(self, scope: str) -> bool:
        """Tell whether a program's key opens what everybody else finds open; who is not a program needs no key."""
        return self.scopes is None or scope in self.scopes

    def on_behalf_of(self, person_id: UUID | None, channel: Channel) -> "Actor":
        """Return this actor working for somebody at the counter or on the telephone."""
        return replace(self, for_person_id=person_id, channel=channel)
