"""What a territory asks about a kind of problem, besides where and what: the attributes of Open311."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from parvis.core.tenancy.fields import TerritoryForeignKey
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import TerritoryModel

from .category import Category

LANGUAGES = ("fr", "en", "es")


class QuestionKind(models.TextChoices):
    """What an answer is, in the words of Open311's ``datatype``."""

    STRING = "string", _("A few words")
    NUMBER = "number", _("A number")
    DATETIME = "datetime", _("A day and an hour")
    TEXT = "text", _("A longer text")
    ONE = "singlevaluelist", _("One of a list")
    MANY = "multivaluelist", _("Several of a list")


LISTS = (QuestionKind.ONE, QuestionKind.MANY)


class Question(TerritoryModel):
    """A question about one kind of problem. Texts in the three languages; French is the first.

    `choices`: for a list, each ``{"key", "fr", "en", "es"}``; keys are what programs send and reports keep. A question
    that is no longer asked is switched off: the answers given stay on their reports, with the words of their day.
    """

    guard: ClassVar[Guard] = Guard.territory(read_by_all=True)
    is_fact: ClassVar[bool] = True

    category = TerritoryForeignKey(Category, on_delete=models.CASCADE, related_name="questions")
    code = models.SlugField(max_length=40, help_text=_("Its name for programs; it never changes."))
    kind = models.CharField(_("kind of answer"), max_length=20, choices=QuestionKind, default=QuestionKind.STRING)
    is_required = models.BooleanField(_("an answer is needed"), default=False)
    label_fr = models.CharField(_("question in French"), max_length=200)
    label_en = models.CharField(_("question in English"), max_length=200, blank=True)
    label_es = models.CharField(_("question in Spanish"), max_length=200, blank=True)
    help_fr = models.CharField(_("help in French"), max_length=300, blank=True)
    help_en = models.CharField(_("help in English"), max_length=300, blank=True)
    help_es = models.CharField(_("help in Spanish"), max_length=300, blank=True)
    choices = models.JSONField(_("answers to choose from"), default=list, blank=True)
    order = models.PositiveSmallIntegerField(_("place in the list"), default=100)
    is_active = models.BooleanField(_("asked to residents"), default=True)

    class Meta:
        ordering = ["order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["category", "code"], name="question_code_once"),
            models.CheckConstraint(
                name="question_kind_known", condition=Q(kind__in=[kind.value for kind in QuestionKind])
            ),
            models.CheckConstraint(
                name="question_choices_iff_list", condition=Q(kind__in=[k.value for k in LISTS]) ^ Q(choices=[])
            ),
        ]
        indexes = [models.Index(fields=["territory", "category", "order"], name="question_of_category")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The question in the reader's language, in French where it was not translated."""
        return getattr(self, f"label_{_language()}", "") or self.label_fr

    @property
    def help(self) -> str:
        """What helps to answer, in the reader's language, in French where it was not translated."""
        return getattr(self, f"help_{_language()}", "") or self.help_fr

    @property
    def labels(self) -> dict[str, str]:
        """The question by language, in French where it was not translated."""
        return {code: getattr(self, f"label_{code}") or self.label_fr for code in LANGUAGES}

    @property
    def options(self) -> list[tuple[str, str]]:
        """The answers of a list as (key, words in the reader's language)."""
        return [(str(choice["key"]), in_words(choice)) for choice in self.choices]


def _language() -> str:
    return (get_language() or "fr")[:2]


def in_words(texts: dict[str, Any]) -> str:
    """Return what stands by language in the reader's own, in French where it was not translated."""
    return str(texts.get(_language()) or texts.get("fr", ""))
