"""Every address of the back office, opened with the neighbour's ids: nothing of theirs is shown or changed."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls.resolvers import URLPattern, URLResolver
from django.utils import timezone
from wagtail.admin import urls as wagtail_urls
from wagtail.models import Page, PageLogEntry, Revision, Site, TaskState, Workflow, WorkflowState

from parvis.core.content.models import NewsPage, Picture, TerritoryRoot, TownDocument
from parvis.core.identity.models import Account
from parvis.core.identity.tests.factories import PersonFactory, make_staff, sign_in
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory

from .factories import make_document, make_guide, make_news, make_page, make_picture

SECRET = "Zorglubine"
NAMES_NEIGHBOURS = "liens/"  # the screen of ties between territories offers their names, which are public
PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")

pytestmark = [pytest.mark.django_db]


class Next:
    """What the next town has, and its ids by the name that addresses give them."""

    def __init__(self, territory: Territory) -> None:
        self.territory = territory
        with use(territory=territory):
            writer = sign_in(Client(), make_staff(territory, "content.write", person=PersonFactory(
                name=f"{SECRET} Employée", entered=[territory])))  # fmt: skip
            self.news = make_news(territory, f"{SECRET} nouvelle")
            self.draft = make_news(territory, f"{SECRET} brouillon", live=False)
            self.guide = make_guide(territory, f"{SECRET} guide")
            self.page = make_page(territory, f"{SECRET} page")
            self.picture = make_picture(territory, f"{SECRET} photo")
            self.document = make_document(territory, f"{SECRET} document")
            self.root = TerritoryRoot.objects.get(territory=territory)
            self.workflow = Workflow.objects.get(name__contains=territory.name)
            self.workflow.start(self.draft, writer)
            self.state = WorkflowState.objects.get(workflow=self.workflow)
            self.task = self.state.current_task_state.task_id
            PageLogEntry.objects.log_action(instance=self.draft, action="wagtail.edit", user=writer)
            self.group = Group.objects.first()
            self.writer = writer

    def ids(self) -> dict[str, list[Any]]:
        """Return values for each parameter's name."""
        pages = [self.draft.pk, self.root.pk, self.page.pk]
        revision = self.draft.latest_revision_id
        return {
            "parent_page_id": pages,
            "page_id": pages,
            "page_pk": pages,
            "page_to_move_id": pages,
            "destination_id": pages,
            "image_id": [self.picture.pk],
            "document_id": [self.document.pk],
            "doc_id": [self.document.pk],
            "uploaded_file_id": [1],
            "revision_id": [revision],
            "revision_id_a": [revision],
            "revision_id_b": ["latest"],
            "task_state_id": [self.state.current_task_state_id],
            "workflow_state_id": [self.state.pk],
            "task_id": [self.task],
            "workflow_pk": [self.workflow.pk],
            "collection_id": [self.root.collection_id],
            "redirect_id": [1],
            "session_id": [1],
            "object_id": [self.draft.pk],
            "filter_spec": ["max-100x100"],
            "action_name": ["approve", "publish"],
            "content_type_app_name": ["content"],
            "content_type_model_name": ["newspage", "contentpage"],
            "app_label": ["wagtailcore"],
            "model_name": ["page"],
            "action": ["delete", "move", "publish"],
            "kind": ["csv", "xlsx"],
            "uidb64": ["x"],
            "token": ["y"],
            "app_name": ["content"],
            # Our modules' own screens are tested by each; here they meet ids that exist nowhere.
            "code": ["INCONNU"],
            "name": ["inconnu"],
            "slug": ["inconnu"],
        }

    def primary_keys(self, route: str) -> list[Any]:
        """Return what ``pk`` means at an address."""
        for part, keys in {
            "documents": [self.document.pk],
            "images": [self.picture.pk],
            "users": [self.writer.pk],
            "groups": [self.group.pk],
            "sites": [Site.objects.first().pk],
            "workflows/tasks": [self.task],
            "workflows": [self.workflow.pk],
            "collections": [self.root.collection_id],
        }.items():
            if part in route:
                return keys
        return [self.draft.pk, self.root.pk, self.page.pk]


def routes(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """Yield every address below the back office as a route with its parameters."""
    for pattern in patterns:
        text = str(pattern.pattern).removeprefix("^")
        text = re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", text).replace("\\", "").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, before + text)
        elif ".*" not in text:
            yield before + text


def addresses(town: Territory, next_town: Next) -> list[str]:
    """Return every address of the back office of `town`, filled with what belongs to `next_town`."""
    found = []
    ids = next_town.ids()
    for route in routes(wagtail_urls.urlpatterns):
        filled = [route]
        for match in PARAMETER.finditer(route):
            name = match["name"]
            values = next_town.primary_keys(route) if name == "pk" else ids.get(name, None)
            if values is None:
                kind = match["kind"]
                assert kind in {"uuid", "str", "slug"}, f"{route}: say in ids() what <{name}> is"
                values = ["018f0000-0000-7000-8000-000000000000"]
            filled = [text.replace(match[0], str(value), 1) for text in filled for value in values]
        found += [f"/{town.slug}/bureau/{text}" for text in filled]
    return found


def queries(address: str, next_town: Next) -> list[str]:
    """Return what may be asked behind a question mark, of lists, choosers and the programs' interface."""
    if re.search(r"/\d", address.partition("/bureau/")[2]) and "/api/" not in address:
        return [""]
    chosen = next_town.draft.pk
    if "images" in address or "picture" in address:
        chosen = next_town.picture.pk
    elif "document" in address:
        chosen = next_town.document.pk
    root, collection = next_town.root.pk, next_town.root.collection_id
    return [
        "",
        f"?q={SECRET}&search={SECRET}&fields=*&term={SECRET[:4]}",
        f"?child_of={root}&fields=*&childOf={root}&collection_id={collection}&page_type=content.newspage",
        f"?id={chosen}&ids={chosen}&parent_page_id={root}&move_page_parent_id={root}&export=csv",
    ]


def shown(response: Any) -> str:
    """Return what an answer says, wherever it leads; a workbook says what its parts say."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body.startswith(b"PK"):
        with ZipFile(BytesIO(body)) as packed:
            body = b"".join(packed.read(name) for name in packed.namelist())
    return body.decode("utf-8", "replace") + str(response.headers)


def leaks(response: Any, asked: str, next_town: Next) -> bool:
    """Tell whether an answer holds a word of the neighbour's that was not in the question."""
    text = shown(response)
    for echo in (f'value="{SECRET}"', f"q={SECRET}", f"search={SECRET}", f"«\xa0{SECRET}\xa0»", f"<em>{SECRET}</em>"):
        text = text.replace(echo, "")
    words = [f"{SECRET} {word}" for word in ("nouvelle", "brouillon", "guide", "page", "photo", "document", "Employée")]
    words += [f"{SECRET.lower()}-{word}" for word in ("nouvelle", "brouillon", "guide", "page")]
    words.append(f"{next_town.territory.pk} ")
    if not asked.partition("/bureau/")[2].startswith(NAMES_NEIGHBOURS):
        words.append(next_town.territory.name)
    return any(word in text for word in words)


def state_of(next_town: Next) -> list[Any]:
    """Return what must not change."""
    with use(territory=next_town.territory):
        return [
            list(Page.objects.order_by("pk").values_list("pk", "title", "live", "path", "locked", "latest_revision")),
            list(Picture.objects.values_list("title", "collection")),
            list(TownDocument.objects.values_list("title", "collection")),
            list(TaskState.objects.filter(workflow_state=next_town.state).values_list("status")),
            Revision.objects.filter(object_id=str(next_town.draft.pk)).count(),
            sorted(Group.objects.values_list("name", flat=True)),
        ]


@pytest.fixture
def beyond(next_town: Territory) -> Next:
    """What the next town has."""
    return Next(next_town)


def serving_both(town: Territory, beyond: Next) -> Client:
    """Return a browser of somebody who may do everything in both towns."""
    client = Client()
    person = PersonFactory(entered=[town, beyond.territory])
    make_staff(town, person=person)
    make_staff(beyond.territory, person=person)
    sign_in(client, person)
    return client


@pytest.mark.slow
@pytest.mark.parametrize("who", ["staff", "both"])
def test_no_address_shows_the_neighbour(
    who: str, staff: Client, town: Territory, beyond: Next, django_capture_on_commit_callbacks: Any
) -> None:
    """Whoever works in `town`, even somebody who serves both, sees in its back office only what is its own."""
    client = staff if who == "staff" else serving_both(town, beyond)
    client.raise_request_exception = False
    allowed = beyond.territory.name if who == "both" else ""
    before = state_of(beyond)
    found = []
    for address in addresses(town, beyond):
        # Somebody with rights in both towns could be shown more than a clerk of one: all questions are for them.
        for query in queries(address, beyond) if who == "both" else [""]:
            response = client.get(address + query)
            text_name = beyond.territory.name
            # Somebody who serves both is offered the other town in the menu: its name alone is no secret to them.
            if allowed:
                beyond.territory.name = "a name that nothing has"
            if response.status_code >= 500 or leaks(response, address + query, beyond):
                found.append((response.status_code, address + query))
            beyond.territory.name = text_name
    assert not found, f"{len(found)} answers: {found[:12]}"
    assert state_of(beyond) == before


@pytest.mark.slow
def test_no_address_changes_the_neighbour(staff: Client, town: Territory, beyond: Next) -> None:
    """Posting to every address with the neighbour's ids changes nothing there and says nothing of it."""
    staff.raise_request_exception = False
    before = state_of(beyond)
    found = []
    data = {
        "title": "Pris",
        "slug": "pris",
        "action-publish": "1",
        "id": beyond.draft.pk,
        "new_parent_page": beyond.root.pk,
        "collection": beyond.root.collection_id,
        "q": SECRET,
        "document": beyond.document.pk,
        "image": beyond.picture.pk,
        "workflow": beyond.workflow.pk,
    }
    for address in addresses(town, beyond):
        response = staff.post(address, data)
        if leaks(response, address, beyond):
            found.append((response.status_code, address))
    assert not found, f"{len(found)} answers: {found[:12]}"
    assert state_of(beyond) == before


def test_the_walk_would_find_a_leak(next_door: Client, beyond: Next) -> None:
    """The same walk, by somebody of the next town at home, meets its words in many places: so it can fail."""
    next_door.raise_request_exception = False
    pages = [address for address in addresses(beyond.territory, beyond) if "/pages/" in address or "/api/" in address]
    met = sum(leaks(next_door.get(f"{address}?q={SECRET}"), address, beyond) for address in pages)
    assert met > 15


def test_own_page_with_the_neighbours_pieces(staff: Client, town: Territory, beyond: Next) -> None:
    """A page of mine, a revision, a task, a destination of theirs: refused, and silent."""
    mine = make_news(town, "La mienne")
    revision = beyond.draft.latest_revision_id
    base = f"/{town.slug}/bureau/pages/{mine.pk}"
    for address in (
        f"{base}/revisions/{revision}/view/",
        f"{base}/revisions/{revision}/revert/",
        f"{base}/revisions/compare/{revision}...latest/",
        f"{base}/move/{beyond.root.pk}/confirm/",
        f"{base}/workflow_history/detail/{beyond.state.pk}/",
        f"/{town.slug}/bureau/pages/workflow/action/{mine.pk}/approve/{beyond.state.current_task_state_id}/",
    ):
        for response in (staff.get(address), staff.post(address)):
            assert response.status_code in {302, 403, 404, 405}, address
            assert not leaks(response, address, beyond)
    with use(territory=town):
        assert NewsPage.objects.get(pk=mine.pk).get_parent().slug == "nouvelles"


def test_a_link_to_the_neighbours_page_or_picture_is_refused(staff: Client, town: Territory, beyond: Next) -> None:
    """A form that names the neighbour's picture by its number is sent back."""
    mine = make_news(town, "La mienne")
    data = {
        "title": "La mienne",
        "slug": "la-mienne",
        "published_on": "2026-01-05",
        "picture": beyond.picture.pk,
        "body-count": "0",
        "body_en-count": "0",
        "body_es-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "action-publish": "1",
    }
    response = staff.post(f"/{town.slug}/bureau/pages/{mine.pk}/edit/", data)
    assert response.status_code == 200
    assert "picture" in response.context["form"].errors
    assert not leaks(response, "", beyond)


def test_the_database_itself_hides_the_neighbours_pages(town: Territory, beyond: Next) -> None:
    """Whatever a screen asks, the tables show the territory in force only."""
    assert not Page.objects.filter(title__contains=SECRET).exists()
    assert not Picture.objects.exists()
    assert not WorkflowState.objects.exists() and not TaskState.objects.exists()
    with use(territory=beyond.territory):
        assert Page.objects.filter(title__contains=SECRET).count() == 4
    with use(scope=Scope.NETWORK):
        assert not Page.objects.filter(title__contains=SECRET).exists()
    with use(scope=Scope.MINE):
        assert not Page.objects.exists()


def test_accounts_of_the_neighbour_are_out_of_reach(town: Territory, beyond: Next) -> None:
    """The people who write next door cannot be listed from here."""
    assert not Account.objects.filter(pk=beyond.writer.pk).exists()
    assert timezone.now()
