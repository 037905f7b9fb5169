"""The fields of a form that ask the questions of a category."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Question, QuestionKind
from .operations.answering import MOST_STRING, MOST_TEXT, PREFIX


def name_of(question: Question) -> str:
    """Return the name of a question's field; a refusal of the operation names the same."""
    return f"{PREFIX}{question.code}"


def field_of(question: Question) -> forms.Field:
    """Return the field that asks a question, in the reader's language; the operation checks what is answered."""
    shared: dict[str, Any] = {
        "label": question.label,
        "help_text": question.help,
        "required": question.is_required,
        "error_messages": {"required": _("Answer this question: the crew needs it.")},
    }
    match question.kind:
        case QuestionKind.ONE:
            look = forms.RadioSelect(attrs={"data-look": "chips"})
            return forms.ChoiceField(choices=question.options, widget=look, **shared)
        case QuestionKind.MANY:
            many = forms.CheckboxSelectMultiple(attrs={"data-look": "chips"})
            return forms.MultipleChoiceField(choices=question.options, widget=many, **shared)
        case QuestionKind.TEXT:
            area = forms.Textarea(attrs={"rows": 3})
            return forms.CharField(max_length=MOST_TEXT, widget=area, **shared)
        case QuestionKind.NUMBER:
            number = forms.TextInput(attrs={"inputmode": "decimal"})
            return forms.CharField(max_length=30, widget=number, **shared)
        case QuestionKind.DATETIME:
            moment = forms.TextInput(attrs={"type": "datetime-local"})
            return forms.CharField(max_length=40, widget=moment, **shared)
    return forms.CharField(max_length=MOST_STRING, **shared)


class AsksQuestions:
    """Part of a form: the questions of the category that is chosen, as fields of their own."""

    asked: list[Question]

    def ask(self, questions: list[Question]) -> None:
        """Add a field for each question."""
        self.asked = questions
        for question in questions:
            self.fields[name_of(question)] = field_of(question)  # type: ignore[attr-defined]

    def question_fields(self) -> list[forms.BoundField]:
        """Return the fields that ask, in order, for the template."""
        return [self[name_of(question)] for question in self.asked]  # type: ignore[index]

    def answers(self) -> dict[str, Any]:
        """Return what was answered, by question code."""
        said: dict[str, Any] = self.cleaned_data  # type: ignore[attr-defined]
        return {question.code: said.get(name_of(question)) for question in self.asked}
