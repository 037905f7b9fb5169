"""The form of whoever listens and types, and for whom it is filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from parvis.core.cases.models import Case
from parvis.core.cases.operations import Contact
from parvis.core.cases.queries import case_by_code
from parvis.core.files.models import StoredFile
from parvis.core.identity.models import Language, Person
from parvis.core.tenancy.models import Territory
from parvis.lib.errors import require
from parvis.lib.ids import read_id
from parvis.modules.issues import queries, rules
from parvis.modules.issues.forms import CategoryField, ReportForm
from parvis.modules.issues.operations import MOST_LETTERS, MOST_PHOTOS


@dataclass(frozen=True, slots=True)
class Caller:
    """For whom staff take a report: somebody known, whoever sent a mail, or somebody who leaves a name or nothing."""

    person: Person | None = None
    mail: Case | None = None

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """Return whom the address of the page names. Raises NotFound, NotAllowed (a case of another service)."""
        mail = case_by_code(request.GET["case"]) if request.GET.get("case") else None
        if mail is not None:
            require(rules.can_receive(request.actor, mail))
            return cls(mail.person, mail)
        return cls(Person.objects.filter(pk=read_id(request.GET.get("person"))).first())

    @property
    def is_known(self) -> bool:
        """Whether nobody need be asked for a name and a number."""
        return self.person is not None or self.mail is not None


class KindList(forms.Select):
    """The kinds as a list; a suggestion that is ticked above it has the same name, and is what was meant last."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return the first kind that was sent."""
        sent = data.getlist(name) if hasattr(data, "getlist") else [data.get(name)]
        return next((kind for kind in sent if kind), "")


class TakeForm(ReportForm):
    """The same form for whoever listens and types: the kind by its first letters, out of season too."""

    category: CategoryField = CategoryField(  # type: ignore[assignment]  # staff see no season
        label=_("Kind of problem"),
        empty_label="—",
        widget=KindList,
        error_messages={"required": _("Say what kind of problem it is.")},
    )
    language = forms.ChoiceField(label=_("Language of the news"), choices=Language.choices, initial=Language.FRENCH)
    mailed = forms.ModelMultipleChoiceField(StoredFile.objects.none(), required=False)

    def __init__(
        self, data: Any = None, files: Any = None, *, territory: Territory, caller: Caller, kind: str = ""
    ) -> None:
        initial: dict[str, Any] = {"category": kind}
        if caller.mail is not None:
            photos = queries.photos_mailed(caller.mail)
            first = list(photos.values_list("pk", flat=True)[:MOST_PHOTOS])
            initial |= {"description": queries.words_mailed(caller.mail)[:MOST_LETTERS], "mailed": first}
        super().__init__(data, files, territory=territory, signed_in=caller.is_known, initial=initial)
        self.fields["category"].queryset = queries.categories()  # type: ignore[attr-defined]
        self.fields["description"].widget.attrs["autofocus"] = True
        for name in (["language"] if caller.is_known else []) + (["photos"] if caller.mail else ["mailed"]):
            del self.fields[name]
        if caller.mail is not None:
            self.fields["mailed"].queryset = photos  # type: ignore[attr-defined]
        for name, label in {"name": _("Name"), "phone": _("Telephone"), "email": _("E-mail, to send news")}.items():
            if name in self.fields:
                self.fields[name].label = label

    @property
    def waits(self) -> bool:
        """Staff take a report in every season."""
        return False

    def photos_mailed(self) -> list[tuple[StoredFile, bool]]:
        """Return the photos of the mail, and whether each goes along."""
        ticked = {str(pk) for pk in self["mailed"].value() or []}
        return [(photo, str(photo.pk) in ticked) for photo in self.fields["mailed"].queryset]  # type: ignore[attr-defined]

    def so_far(self) -> Mapping[str, str]:
        """Return what is written, as what helps reads it."""
        said = self.data.dict() if hasattr(self.data, "dict") else {}
        return {"description": self["description"].value() or "", **said, "category": self["category"].value() or ""}

    def contact(self, caller: Caller) -> Contact:
        """Return how whoever calls is reached, in the language they chose or are known to speak."""
        if caller.person is not None:
            return Contact(language=caller.person.language)
        said = {name: self.cleaned_data.get(name) or "" for name in ("name", "email", "phone")}
        return Contact(**said, language=self.cleaned_data.get("language") or Language.FRENCH)

    def ids_mailed(self) -> list[UUID]:
        """Return which photos of the mail go along."""
        return [photo.pk for photo in self.cleaned_data.get("mailed") or []]
