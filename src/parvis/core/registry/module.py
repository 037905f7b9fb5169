"""The manifest of a module: everything it declares, in one frozen dataclass (docs/module-contract.md)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.utils.functional import Promise

from parvis.lib.actor import Actor

from .card import CardPurpose
from .cubes import Cube
from .deeds import Deed
from .entries import (
    AgendaSource,
    ApiScope,
    ArchivePart,
    CaseKind,
    CasePanel,
    Dataset,
    Indicator,
    MapLayer,
    Menu,
    Notice,
    PersonalData,
    Points,
    Schedule,
    SearchSource,
    StaffCounter,
    UsageCounter,
    WebhookEvent,
)
from .personal import AutomatedDecision, Purpose
from .topics import Topic

Rule = Callable[..., bool]


class Handler(Protocol):
    """A reaction to an event: a plain function, named by its module and name, safe to run twice."""

    __module__: str
    __qualname__: str

    def __call__(self, event: Any) -> None:
        """React to an event."""


@dataclass(frozen=True, kw_only=True)
class Module:
    """What a package offers and needs. Every field but `name` and `label` is optional.

    `permission_labels` says in plain words what each permission lets its holder do, on the screen of roles; one without
    a label is not given by a role (its rule asks for something else).

    `pages` are public pages that stand in no menu, named where all pages are listed.

    `standard_roles` says which permissions each standard role has (identity.standard_roles); the front desk has those
    that nobody names. `switchable` modules can be turned off by a territory: their pages, API, menu, handlers and data
    sets follow. `urls` and `router` are dotted paths, imported when the addresses are built; `urls` is mounted under
    `prefix` (French words, the same in every language), `root_urls` at the root, `last_urls` behind everything else.
    `commands` maps words of the ``parvis`` command (``"import streets"``) to the dotted path of a click command
    (``package.commands:streets``). `demo` is the dotted path of a function that loads the module's part of the demo
    region, after those named in `demo_after`. `file_rules` says who may see a private file of a purpose. `derive` lets
    a core package subscribe to what others declare; its `witness` is called with each event in the transaction of what
    happened, for what may not wait (it must be one quick statement). `reseal` seals the package's secrets again with
    the key in use and returns how many. `trust` tells which level of trust (0 to 4) somebody has in the territory in
    force, for its reasons; the highest holds. `deeds` are what a territory may keep for its residents. `asset_page`
    returns the address of the public page of a thing the municipality owns, by its id; `asset_screen` that of its staff
    screen, empty for an actor who may not open it.
    """

    name: str
    label: str
    description: str = ""
    switchable: bool = False
    on_by_default: bool = True
    menu: Sequence[Menu] = ()
    staff_menu: Sequence[Menu] = ()
    staff_counters: Sequence[StaffCounter] = ()
    my_menu: Sequence[Menu] = ()
    pages: Sequence[Menu] = ()
    permissions: Mapping[str, Rule] = field(default_factory=dict)
    permission_labels: Mapping[str, str | Promise] = field(default_factory=dict)
    standard_roles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    deeds: Sequence[Deed] = ()
    emits: Sequence[str] = ()
    on: Mapping[str, Handler | Sequence[Handler]] = field(default_factory=dict)
    derive: Callable[[Any], Iterable[tuple[str, Handler]]] | None = None
    notices: Sequence[Notice] = ()
    topics: Sequence[Topic] = ()
    points: Sequence[Points] = ()
    datasets: Sequence[Dataset] = ()
    indicators: Sequence[Indicator] = ()
    search: Sequence[SearchSource] = ()
    map_layers: Sequence[MapLayer] = ()
    agenda: Sequence[AgendaSource] = ()
    usage: Sequence[UsageCounter] = ()
    personal_data: Sequence[PersonalData] = ()
    purposes: Sequence[Purpose] = ()
    automated: Sequence[AutomatedDecision] = ()
    file_rules: Mapping[str, Rule] = field(default_factory=dict)
    archive: Sequence[ArchivePart] = ()
    case_kinds: Sequence[CaseKind] = ()
    case_panels: Sequence[CasePanel] = ()
    asset_page: Callable[[UUID], str] | None = None
    card_purposes: Sequence[CardPurpose] = ()
    asset_screen: Callable[[Actor, UUID], str] | None = None
    cubes: Sequence[Cube] = ()
    schedules: Sequence[Schedule] = ()
    settings: type | None = None
    urls: str = ""
    prefix: str = ""
    root_urls: str = ""
    last_urls: str = ""
    router: str = ""
    api_scopes: Sequence[ApiScope] = ()
    webhook_events: Sequence[WebhookEvent] = ()
    witness: Callable[[Any], None] | None = None
    trust: Callable[[UUID, datetime], int] | None = None
    reseal: Callable[[], int] | None = None
    commands: Mapping[str, str] = field(default_factory=dict)
    demo: str = ""
    demo_after: Sequence[str] = ()
    demo_people: str = ""

    def handlers(self) -> Iterable[tuple[str, Handler]]:
        """Yield (event, handler) for each reaction declared in `on`."""
        for event, handlers in self.on.items():
            for handler in handlers if isinstance(handlers, list | tuple) else (handlers,):
                yield event, handler
