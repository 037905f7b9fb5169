"""What the one search field reads: the organisations that act in a territory."""

from collections.abc import Iterator

from django.urls import reverse

from parvis.core.registry.entries import Document

from .models import Organisation, OrganisationStatus


def _document_of(organisation: Organisation) -> Document:
    return Document(
        ref=str(organisation.pk),
        title=organisation.name,
        url=reverse("organisations:page", args=[organisation.slug]),
        text=organisation.description,
        hint=str(organisation.get_kind_display()),
        at=organisation.decided_at,
        is_shared=organisation.is_shared,
    )


def organisations() -> Iterator[Document]:
    """Yield every admitted organisation; those that ask for it are found in neighbouring portals too."""
    for row in Organisation.objects.filter(status=OrganisationStatus.ADMITTED).iterator(chunk_size=2000):
        yield _document_of(row)


def organisation(ref: str) -> Document | None:
    """Return one organisation again, or None when it is not admitted any more."""
    row = Organisation.objects.filter(pk=ref, status=OrganisationStatus.ADMITTED).first()
    return _document_of(row) if row else None
