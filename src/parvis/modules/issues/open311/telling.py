"""What we tell: the endpoint, its services, their definitions, the requests. Public data only, unless a key sent it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from parvis.core.audit.models import Entry
from parvis.core.files.models import StoredFile
from parvis.core.tenancy.addresses import absolute, territory_path, territory_url
from parvis.core.tenancy.models import Territory
from parvis.modules.issues import queries
from parvis.modules.issues.models import LISTS, UNDER_WAY, Category, Issue, PassedOn, Question, Submission
from parvis.modules.issues.queries.assets import ASSET

from . import reading

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
ROOT = "/api/open311/v2"
MIME = ["text/xml", "application/json"]
FIRST = "2026-11-22T00:00:00Z"  # what the document itself says has not changed since


def discovery(territory: Territory | None) -> dict[str, Any]:
    """Return the service discovery of a territory, or of the whole instance."""
    changed = _last_change(territory) if territory else FIRST
    is_test = settings.DEMO or bool(territory and territory.is_fictional)
    return {
        "changeset": changed,
        "contact": _contact(territory),
        "key_service": _("Ask for a key here: %(address)s") % {"address": _keys(territory)},
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": absolute(ROOT),
                "changeset": changed,
                "type": "test" if is_test else "production",
                "formats": MIME,
            }
        ],
    }


def _keys(territory: Territory | None) -> str:
    return territory_url(territory, get_language() or "fr", "apikeys:mine") if territory else absolute("/")


def _contact(territory: Territory | None) -> str:
    if territory is None:
        return _("jurisdiction_id is the word of the territory in its address. Contacts: %(address)s") % {
            "address": absolute("/")
        }
    return " · ".join(part for part in (territory.name, territory.email, territory.phone) if part)


def _last_change(territory: Territory) -> str:
    rows = Entry.objects.filter(territory_id=territory.pk, name="issues.category_saved")
    latest = rows.order_by("-at").values_list("at", flat=True).first()
    return moment(latest, ZoneInfo("UTC")) if latest else FIRST


def services() -> list[dict[str, Any]]:
    """Return what can be reported in the territory in force, in the caller's language."""
    asked = queries.questions_by_category()
    return [_service(category, category.pk in asked or bool(category.asset_kinds)) for category in queries.categories()]


def _service(category: Category, has_questions: bool) -> dict[str, Any]:
    days = category.promised_days
    promise = ngettext("Promised within %(n)s working day.", "Promised within %(n)s working days.", days) % {"n": days}
    return {
        "service_code": category.slug,
        "service_name": category.label,
        "description": promise,
        "metadata": has_questions,
        "type": "realtime",
        "keywords": ", ".join(word for part in category.keywords.split(",") if (word := part.strip())) or None,
        "group": None,
    }


def definition(category: Category) -> dict[str, Any]:
    """Return what is asked about a service."""
    attributes = [_attribute(question, at) for at, question in enumerate(queries.questions_of(category), start=1)]
    if category.asset_kinds:
        attributes.append(_which_thing(len(attributes) + 1))
    return {"service_code": category.slug, "attributes": attributes}


def _which_thing(at: int) -> dict[str, Any]:
    return {
        "variable": True,
        "code": ASSET,
        "datatype": "string",
        "required": False,
        "datatype_description": _("The number written on it, if there is one."),
        "order": at,
        "description": _("Which one is it?"),
    }


def _attribute(question: Question, at: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "variable": True,
        "code": question.code,
        "datatype": question.kind,
        "required": question.is_required,
        "datatype_description": question.help or None,
        "order": at,
        "description": question.label,
    }
    if question.kind in LISTS:
        told["values"] = [{"key": key, "name": name} for key, name in question.options]
    return told


def requests(
    found: list[Issue], territory: Territory, *, key_id: UUID | None = None, extended: bool = False
) -> list[dict[str, Any]]:
    """Return requests as the specification names their parts; the key that sent one in reads its words too."""
    photos = reading.public_photos(found)
    mine = _sent_by(found, key_id)
    elsewhere = _agencies(found)
    if extended:
        prefetch_related_objects(found, "asset")
    told = []
    for issue in found:
        shown = _Shown(issue, territory, photos.get(issue.pk, []), issue.is_text_public or issue.pk in mine)
        row = shown.row(elsewhere.get(issue.pk, territory.name))
        told.append(row | shown.extension() if extended else row)
    return told


def _sent_by(found: Iterable[Issue], key_id: UUID | None) -> set[UUID]:
    if key_id is None:
        return set()
    rows = Submission.objects.filter(key_id=key_id, issue_id__in=[issue.pk for issue in found])
    return set(rows.values_list("issue_id", flat=True))


def _agencies(found: Iterable[Issue]) -> Mapping[UUID, str]:
    rows = PassedOn.objects.filter(issue_id__in=[issue.pk for issue in found], stage__in=UNDER_WAY)
    return dict(rows.values_list("issue_id", "endpoint__name"))


class _Shown:
    """One request, as its reader may see it."""

    def __init__(self, issue: Issue, territory: Territory, photos: list[StoredFile], with_words: bool) -> None:
        self.issue, self.territory, self.photos, self.with_words = issue, territory, photos, with_words
        self.zone = ZoneInfo(territory.timezone)

    def row(self, agency: str) -> dict[str, Any]:
        issue = self.issue
        notes = issue.answer if self.with_words and issue.answer else issue.status_label
        return {
            "service_request_id": issue.code,
            "status": "open" if issue.is_open else "closed",
            "status_notes": notes,
            "service_name": issue.category.label,
            "service_code": issue.category.slug,
            "description": (issue.description or None) if self.with_words else None,
            "agency_responsible": agency,
            "service_notice": None,
            "requested_datetime": moment(issue.reported_at, self.zone),
            "updated_datetime": moment(self._changed(), self.zone),
            "expected_datetime": moment(issue.due_at, self.zone) if issue.due_at and issue.is_open else None,
            "address": issue.shown_address or None,
            "address_id": None,
            "zipcode": None,
            "lat": issue.shown_lat,
            "long": issue.shown_lon,
            "media_url": self._media(self.photos[0]) if self.photos else None,
        }

    def _changed(self) -> datetime:
        """The day it was closed, as the specification asks, else the last change."""
        issue = self.issue
        closed = None if issue.is_open else issue.resolved_at or issue.closed_at  # type: ignore[attr-defined]
        return closed or max(issue.changed_at, issue.reported_at)

    def _media(self, photo: StoredFile) -> str:
        return absolute(territory_path(self.territory, "fr", f"/fichiers/{photo.pk}/full"))

    def extension(self) -> dict[str, Any]:
        """What ``extensions=true`` adds: the state in our own words, the page, the photos, the public history."""
        issue = self.issue
        history = queries.public_history(issue)
        return {
            "extended_attributes": {
                "status": issue.status,
                "status_name": issue.status_label,
                "asset": issue.asset.code if issue.asset and issue.asset.is_public else None,
                "url": absolute(territory_path(self.territory, "fr", f"/signalements/{issue.code}")),
                "photos": [
                    {
                        "media_url": self._media(photo),
                        "width": photo.width,
                        "height": photo.height,
                        "created_at": moment(photo.created_at, self.zone),
                    }
                    for photo in self.photos
                ],
            },
            "notes": [
                {"datetime": moment(step.at, self.zone), "description": step.label, "type": "status"}
                for step in history
            ],
        }


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Return a moment as the specification writes it, in a zone."""
    return at.astimezone(zone).isoformat(timespec="seconds")


def taken(issue: Issue) -> dict[str, Any]:
    """Return the answer to a new request."""
    return {"service_request_id": issue.code, "service_notice": _notice(issue), "account_id": None}


def _notice(issue: Issue) -> str | None:
    if issue.due_at is None:
        return None
    days = issue.category.promised_days
    promise = ngettext("We answer within %(n)s working day.", "We answer within %(n)s working days.", days)
    return promise % {"n": days}
