"""Writes: a territory's subtree, collection and groups; who belongs to which group; publishing what is due."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.images.models import SourceImageIOError
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from parvis.core.events.operations import record
from parvis.core.identity.models import Account
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory
from parvis.core.ui import pagecache
from parvis.lib.actor import Actor

from . import rules
from .models import GuideIndex, NewsIndex, NewsPage, Picture, TerritoryRoot
from .queries import CARD

# What each of the three groups of a territory may do. Wagtail derives every permission from groups.
STAFF, WRITERS, PUBLISHERS = "staff", "writers", "publishers"
PAGE_PERMISSIONS = {
    WRITERS: ("add_page", "change_page"),
    PUBLISHERS: ("add_page", "change_page", "publish_page", "bulk_delete_page", "lock_page", "unlock_page"),
}
FILE_PERMISSIONS = ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document")
_LOCK = 0x70616765  # "page": one subtree is made at a time


def group_name(territory_id: UUID, kind: str) -> str:
    """Return a group's name: it begins with the territory's id, which the database's policy reads."""
    return f"{territory_id} {kind}"


@transaction.atomic
def ensure_territory_content(territory: Territory) -> TerritoryRoot:
    """Give a territory its pages, its collection, its groups and its review; leave what is there as it is."""
    root = plant_root(territory)
    with use(territory=territory):
        root = TerritoryRoot.objects.get(pk=root.pk)
        _ensure_indexes(root)
        groups = {kind: _ensure_group(territory, root, kind) for kind in (STAFF, WRITERS, PUBLISHERS)}
        _ensure_review(territory, root, groups[PUBLISHERS])
    return root


def plant_root(territory: Territory) -> TerritoryRoot:
    """Return the top of a territory's pages, made now with its collection if it is not there; needs a transaction."""
    with use(territory=territory, scope=Scope.SIGN_IN):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        return TerritoryRoot.objects.filter(territory=territory).first() or _plant(territory)


def _plant(territory: Territory) -> TerritoryRoot:
    trunk = Page.objects.get(depth=1)
    collections = Collection.objects.get(depth=1)
    collection = collections.add_child(name=territory.slug)
    root = TerritoryRoot(
        title=territory.name,
        draft_title=territory.name,
        slug=territory.slug,
        territory=territory,
        collection=collection,
    )
    trunk.add_child(instance=root)
    return root


def _ensure_indexes(root: TerritoryRoot) -> None:
    wanted = (
        (NewsIndex, "nouvelles", "Nouvelles", "News", "Noticias"),
        (GuideIndex, "guides", "Guides et démarches", "Guides", "Guías"),
    )
    for kind, slug, french, english, spanish in wanted:
        if not kind.objects.child_of(root).exists():
            page = kind(title=french, title_en=english, title_es=spanish, slug=slug)
            root.add_child(instance=page)


def _ensure_group(territory: Territory, root: TerritoryRoot, kind: str) -> Group:
    group, _made = Group.objects.get_or_create(name=group_name(territory.pk, kind))
    group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    for permission in Permission.objects.filter(
        content_type__app_label="wagtailcore", codename__in=PAGE_PERMISSIONS.get(kind, ())
    ):
        GroupPagePermission.objects.get_or_create(group=group, page_id=root.pk, permission=permission)
    if kind != STAFF:
        for permission in Permission.objects.filter(
            content_type__app_label__in=("wagtailimages", "wagtaildocs"), codename__in=FILE_PERMISSIONS
        ):
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection_id=root.collection_id, permission=permission
            )
    return group


def _ensure_review(territory: Territory, root: TerritoryRoot, publishers: Group) -> None:
    """Drafts of those who may not publish are approved by those who may."""
    if WorkflowPage.objects.filter(page_id=root.pk).exists():
        return
    workflow = Workflow.objects.create(name=f"Relecture – {territory.name}")
    task = GroupApprovalTask.objects.create(name=f"Relecture – {territory.name}")
    task.groups.add(publishers)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page_id=root.pk)


def groups_of(actor: Actor) -> set[str]:
    """Return the names of the groups that an actor's roles give in the territory in force."""
    if actor.territory_id is None or not rules.can_open(actor):
        return set()
    kinds = {STAFF}
    if rules.can_write(actor):
        kinds.add(WRITERS)
    if rules.can_publish(actor):
        kinds.add(PUBLISHERS)
    return {group_name(actor.territory_id, kind) for kind in kinds}


def match_groups(*, account: Account, actor: Actor) -> bool:
    """Make an account's groups in the territory in force those that its roles give now; return whether any changed.

    A policy shows only the groups of the territory in force, so those held elsewhere are neither seen nor touched.
    """
    wanted = groups_of(actor)
    held = set(account.groups.values_list("name", flat=True))
    if wanted == held:
        return False
    account.groups.set(Group.objects.filter(name__in=wanted))
    return True


@transaction.atomic
def note_published(*, actor: Actor, page_id: int, event: str, now: datetime | None = None) -> None:
    """Record that a page was published or taken back, and drop the kept copies of the territory's public pages.

    `event` is ``content.published`` or ``content.unpublished``.
    """
    record(actor, event, None, now=now or timezone.now(), page=page_id)
    _draw_cards(NewsPage.objects.filter(pk=page_id))
    pagecache.bump(actor.territory_id)


@transaction.atomic
def note_moved(*, actor: Actor, page_id: int, now: datetime | None = None) -> None:
    """Record that a page and all below it have other addresses, and drop the kept copies of public pages."""
    record(actor, "content.moved", None, now=now or timezone.now(), top=page_id)
    pagecache.bump(actor.territory_id)


@transaction.atomic
def note_picture_changed(*, picture: Picture) -> None:
    """After a picture was replaced, cut or deleted: draw it anew for the news it stands in, drop the kept pages."""
    _draw_cards(NewsPage.objects.live().filter(picture_id=picture.pk))
    pagecache.bump(picture.territory_id)


def _draw_cards(found: QuerySet[NewsPage]) -> None:
    """Draw the small pictures of news now: a portal that shows them may only read what is there."""
    for news in found.exclude(picture=None).select_related("picture"):
        with suppress(SourceImageIOError):  # its file is missing: the news has no picture anywhere
            news.picture.get_rendition(CARD)


def publish_due(*, now: datetime) -> int:
    """Publish and take back what was scheduled in the territory in force; return how many pages were published."""
    from wagtail.models import Revision

    for page in Page.objects.filter(live=True, expire_at__lte=now).specific():
        page.unpublish(set_expired=True)
    due = Revision.page_revisions.filter(
        approved_go_live_at__lte=now, object_id__in=[str(pk) for pk in Page.objects.values_list("pk", flat=True)]
    )
    count = 0
    for revision in due:
        revision.publish()
        count += 1
    return count
