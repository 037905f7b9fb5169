"""Keep the search's documents and the adoption figures."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from parvis.core.registry.entries import Document, SearchSource
from parvis.core.registry.module import Module
from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import current_territory_id
from parvis.core.tenancy.here import territory_here, zone_here
from parvis.core.tenancy.switches import switched_on
from parvis.lib import plain

from .adoption import months_until
from .models import SearchDocument, Served

BATCH = 1000


@transaction.atomic
def reindex(module: Module, source: SearchSource, *, ref: str | None = None) -> int:
    """Write again what a source makes findable in the territory in force: everything, or one thing by its ref."""
    rows = SearchDocument.objects.filter(module=module.name, kind=source.kind)
    if ref is not None and source.document is not None:
        rows.filter(ref=ref).delete()
        found = source.document(ref) or []
        return _write(module, source, [found] if isinstance(found, Document) else found)
    rows.delete()
    return _write(module, source, source.documents())


def _write(module: Module, source: SearchSource, documents: Iterable[Document]) -> int:
    written, batch = 0, []
    for document in documents:
        batch.append(_row(module, source, document))
        if len(batch) == BATCH:
            SearchDocument.objects.bulk_create(batch)
            written, batch = written + len(batch), []
    SearchDocument.objects.bulk_create(batch)
    return written + len(batch)


def _row(module: Module, source: SearchSource, document: Document) -> SearchDocument:
    titles = {language: str(title)[:200] for language, title in document.titles.items()}
    head = " ".join([str(document.title), *titles.values(), document.keywords])
    return SearchDocument(
        territory_id=current_territory_id(),
        module=module.name,
        kind=source.kind,
        ref=document.ref[:80],
        title=str(document.title)[:200],
        titles=titles,
        text=document.text[:2000],
        url=document.url[:300],
        hint=str(document.hint)[:200],
        icon=source.icon,
        language=document.language,
        head=plain.key(head)[:1000],
        key=plain.key(f"{head} {document.text}")[:2000],
        weight=document.weight,
        at=document.at,
        is_shared=document.is_shared,
        indexed_at=timezone.now(),
    )


def reindex_all() -> int:
    """Write the whole search of the territory in force again; what a switched-off module had is dropped."""
    on = switched_on()
    written = 0
    for module, source in registry().gather("search"):
        if module.name in on:
            written += reindex(module, source)
        else:
            SearchDocument.objects.filter(module=module.name).delete()
    return written


def note_served(*, module: str, counter: str, person_id: UUID, at: datetime) -> None:
    """Count a resident once a month, of the town's calendar, for a counter; twice changes nothing."""
    month = at.astimezone(zone_here()).date().replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO portal_served (id, territory_id, module, counter, month, person_id)"
            " VALUES (gen_random_uuid(), %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [current_territory_id(), module, counter, month, person_id],
        )


@transaction.atomic
def count_past(*, now: datetime) -> int:
    """Count who was served in the months that figures show by what came with its history; return how many rows."""
    town = territory_here()
    zone, first = ZoneInfo(town.timezone), months_until(now, town)[-1]
    since = datetime(first.year, first.month, 1, tzinfo=zone)
    rows = [
        Served(territory=town, module=module.name, counter=counter.name, month=month, person_id=person)
        for module, counter in registry().gather("usage")
        if counter.past is not None
        for person, month in {(who, at.astimezone(zone).date().replace(day=1)) for who, at in counter.past(since)}
    ]
    Served.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    return len(rows)


def forget_served(*, now: datetime) -> int:
    """Forget who was served longer ago than the figures reach back, thirteen months; return how many rows."""
    town = territory_here()
    count, _ = Served.objects.filter(month__lt=months_until(now, town)[-1]).delete()
    return count
