"""What programs send and receive."""

import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from ninja import Field, Schema
from pydantic import AwareDatetime, field_validator

from parvis.core.assets.models import Asset
from parvis.lib.sent import Text

from .models import Category, Issue, Question
from .queries import Next, Step


class ChoiceOut(Schema):
    """An answer to choose: `key` is what a report sends."""

    key: str
    fr: str
    en: str = ""
    es: str = ""


class QuestionOut(Schema):
    """A question about a kind of problem; `kind` is Open311's datatype. Answer it by its code."""

    code: str
    kind: str
    required: bool
    label_fr: str
    label_en: str
    label_es: str
    help_fr: str
    help_en: str
    help_es: str
    choices: list[ChoiceOut]

    @classmethod
    def of(cls, question: Question) -> "QuestionOut":
        """Return the schema of a question."""
        texts = {name: getattr(question, name) for name in cls.model_fields if name.startswith(("label_", "help_"))}
        return cls(
            code=question.code,
            kind=question.kind,
            required=question.is_required,
            choices=[ChoiceOut(**choice) for choice in question.choices],
            **texts,
        )


class AnsweredOut(Schema):
    """A question that was asked, and its answer, both in the words of that day."""

    code: str
    kind: str
    label: dict[str, str]
    value: str | float | list[str]
    shown: dict[str, str] = Field(default_factory=dict)


class CategoryOut(Schema):
    """A kind of problem. `promised_days` are working days."""

    slug: str
    label_fr: str
    label_en: str
    label_es: str
    promised_days: int
    asset_kinds: list[str]
    questions: list[QuestionOut]

    @classmethod
    def of(cls, category: Category, questions: Iterable[Question] = ()) -> "CategoryOut":
        """Return the schema of a category."""
        return cls(
            slug=category.slug,
            label_fr=category.label_fr,
            label_en=category.label_en,
            label_es=category.label_es,
            promised_days=category.promised_days,
            asset_kinds=category.asset_kinds,
            questions=[QuestionOut.of(question) for question in questions],
        )


class AssetOut(Schema):
    """A thing of the municipality: `code` is the number on it."""

    id: UUID
    kind: str
    code: str
    name: str
    state: str
    street: str
    lat: float
    lon: float

    @classmethod
    def of(cls, asset: Asset) -> "AssetOut":
        """Return the schema of a thing."""
        return cls(**{name: getattr(asset, name) for name in cls.model_fields})


class IssueOut(Schema):
    """A report without personal data; words and photos are there once staff release them, or for you if it is yours."""

    code: str
    category: str
    status: str
    address: str
    lat: float | None
    lon: float | None
    description: str
    answer: str
    answers: list[AnsweredOut]
    reported_at: datetime
    precision: str
    due_at: datetime | None
    resolved_at: datetime | None
    planned_from: datetime | None
    planned_until: datetime | None
    asset: AssetOut | None
    photos: list[str]
    url: str

    @classmethod
    def of(cls, issue: Issue, *, private: bool, photos: list[str], url: str) -> "IssueOut":
        """Return the schema of a report; `private` shows the words to who may read them."""
        return cls(
            code=issue.code,
            category=issue.category.slug,
            status=issue.status,
            address=issue.address if private else issue.shown_address,
            lat=issue.lat if private else issue.shown_lat,
            lon=issue.lon if private else issue.shown_lon,
            description=issue.description if private or issue.is_text_public else "",
            answer=issue.answer if private or issue.is_text_public else "",
            answers=[AnsweredOut(**row) for row in issue.answers] if private else [],
            reported_at=issue.reported_at,
            precision=issue.precision,
            due_at=issue.due_at,
            resolved_at=issue.resolved_at,
            planned_from=issue.planned_from,
            planned_until=issue.planned_until,
            asset=AssetOut.of(issue.asset) if issue.asset and (private or issue.asset.is_public) else None,
            photos=photos,
            url=url,
        )


class Page(Schema):
    """One page of reports, newest first; `next` is the address of the following page, if any."""

    items: list[IssueOut]
    next: str | None


class Asked(Schema):
    """What is asked of the public reports, as on their page; `from` and `to` are months of report, both included."""

    q: str = Field("", max_length=100, description="Words of the kind, the place or the released text.")
    category: str = Field("", max_length=50)
    status: str = Field("", max_length=20, description="`open`, `ended`, or one state.")
    district: str = Field("", max_length=40, description="Code of a district.")
    start: str = Field("", alias="from", max_length=7, description="Such as 2026-03.")
    end: str = Field("", alias="to", max_length=7)
    after: str = Field("", max_length=80, description="Where the page before ended; `next` holds it.")


class StepOut(Schema):
    """What happened to a report, in the caller's language."""

    at: datetime
    label: str
    text: str


class NextOut(Schema):
    """What happens next, and until when it is promised."""

    label: str
    text: str
    due_at: datetime | None
    is_late: bool


class HistoryOut(Schema):
    """What everyone may read of what became of a report, oldest first; `coming` is null when nothing more comes."""

    steps: list[StepOut]
    coming: NextOut | None

    @classmethod
    def of(cls, steps: Iterable[Step], coming: Next | None) -> "HistoryOut":
        """Return the schema of a history."""
        following = None
        if coming is not None:
            following = NextOut(label=coming.label, text=coming.said, due_at=coming.due_at, is_late=coming.is_late)
        return cls(
            steps=[StepOut(at=step.at, label=step.label, text=step.said) for step in steps],
            coming=following,
        )


class FollowIn(Schema):
    """Where to be told, for who has no session: a link is sent there first."""

    email: Text = Field("", max_length=254)


class FollowOut(Schema):
    """Whether the report is followed now; with an address, once the link that was sent to it is pressed."""

    follows: bool
    link_sent: bool = False


class MessageIn(Schema):
    """A message: the reporter's to the town, or the staff's to the reporter."""

    text: Text = Field(min_length=1, max_length=10_000)
    asks: bool = Field(False, description="Staff: the clock stands still until the reporter answers.")


class MessageOut(Schema):
    """A message of the conversation; `files` are addresses, for who may read it."""

    at: datetime
    from_staff: bool
    text: str
    files: list[str]


class ReportIn(Schema):
    """A new report. Sending the same `idempotency_key` again answers with the first one."""

    category: Text = Field(max_length=50)
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)
    description: Text = Field("", max_length=4000)
    address: Text = Field("", max_length=200)
    name: Text = Field("", max_length=120)
    email: Text = Field("", max_length=254)
    phone: Text = Field("", max_length=30)
    idempotency_key: Text = Field("", max_length=64)
    asset: UUID | None = Field(None, description="The thing it is about, of a kind that the category names.")
    answers: dict[str, Text | float | list[Text]] | None = Field(
        None, description="Answers to the questions of the category, by code; in a form with photos, as JSON."
    )

    @field_validator("answers", mode="before")
    @classmethod
    def _read_json(cls, value: object) -> object:
        """A form has no objects: there, they come written in JSON."""
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value.strip() else None
        except ValueError as error:
            raise ValueError("This is not JSON.") from error


class AnswerIn(Schema):
    """An answer that the reporter reads."""

    answer: Text = Field(min_length=1, max_length=4000)


class PlanIn(Schema):
    """When the work is planned, with an offset; from midnight in the town's time means by the day."""

    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None


class ReleaseIn(Schema):
    """What everyone may see: the reporter's words, the report itself, photos by the id in their address."""

    text: bool | None = None
    hidden: bool | None = None
    photos: list[UUID] = Field(default_factory=list, max_length=20)
    are_public: bool = True
