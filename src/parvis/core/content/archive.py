"""Pages, pictures and documents in the archive of a territory.

Wagtail's keys are numbers of this instance. In an archive a page goes by its translation key, a picture or a document
by the name of its file, a collection by the names that lead to it. Accounts stay where they are: who owns or locked a
page, reviews under way and comments are not archived.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Collection, Locale, Page, Revision

from parvis.core.registry.entries import ArchivePart, ArchiveTable
from parvis.core.tenancy.context import current_territory_id, use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory

from . import operations
from .models import Picture, TerritoryRoot, TownDocument, TownPage

# Columns that say where a row lies on this instance, or who has an account on it.
_OF_THE_INSTANCE = {
    "id", "pk", "page_ptr", "path", "depth", "numchild", "translation_key", "locale", "content_type", "url_path",
    "latest_revision", "live_revision", "alias_of", "owner", "locked_by", "territory", "collection", "comments",
    "wagtail_admin_comments",
}  # fmt: skip
_FILE_COLUMNS_LEFT_OUT = {"id", "collection", "territory", "uploaded_by_user"}
_TAG = re.compile(r"<(?:a|embed)\b[^>]*>")
_KIND = re.compile(r'\b(?:linktype|embedtype)="(page|document|image)"')
_ID = re.compile(r'\bid="([^"]*)"')

Change = Callable[[str, Any], Any]


class _Names:
    """The numbers of this instance and the names of the archive, of one territory's pages and files."""

    @cached_property
    def pages(self) -> dict[int, str]:
        keys = Page.objects.filter(depth__gte=2).values_list("pk", "translation_key")
        return {pk: str(key) for pk, key in keys}

    @cached_property
    def images(self) -> dict[int, str]:
        return dict(Picture.objects.order_by("-pk").values_list("pk", "file"))

    @cached_property
    def documents(self) -> dict[int, str]:
        return dict(TownDocument.objects.order_by("-pk").values_list("pk", "file"))

    def _known(self, kind: str) -> dict[int, str]:
        return {"page": self.pages, "image": self.images, "document": self.documents}[kind]

    def out(self, kind: str, number: Any) -> str | None:
        """Return the name of something with this number; None when it has gone."""
        return self._known(kind).get(int(number)) if str(number).isdigit() else None

    @cached_property
    def _back(self) -> dict[tuple[str, str], int]:
        return {(k, name): pk for k in ("page", "image", "document") for pk, name in self._known(k).items()}

    def back(self, kind: str, name: Any) -> int | None:
        """Return the number of something with this name; None when it is not there."""
        return self._back.get((kind, str(name)))


# -- what stands inside texts --------------------------------------------------------------------------


def _block(block: blocks.Block, value: Any, change: Change) -> Any:
    """Return the stored value of a block with every reference changed."""
    if value is None:
        return None
    if isinstance(block, blocks.StreamBlock):
        return [_item(part, block.child_blocks.get(part.get("type")), change) for part in value]
    if isinstance(block, blocks.StructBlock):
        inner = block.child_blocks
        return {name: _block(inner[name], v, change) if name in inner else v for name, v in value.items()}
    if isinstance(block, blocks.ListBlock):
        return [
            _item(v, block.child_block, change)
            if isinstance(v, dict) and {"type", "value"} <= v.keys()
            else _block(block.child_block, v, change)
            for v in value
        ]
    if isinstance(block, blocks.RichTextBlock):
        return _rich_text(value, change)
    if isinstance(block, blocks.ChooserBlock):
        return change(_kind(block.model_class), value)
    return value


def _item(part: dict[str, Any], block: blocks.Block | None, change: Change) -> dict[str, Any]:
    return part if block is None else {**part, "value": _block(block, part.get("value"), change)}


def _kind(model: type[models.Model]) -> str:
    return "image" if issubclass(model, Picture) else "document" if issubclass(model, TownDocument) else "page"


def _rich_text(text: str, change: Change) -> str:
    def tag(match: re.Match[str]) -> str:
        kind = _KIND.search(match[0])
        if kind is None:
            return match[0]
        return _ID.sub(lambda found: f'id="{change(kind[1], found[1]) or ""}"', match[0], count=1)

    return _TAG.sub(tag, text)


def _field(field: models.Field[Any, Any] | None, value: Any, change: Change) -> Any:
    """Return a stored value of a page, with its references changed."""
    if isinstance(field, StreamField):
        as_text = isinstance(value, str)
        stored = json.loads(value or "[]") if as_text else value
        changed = _block(field.stream_block, stored, change)
        return json.dumps(changed, ensure_ascii=False) if as_text else changed
    if isinstance(field, models.ForeignKey) and value is not None:
        return change(_kind(field.related_model), value)
    return value


def _fields(model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
    return {f.name: f for f in model._meta.concrete_fields if f.name not in _OF_THE_INSTANCE}


# -- pictures and documents ----------------------------------------------------------------------------


def _collections() -> dict[int, list[str]]:
    """Return the names that lead to each collection of the territory in force, from its own; that one has none."""
    root = TerritoryRoot.objects.get(territory_id=current_territory_id()).collection
    below: dict[str, tuple[int, list[str]]] = {root.path: (root.pk, [])}
    for row in Collection.objects.filter(path__startswith=root.path, depth__gt=root.depth).order_by("path"):
        below[row.path] = (row.pk, [*below[row.path[:-4]][1], row.name])
    return dict(below.values())


def _dump_files(model: type[models.Model]) -> Iterator[dict[str, Any]]:
    if not TerritoryRoot.objects.filter(territory_id=current_territory_id()).exists():
        return
    collections = _collections()
    names = [f.name for f in model._meta.concrete_fields if f.name not in _FILE_COLUMNS_LEFT_OUT]
    rows: Any = model._base_manager.filter(territory_id=current_territory_id()).order_by("file", "pk")
    for row in rows.iterator(500):
        values = {name: _plain(getattr(row, name)) for name in names}
        yield {**values, "collection": collections.get(row.collection_id, [])}


def _load_files(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> None:
    fields = {f.name: f for f in model._meta.concrete_fields}
    for row in rows:
        values = {name: fields[name].to_python(v) for name, v in row.items() if name != "collection"}
        made = model(**values, territory_id=current_territory_id(), collection=_collection(row["collection"]))
        without_key = [f for f in model._meta.local_concrete_fields if not f.primary_key]
        table: Any = model._base_manager.all()  # its _insert is not in the stubs
        table._insert([made], fields=without_key, using="default", raw=True)


def _collection(names: Iterable[str]) -> Collection:
    found = _root().collection
    for name in names:
        inner = found.get_children().filter(name=name).first()
        found = inner or Collection.objects.get(pk=found.pk).add_child(name=name)
    return found


def _plain(value: Any) -> Any:
    if hasattr(value, "storage"):
        return value.name
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):  # as the whole archive writes it: UTC with microseconds
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if hasattr(value, "isoformat") else value


def files() -> Iterator[str]:
    """Yield the originals of pictures and documents of the territory in force; the sizes served are made again."""
    for model in (Picture, TownDocument):
        yield from model.objects.order_by("file").values_list("file", flat=True)


# -- pages ---------------------------------------------------------------------------------------------


def _pages() -> list[Page]:
    return list(Page.objects.filter(depth__gte=2).order_by("path"))


def dump_pages(with_people: bool) -> Iterator[dict[str, Any]]:
    """Yield the pages of the territory in force, each after the one above it."""
    names = _Names()
    keys = {page.path: str(page.translation_key) for page in _pages()}
    for page in _pages():
        own = page.specific
        row: dict[str, Any] = {}
        for name, field in _fields(type(own)).items():
            if isinstance(field, StreamField):
                value: Any = list(getattr(own, name)._raw_data)
            else:
                value = _plain(getattr(own, field.attname))
            row[name] = _field(field, value, names.out)
        if not with_people:
            row["has_unpublished_changes"] = False
        if page.depth == 2:
            del row["slug"]
        yield {
            **row,
            "id": str(page.translation_key),
            "type": own._meta.label,
            "above": keys.get(page.path[:-4]),
            "language": page.locale.language_code,
            "alias_of": names.out("page", page.alias_of_id),
        }


def load_pages(rows: Iterable[Mapping[str, Any]]) -> None:
    """Plant the pages of a territory that has none."""
    names, kinds = _Names(), _kinds()
    made: dict[str, Page] = {}
    later: list[tuple[Page, Mapping[str, Any]]] = []
    with use(scope=Scope.SIGN_IN):
        for row in rows:
            page = _plant(kinds[row["type"]], row, made)
            made[row["id"]] = page
            later.append((page, row))
    names.__dict__["pages"] = {page.pk: key for key, page in made.items()}
    for page, row in later:
        _fill(page, row, names)
    if made:
        operations.ensure_territory_content(Territory.objects.get(pk=current_territory_id()))


def _kinds() -> dict[str, type[TownPage]]:
    return {model._meta.label: model for model in apps.get_models() if issubclass(model, TownPage)}


def _plant(model: type[TownPage], row: Mapping[str, Any], made: Mapping[str, Page]) -> Page:
    if row["above"] is None:
        page = _root().specific
        Page.objects.filter(pk=page.pk).update(translation_key=row["id"])
        return page
    above = Page.objects.get(pk=made[row["above"]].pk)
    locale, _made = Locale.objects.get_or_create(language_code=row["language"])
    page = model(title=row["title"], slug=row["slug"], translation_key=row["id"], locale=locale)
    page.draft_title = row["draft_title"]
    above.add_child(instance=page)
    return page


def _fill(page: Page, row: Mapping[str, Any], names: _Names) -> None:
    """Put the values in exactly as they were: saving would date them, or give their blocks new ids."""
    model = type(page)
    plain: dict[str, Any] = {"alias_of_id": names.back("page", row["alias_of"]) if row["alias_of"] else None}
    for name, field in _fields(model).items():
        if name not in row:
            continue
        value = _field(field, row[name], names.back)
        if isinstance(field, StreamField):
            table, key = connection.ops.quote_name(model._meta.db_table), model._meta.pk.column
            with connection.cursor() as cursor:
                sql = f'UPDATE {table} SET "{field.column}" = %s WHERE "{key}" = %s'  # noqa: S608 (quoted)
                cursor.execute(sql, [json.dumps(value), page.pk])
        else:
            plain[field.attname] = value if isinstance(field, models.ForeignKey) else field.to_python(value)
    model.objects.filter(pk=page.pk).update(**plain)


# -- what pages were -----------------------------------------------------------------------------------


def dump_revisions(with_people: bool) -> Iterator[dict[str, Any]]:
    """Yield every revision of every page, the oldest first; drafts are people's words and stay out without them."""
    if not with_people:
        return
    names = _Names()
    for page in _pages():
        fields = _fields(page.specific_class)
        for revision in _revisions_of(page).iterator(100):
            content = {
                name: _field(fields.get(name), value, names.out)
                for name, value in revision.content.items()
                if name not in _OF_THE_INSTANCE and not (name == "slug" and page.depth == 2)
            }
            yield {
                "page": str(page.translation_key),
                "created_at": _plain(revision.created_at),
                "approved_go_live_at": _plain(revision.approved_go_live_at),
                "title": revision.object_str,
                "is_latest": revision.pk == page.latest_revision_id,
                "is_live": revision.pk == page.live_revision_id,
                "content": content,
            }


def _revisions_of(page: Page) -> models.QuerySet[Revision]:
    rows = Revision.objects.filter(base_content_type=ContentType.objects.get_for_model(Page), object_id=str(page.pk))
    return rows.order_by("created_at", "pk")


def load_revisions(rows: Iterable[Mapping[str, Any]]) -> None:
    """Write the revisions again, and say which is the latest and which is shown."""
    names = _Names()
    for row in rows:
        page = Page.objects.get(pk=names.back("page", row["page"])).specific
        now_here = {k: v for k, v in page.serializable_data().items() if k in _OF_THE_INSTANCE}
        fields = _fields(type(page))
        content = {name: _field(fields.get(name), v, names.back) for name, v in row["content"].items()}
        moments = {k: Revision._meta.get_field(k).to_python(row[k]) for k in ("created_at", "approved_go_live_at")}
        revision = Revision(
            base_content_type=ContentType.objects.get_for_model(Page),
            content_type=ContentType.objects.get_for_model(type(page)),
            object_id=str(page.pk),
            object_str=row["title"],
            content={"slug": page.slug, **now_here, **content},
            **moments,
        )
        models.Model.save_base(revision, raw=True, force_insert=True)
        flags = {"latest_revision_id": row["is_latest"], "live_revision_id": row["is_live"]}
        changes = {name: revision.pk for name, is_it in flags.items() if is_it}
        if changes:
            Page.objects.filter(pk=page.pk).update(**changes)


def _root() -> TerritoryRoot:
    territory = Territory.objects.get(pk=current_territory_id())
    found = TerritoryRoot.objects.filter(territory=territory).first()
    return found or operations.plant_root(territory)


def _key_of_page(number: Any) -> str | None:
    key = Page.objects.filter(pk=number).values_list("translation_key", flat=True).first()
    return str(key) if key else None


def _number_of_page(key: str | None) -> int | None:
    return Page.objects.filter(translation_key=key).values_list("pk", flat=True).first() if key else None


PART = ArchivePart(
    name="content",
    models=("content.Picture", "content.PictureRendition", "content.TownDocument"),
    tables={
        "pictures": ArchiveTable(lambda people: _dump_files(Picture), lambda rows: _load_files(Picture, rows)),
        "documents": ArchiveTable(
            lambda people: _dump_files(TownDocument), lambda rows: _load_files(TownDocument, rows)
        ),
        "pages": ArchiveTable(dump_pages, load_pages),
        "revisions": ArchiveTable(dump_revisions, load_revisions),
    },
    files=files,
    event_ids={"page": (_key_of_page, _number_of_page)},
)
