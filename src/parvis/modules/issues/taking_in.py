"""Take in the requests of another register: whole or not at all, once, in one bulk write that notifies nobody."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify

from parvis.core.cases.queries import options
from parvis.core.cases.workflow import State
from parvis.core.geo import districts
from parvis.core.geo.importers.reading import BadLine, BadLines
from parvis.core.geo.models import Boundary, District
from parvis.core.tenancy.models import Territory
from parvis.lib.actor import Actor
from parvis.lib.errors import gettext_noop, require
from parvis.lib.plain import key, words

from . import rules
from .discretion import names_homes
from .history import BATCH, PastIssue, Step, import_history
from .importers.mapping import ColumnMap
from .importers.reading import Draft, Table
from .models import Category, Issue
from .workflow import ENDED, Status

CHUNK = 2 * BATCH
FAR = 20_000  # metres outside the territory's window: old registers have their neighbours' problems too
MOST_BAD = 10_000  # lines listed; a file with more of them is not the one that was meant


@dataclass(slots=True)
class Taken:
    """What a file brought: reports added, known already, said twice in it, kinds made, bad lines left out."""

    added: int = 0
    known: int = 0
    doubles: int = 0
    kinds: int = 0
    bad: list[BadLine] = field(default_factory=list)


@transaction.atomic
def take_in(
    *,
    actor: Actor,
    territory: Territory,
    table: Table,
    now: datetime,
    skip_bad: bool = False,
    progress: Callable[[int], None] = lambda read: None,
) -> Taken:
    """Write the requests of a table that are not here yet, with the kinds they name. `progress` hears of bytes read.

    Raises NotAllowed, Unreadable, BadLines (nothing is written then, unless `skip_bad`).
    """
    require(rules.can_configure(actor))
    work = _Work(territory, table.map)
    drafts = work.good(table.walk(progress), stop=not skip_bad)
    work.taken.added = import_history(actor=actor, territory=territory, past=work.fresh(drafts), now=now)
    if work.taken.bad and not skip_bad:
        raise BadLines(work.taken.bad)
    work.offer_commonest()
    return work.taken


class _Work:
    """What is known while a file is read: kinds, districts, and the last keys, which may not be written yet."""

    def __init__(self, territory: Territory, columns: ColumnMap) -> None:
        self.columns, self.taken = columns, Taken()
        self.kinds = {key(kind.label_fr): kind for kind in Category.objects.all()}
        self.slugs = {kind.slug for kind in self.kinds.values()}
        self.made: Counter[UUID] = Counter()
        self.days = options().default_delay_days
        self.districts = _districts()
        self.locate = districts.locator(territory)
        boundary = Boundary.everywhere.filter(territory=territory).defer("polygon").first()
        self.near = boundary.box.grown(FAR) if boundary else None
        self.recent: deque[str] = deque(maxlen=CHUNK)

    def good(self, lines: Iterator[Draft | BadLine], *, stop: bool) -> Iterator[Draft]:
        """Yield the drafts and list the bad lines; after the first one nothing is worth writing, if it `stop`s all."""
        for read in lines:
            line = self._elsewhere(read) or read
            if isinstance(line, BadLine):
                self.taken.bad.append(line)
                if len(self.taken.bad) >= MOST_BAD:
                    raise BadLines(self.taken.bad)
            elif not (stop and self.taken.bad):
                yield line

    def _elsewhere(self, line: Draft | BadLine) -> BadLine | None:
        """Return why a place cannot be right: its two numbers were swapped, or it is another town's."""
        if self.near is None or not isinstance(line, Draft) or line.lat is None or line.lon is None:
            return None
        if self.near.contains(line.lat, line.lon):
            return None
        return BadLine(line.line, gettext_noop("the position lies far from the territory"), f"{line.lat} {line.lon}")

    def fresh(self, drafts: Iterator[Draft]) -> Iterator[PastIssue]:
        """Yield what is not here yet."""
        while chunk := list(islice(drafts, CHUNK)):
            keys = [draft.key for draft in chunk]
            here = set(Issue.objects.filter(source_key__in=keys).values_list("source_key", flat=True))
            recent = set(self.recent)
            for draft in chunk:
                if draft.key in recent:
                    self.taken.doubles += 1
                elif draft.key in here:
                    self.taken.known += 1
                else:
                    recent.add(draft.key)
                    self.recent.append(draft.key)
                    yield self._past(draft)

    def _past(self, draft: Draft) -> PastIssue:
        kind = self._kind(draft.category)
        if kind.pk in self.made:
            self.made[kind.pk] += 1
        return PastIssue(
            category=kind,
            description=draft.description,
            lat=draft.lat,
            lon=draft.lon,
            address=draft.address,
            reported_at=draft.opened,
            channel=draft.channel,
            status=draft.status,
            closed_at=draft.closed,
            answer=draft.answer,
            language=self.columns.language,
            district_id=self._district(draft),
            source_key=draft.key,
            precision=self.columns.precision,
            steps=_steps(draft),
        )

    def _kind(self, name: str) -> Category:
        """Return the kind of that name, made when it is new; in the file's own language too."""
        folded = key(name)
        if folded not in self.kinds:
            translated = {} if self.columns.language == "fr" else {f"label_{self.columns.language}": name}
            kind = Category.objects.create(
                slug=self._slug(name),
                label_fr=name,
                promised_days=self.days,
                is_active=False,
                street_only=names_homes(name),
                **translated,
            )
            self.kinds[folded], self.made[kind.pk] = kind, 0
            self.taken.kinds += 1
        return self.kinds[folded]

    def _slug(self, name: str) -> str:
        start = slugify(name)[:46].strip("-") or "genre"
        slug, number = start, 2
        while slug in self.slugs:
            slug, number = f"{start}-{number}", number + 1
        self.slugs.add(slug)
        return slug

    def offer_commonest(self) -> None:
        """Let residents choose the commonest of the new kinds: a form with hundreds of them would serve nobody."""
        commonest = [kind for kind, _count in self.made.most_common(self.columns.offered)]
        Category.objects.filter(pk__in=commonest).update(is_active=True)

    def _district(self, draft: Draft) -> UUID | None:
        if draft.lat is not None and draft.lon is not None:
            return self.locate(draft.lat, draft.lon)
        if not draft.district:
            return None
        named = key(draft.district)
        number = next((word.lstrip("0") for word in words(draft.district) if word.isdecimal()), "")
        return self.districts.get(named) or self.districts.get(number)


def _districts() -> dict[str, UUID]:
    """Return the districts by folded name and by code."""
    found: dict[str, UUID] = {}
    for pk, code, name in District.objects.order_by("id").values_list("id", "code", "name"):
        for said in (key(name), key(code).lstrip("0")):
            if said:
                found.setdefault(said, pk)
    return found


def _steps(draft: Draft) -> list[Step]:
    opened = State.RECEIVED if draft.status is Status.REPORTED else State.OPEN
    steps = [Step(draft.opened, "opened", None, "", State.RECEIVED)]
    if draft.status in ENDED and draft.closed is not None:
        steps.append(Step(draft.closed, "closed", None, opened, State.CLOSED))
    return steps
