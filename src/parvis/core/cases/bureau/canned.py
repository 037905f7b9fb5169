"""The answers kept ready: listed, written in three languages side by side, seen as a resident will read them."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.core.cases import blanks, operations, rules
from parvis.core.cases.kinds import kind_of, kinds_in_use
from parvis.core.cases.models import CannedAnswer
from parvis.core.cases.queries import canned as queries
from parvis.lib.errors import ParvisError, require

LANGUAGES = (("fr", "Français"), ("en", "English"), ("es", "Español"))


class CannedForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's own takes none
    """An answer kept ready. Which topics there are depends on its kind, which is chosen once."""

    hide_optional = True

    kind = forms.ChoiceField(label=_("For the requests of the kind"), required=False)
    topics = forms.MultipleChoiceField(
        label=_("Only for"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"data-look": "chips"}),
        help_text=_("Nothing ticked: for all."),
    )

    class Meta:
        model = CannedAnswer
        fields = ("name", "kind", "topics", "text_fr", "text_en", "text_es", "order", "is_active")
        labels = {"order": _("Place in the list"), "is_active": _("Offered to staff")}
        widgets = {name: forms.Textarea(attrs={"rows": 9}) for name in ("text_fr", "text_en", "text_es")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        kinds = [(kind.name, kind.label) for kind in kinds_in_use()]
        fields["kind"].choices = [("", _("Every kind")), *kinds]
        chosen = self.data.get("kind") if self.is_bound else self.instance.kind
        topics = kind_of(chosen).topics if chosen else None
        if topics is None:
            del self.fields["topics"]
        else:
            fields["topics"].choices = list(topics())

    def validate_constraints(self) -> None:
        """Leave the constraints to the operation, which says what to do."""

    def validate_unique(self) -> None:
        """Leave the name to the operation, too."""


@require_safe
def canned(request: HttpRequest) -> HttpResponse:
    """List the answers kept ready."""
    require(rules.can_configure(request.actor))
    rows = [{"answer": row, "kind": kind_of(row.kind).label if row.kind else ""} for row in CannedAnswer.objects.all()]
    headers = [gettext("Name"), gettext("For"), gettext("Languages"), gettext("In use")]
    return render(request, "cases/bureau/canned_list.html", {"rows": rows, "headers": headers})


@require_http_methods(["GET", "POST"])
def canned_edit(request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
    """Write an answer; `preview` shows it filled without keeping it."""
    require(rules.can_configure(request.actor))
    found = get_object_or_404(CannedAnswer, pk=pk) if pk else CannedAnswer(kind=request.GET.get("kind", "")[:40])
    form = CannedForm(request.POST or None, instance=found)
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        try:
            operations.save_canned_answer(actor=request.actor, answer=form.save(commit=False), now=timezone.now())
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(gettext))
        else:
            messages.success(request, gettext("The answer is saved."))
            return redirect("cases_bureau:canned")
    context = {"form": form, "answer": found, "is_new": not pk, **_shown(request, found)}
    refused = request.method == "POST" and "preview" not in request.POST
    return render(request, "cases/bureau/canned_edit.html", context, status=422 if refused else 200)


@require_POST
def canned_preview(request: HttpRequest) -> HttpResponse:
    """Draw what a resident will read, while it is typed."""
    require(rules.can_configure(request.actor))
    return render(request, "cases/bureau/canned_preview.html", _shown(request, CannedAnswer()))


def _shown(request: HttpRequest, answer: CannedAnswer) -> dict[str, Any]:
    said = request.POST if request.method == "POST" else None
    kind = said.get("kind", "") if said else answer.kind
    previews = []
    for code, label in LANGUAGES:
        text = (said.get(f"text_{code}", "") if said else getattr(answer, f"text_{code}"))[:4000]
        values = queries.sample_values(kind, code, request.territory)
        previews.append(
            {
                "language": code,
                "label": label,
                "text": blanks.fill(text, values),
                "strange": blanks.unknown_in(text, values),
            }
        )
    return {"previews": previews, "blanks": queries.blanks_of(kind).items()}


@require_POST
def canned_delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take an answer away."""
    answer = get_object_or_404(CannedAnswer, pk=pk)
    operations.delete_canned_answer(actor=request.actor, answer=answer, now=timezone.now())
    messages.success(request, gettext("The answer is gone."))
    return redirect("cases_bureau:canned")
