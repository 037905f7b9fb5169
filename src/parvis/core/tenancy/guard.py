"""How each model is guarded: one declaration a model, turned into row-level security by :mod:`.sync`."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Who owns a row."""

    TERRITORY = "territory"
    PERSON = "person"
    PUBLIC = "public"
    SYSTEM = "system"


class Scope(StrEnum):
    """What a transaction looks at. Writes to territory rows need TERRITORY; NETWORK lends what another shows us."""

    TERRITORY = "territory"
    MINE = "mine"
    NETWORK = "network"
    DELEGATED = "delegated"
    PARTNER = "partner"
    SIGN_IN = "sign_in"
    DELIVERY = "delivery"


@dataclass(frozen=True, slots=True)
class Guard:
    """A model's declaration of who may see its rows; use the four constructors.

    `mine`: the column with the person who sees the row in scope ``mine``. `network`: the boolean column that says which
    rows are lent in scope ``network`` (``"not is_hidden"``: those where it is false); without it, rows that may hold
    something about people are never lent (:func:`.policies.is_lent`). `service`: the module whose delegation opens it
    in scope ``delegated``, or ``column:name`` when the row says which service it belongs to. `partner`: the column with
    the organisation whose members read the row in scope ``partner``, as long as their terms run. `append_only`: the
    application role may insert and read, never change. `outbox`: messages waiting to leave. Anyone may drop one in
    without a territory (a sign-in code belongs to none); only the sender reads and changes them all, in scope
    ``delivery``. `kept_apart`: an SQL condition true of the rows of the territory in force, for third parties' tables
    that have no column for it (`kept_apart_network`: of those it lends); the machinery of such tables works in scope
    ``sign_in``.
    """

    kind: Kind
    mine: str | None = None
    network: str | None = None
    service: str | None = None
    partner: str | None = None
    person: str | None = None
    append_only: bool = False
    read_by_all: bool = False
    opens_door: bool = False
    is_private: bool = False
    outbox: bool = False
    kept_apart: str | None = None
    kept_apart_network: str | None = None
    own: str | None = None

    @classmethod
    def territory(
        cls,
        *,
        mine: str | None = None,
        network: str | None = None,
        service: str | None = None,
        partner: str | None = None,
        append_only: bool = False,
        read_by_all: bool = False,
        outbox: bool = False,
    ) -> "Guard":
        """Rows owned by one territory (column ``territory_id``); `read_by_all` for those that hold nothing private."""
        return cls(
            Kind.TERRITORY,
            mine=mine,
            network=network,
            service=service,
            partner=partner,
            append_only=append_only,
            read_by_all=read_by_all,
            outbox=outbox,
        )

    @classmethod
    def of_person(cls, column: str = "person_id", *, opens_door: bool = False, is_private: bool = False) -> "Guard":
        """Rows about a human: seen by self, by those who act for them, and by the territories they entered.

        `opens_door` is for the one table that says which territories were entered: a territory may write it itself for
        a person who does not exist yet (somebody at the counter), never for one who does. `is_private` rows (passkeys,
        sessions) are for the person alone: no territory sees them.
        """
        return cls(Kind.PERSON, person=column, opens_door=opens_door, is_private=is_private)

    @classmethod
    def public(cls, *, append_only: bool = False, own: str | None = None) -> "Guard":
        """Reference rows that everyone may read; the application role writes them under the rules of operations.

        `own`: the column with the territory that alone may change the row, which nobody may then delete.
        """
        return cls(Kind.PUBLIC, append_only=append_only, own=own)

    @classmethod
    def system(
        cls, *, append_only: bool = False, kept_apart: str | None = None, kept_apart_network: str | None = None
    ) -> "Guard":
        """Machinery: ids and states only, no personal data."""
        return cls(Kind.SYSTEM, append_only=append_only, kept_apart=kept_apart, kept_apart_network=kept_apart_network)
