"""The portal listens to what manifests declare: search sources to refresh, usage to count."""

from collections.abc import Iterator

from parvis.core.events.operations import Event
from parvis.core.registry.module import Handler
from parvis.core.registry.registry import Registry, registry

from . import operations


def subscriptions(house: Registry) -> Iterator[tuple[str, Handler]]:
    """Yield (event, handler) for every search source and usage counter of the house."""
    for _, source in house.gather("search"):
        for event in source.refresh_on:
            yield event, refresh_search
        for event in source.all_on:
            yield event, rewrite_search
    for _, counter in house.gather("usage"):
        for event in counter.events:
            yield event, count_use


def write_search(event: Event) -> None:
    """A territory arrived with its archive: everything in it is to be found."""
    operations.reindex_all()


def follow_switches(event: Event) -> None:
    """A module was switched on or off: what it has is found again, or no more."""
    if event.data.get("what") == "switches":
        operations.reindex_all()


def refresh_search(event: Event) -> None:
    """Write again what the event's subject makes findable."""
    for module, source in registry().gather("search"):
        if event.name in source.refresh_on:
            ref = event.data.get(source.ref_in) if source.ref_in else event.subject_id
            operations.reindex(module, source, ref=str(ref) if ref else None)


def rewrite_search(event: Event) -> None:
    """Write again all that a source makes findable: what the event changed stands in many of its documents."""
    for module, source in registry().gather("search"):
        if event.name in source.all_on:
            operations.reindex(module, source)


def count_use(event: Event) -> None:
    """Count the resident whom this served."""
    if event.beneficiary_id is None:
        return
    for module, counter in registry().gather("usage"):
        if event.name in counter.events:
            operations.note_served(
                module=module.name, counter=counter.name, person_id=event.beneficiary_id, at=event.at
            )
