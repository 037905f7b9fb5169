"""What a manifest is made of. Callables receive the territory in force through the transaction's context."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from .personal import PersonalData as PersonalData
from .series import Series


@dataclass(frozen=True, slots=True)
class Menu:
    """A plain verb on the home page or in the staff menu. `url` is a URL name; `first` is the one dark stone.

    `photo` names a form (its ``draft``, with a field ``photos`` and a place) that may begin with a photo or with the
    phone's position, taken on the home page. `count(person_id)` gives the number shown beside an entry of `my_menu`, in
    scope ``mine``.
    """

    label: str
    url: str
    icon: str = "page"
    hint: str = ""
    first: bool = False
    photo: str = ""
    order: int = 100
    permission: str = ""
    keywords: str = ""
    count: Callable[[UUID], int] | None = None


@dataclass(frozen=True, slots=True)
class StaffCounter:
    """A number on the first screen of the back office: what waits today. `count(actor)` must be one indexed query.

    `url` is the URL name of the list behind it, `query` what narrows it (``"?late=1"``). `tone`: ``late`` for what
    should not be there, ``todo`` for work, ``info``. Shown when its module is on and the actor has `permission`, unless
    the count is None: it has no sense in this territory.
    """

    name: str
    label: str
    count: Callable[[Any], int | None]
    url: str
    query: str = ""
    permission: str = ""
    icon: str = "list"
    tone: str = "todo"
    order: int = 100


@dataclass(frozen=True, slots=True)
class Notice:
    """A message sent when `event` happens. `to` names whom, in a word, for the preference centre and `parvis events`.

    `audience(event)` yields :class:`Recipient`; `context(event)` gives the templates their words, once a language. Of
    them `path` (what `reverse` returns in a task) leads to the page concerned and reaches the templates as `url`, in
    the reader's town and language; `label` is what its button says; what else is named `x_path` becomes an `x_url`.
    Templates are ``<module>/notices/<event's last part>.<channel>.txt``: a subject in the first line, then the text;
    they also know `territory` and `language`. `topic` names the `Topic` it belongs to (its module's own unless given);
    `place(event)` is where it happens (latitude, longitude), for topics with places; `reason` says why one gets it.
    """

    event: str
    to: str
    audience: Callable[[Any], Iterable["Recipient"]]
    context: Callable[[Any], Mapping[str, Any]]
    topic: str = ""
    channels: tuple[str, ...] = ("email", "inbox")
    template: str = ""
    reason: str | Promise = ""
    place: Callable[[Any], tuple[float, float] | None] | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to tell: a person of the house, or a bare address of somebody who has no account.

    What is left empty comes from the person. `path` leads this reader to another page than the notice's own. `reply_to`
    is where this reader's answers by e-mail go, and names the conversation to mail programs; the town hall's otherwise.
    """

    person_id: UUID | None = None
    email: str = ""
    phone: str = ""
    name: str = ""
    language: str = ""
    path: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """Points that an event earns: `amount` to the person named by `to`."""

    event: str
    amount: int
    to: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """Open data: `rows()` yields flat mappings without personal data; `fields` documents each column."""

    name: str
    label: str
    rows: Callable[[], Iterable[Mapping[str, Any]]]
    fields: Mapping[str, str]
    geometry: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A number worth following: `value(start, end)` over a period, divided by `per` when given."""

    name: str
    label: str
    unit: str
    value: Callable[[datetime, datetime], float | None]
    per: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """Something to be found by the one search field: public text only.

    What is written in several languages is one document a language, with the same `ref`; what only has its name in
    several gives `titles` by language (``{"en": …}``), all of which lead to it. `url` is what `reverse` returns there,
    without town and language. `is_shared`: found in the portals that show us, too.
    """

    ref: str
    title: str
    url: str
    text: str = ""
    keywords: str = ""
    hint: str = ""
    language: str = ""
    at: datetime | None = None
    weight: float = 1.0
    titles: Mapping[str, str] = field(default_factory=dict)
    is_shared: bool = True


@dataclass(frozen=True, slots=True)
class SearchSource:
    """What a module makes findable: `documents()` yields all, `document(ref)` gives one thing again after an event.

    One thing may stand in several documents (one a language), or in none any more. The ref is the event's subject, or
    the datum that `ref_in` names; `all_on` has everything written again. `is_place`: it stands among places.
    """

    kind: str
    label: str
    documents: Callable[[], Iterable[Document]]
    document: Callable[[str], Document | Iterable[Document] | None] | None = None
    refresh_on: tuple[str, ...] = ()
    all_on: tuple[str, ...] = ()
    ref_in: str = ""
    icon: str = "search"
    is_place: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """A map window in degrees (WGS 84) with the zoom it is looked at."""

    south: float
    west: float
    north: float
    east: float
    zoom: int = 14


@dataclass(frozen=True, slots=True)
class MapFeature:
    """A point on the public map, without personal data. `url` is what `reverse` returns there, without town.

    `count` above one: so many things around that point, where there are too many to draw each.
    """

    ref: str
    lat: float
    lon: float
    label: str
    url: str = ""
    icon: str = "pin"
    tone: str = "info"
    hint: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class MapLayer:
    """A layer of the one public map: `features(window, limit)` yields what lies in the window.

    It is asked for other territories too, where their map is shown, in scope ``network``: it may only read.
    """

    name: str
    label: str
    features: Callable[[Window, int], Iterable[MapFeature]]
    icon: str = "pin"
    on: bool = True


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """Something with a date. `ref` is unique and stable: it becomes the iCalendar UID. `url` stands without town.

    `territory_id` says whose it is among one person's dates, which come from several towns; it is not needed elsewhere.
    `series`: it is one of many times; the page shows each, the feed says the rule once.
    """

    ref: str
    title: str
    starts_at: datetime
    ends_at: datetime | None = None
    place: str = ""
    url: str = ""
    text: str = ""
    all_day: bool = False
    lat: float | None = None
    lon: float | None = None
    territory_id: UUID | None = None
    series: Series | None = None


@dataclass(frozen=True, slots=True)
class AgendaSource:
    """Entries of the one calendar: `items(start, end)` for everyone, `mine(person_id, start, end)` for one person.

    `mine` is asked once, in scope ``mine``, where the person's rows of every town are seen; it stands in their space.
    `items` is asked for other territories too, where their calendar is shown, in scope ``network``: it may only read.
    """

    name: str
    label: str
    items: Callable[[datetime, datetime], Iterable[AgendaItem]] | None = None
    mine: Callable[[UUID, datetime, datetime], Iterable[AgendaItem]] | None = None
    icon: str = "calendar"


@dataclass(frozen=True, slots=True)
class UsageCounter:
    """Adoption: `events` are those whose beneficiary counts as a resident served by this module.

    `past(since)` yields (person id, moment) for a town that comes with a history, of which no event was recorded.
    """

    name: str
    label: str
    events: tuple[str, ...]
    past: Callable[[datetime], Iterable[tuple[UUID, datetime]]] | None = None


@dataclass(frozen=True, slots=True)
class BulkAct:
    """An act on many cases of the work list. `run(actor=, case=, choice=, text=, now=)` calls the operation that the
    page of one case calls, and raises what it raises: that case is left as it is, the others go on.

    `choices()` yields what must be chosen (key and label) under `choice_label`; `asks_text` says what must be written,
    if anything. `for_all`: offered where every kind has acts of its own, too. `kind`: that of a module's own act.
    """

    name: str
    label: str | Promise
    run: Callable[..., object]
    icon: str = "check"
    choices: Callable[[], Iterable[tuple[str, str]]] | None = None
    choice_label: str | Promise = ""
    asks_text: str | Promise = ""
    for_all: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class CaseKind:
    """A kind of case: `name` is its module's. `new` is the URL name of the staff's form for a new one, which reads
    ``?person=<id>&channel=phone``; `page(case)` the address of its own page for the person, if any; `planned(case)`
    says when its work is planned, if it is. `closes_itself(case)`: whether the module's panel holds the steps that end
    it, so that the case page offers no plain closing. `bulk`: its own acts on many cases of the work list.
    Answers kept ready: `blanks` are the names their texts may hold besides everyone's, with what each means,
    `fill(case, language)` their values; `topics()` yields what an answer may be kept for (key and label),
    `topic_of(case)` is the key of a case.
    `travels(case)`: what goes along when the case is handed over, JSON-ready; under ``files`` the photos and documents,
    each ``{"id", "name"}``, under ``outcome`` and ``answer`` how it ended, if it did.
    """

    name: str
    label: str
    icon: str = "page"
    new: str = ""
    page: Callable[[Any], str] | None = None
    planned: Callable[[Any], str] | None = None
    closes_itself: Callable[[Any], bool] | None = None
    blanks: Mapping[str, str | Promise] = field(default_factory=dict)
    fill: Callable[[Any, str], Mapping[str, str]] | None = None
    topics: Callable[[], Iterable[tuple[str, str]]] | None = None
    topic_of: Callable[[Any], str] | None = None
    bulk: tuple[BulkAct, ...] = ()
    travels: Callable[[Any], Mapping[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class CasePanel:
    """What a module adds to the page of a case of its kind: `template` is rendered with `context(case)`."""

    kind: str
    template: str
    context: Callable[[Any], Mapping[str, Any]]
    label: str = ""
    url: Callable[[Any], str] | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """Work by the clock: `task` is a dotted path, `cron` five fields in UTC (a sixth is the second).

    It is run once, or once for each territory if asked.
    """

    name: str
    cron: str
    task: str
    each_territory: bool = False
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ArchiveTable:
    """Rows of one kind in the archive of a territory: `dump(with_people)` yields them, `load(rows)` writes them."""

    dump: Callable[[bool], Iterable[Mapping[str, Any]]]
    load: Callable[[Iterable[Mapping[str, Any]]], None]


@dataclass(frozen=True, slots=True)
class ArchivePart:
    """What the archive of a territory cannot find by itself: tables that have numbers of this instance for keys.

    `tables` are dumped and loaded in their order, in the territory in force. Their rows are JSON-ready, in a stable
    order, and name things by an UUID (under `id`, when this row defines it) or a file's name, never by a number.
    `models` says which models they cover, `files()` which files of the default storage belong to them. `event_ids`: for
    a key in the data of events that holds such a number, how it becomes a stable name, and back.
    """

    name: str
    models: tuple[str, ...]
    tables: Mapping[str, ArchiveTable]
    files: Callable[[], Iterable[str]]
    event_ids: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApiScope:
    """What a program's key may be given: `code` is a right (``issues.report``), asked by rules like a permission.

    ``<module>.read`` opens the safe methods of the module's router; what changes something is asked by its rules. Where
    `code` is also a permission of staff, only who holds it may give it to a key.
    """

    code: str
    label: str | Promise


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """An event that machines outside may hear of: `payload(event)` gives ids, codes, states and links, JSON-ready.

    Never a word about people: what it holds leaves the house. The links are what `reverse` returns, under names that
    end in ``path``; they leave as ``url``, whole. Asked in the territory, when the message is made.
    """

    event: str
    label: str | Promise
    payload: Callable[[Any], Mapping[str, Any]]
