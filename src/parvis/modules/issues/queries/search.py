"""What the one search field may find of reports."""

from collections.abc import Iterable

from parvis.core.registry.entries import Document
from parvis.modules.issues.models import Issue

from .public import public_issues


def document_of(issue: Issue) -> Document:
    """Return what the one search field may find of a report: its kind, place and state, and its words once released."""
    names = {language: getattr(issue.category, f"label_{language}") for language in ("fr", "en", "es")}
    titles = {
        language: f"{name} · {issue.shown_address}".removesuffix(" · ") for language, name in names.items() if name
    }
    return Document(
        ref=str(issue.pk),
        title=titles["fr"],
        titles=titles,
        url=issue.get_absolute_url(),
        text=issue.description if issue.is_text_public else "",
        keywords=f"{issue.code} {issue.category.keywords}",
        hint=issue.code,
        at=issue.reported_at,
        weight=0.6,
    )


def documents() -> Iterable[Document]:
    """Yield every public report for the search."""
    return (document_of(issue) for issue in public_issues().iterator(chunk_size=2000))


def document(ref: str) -> Document | None:
    """Return one report for the search, or None when it is hidden or gone."""
    issue = public_issues().filter(pk=ref).first()
    return document_of(issue) if issue else None
