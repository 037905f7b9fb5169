"""The categories and their questions, as a clerk edits them: three languages side by side, seen as residents will."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from parvis.lib.errors import ParvisError, require
from parvis.modules.issues import operations, rules
from parvis.modules.issues.models import Category, Question

from .category_form import LANGUAGES, MONTHS, CategoryForm, QuestionForm

NAMES = {"fr": "Français", "en": "English", "es": "Español"}


@require_safe
def categories(request: HttpRequest) -> HttpResponse:
    """List the categories with their promises."""
    require(rules.can_configure(request.actor))
    headers = [gettext("Name"), gettext("Promised, working days"), gettext("Team"), gettext("In use")]
    today = timezone.localdate()
    rows = [
        {"category": category, "season": season_in_words(category), "is_offered": category.is_offered(today)}
        for category in Category.objects.select_related("team")
    ]
    return render(request, "issues/bureau/categories.html", {"rows": rows, "headers": headers})


def season_in_words(category: Category) -> str:
    """Return the season of a category for staff; empty all year round."""
    if category.season_start is None or category.season_end is None:
        return ""
    months = dict(MONTHS)
    return " – ".join(
        f"{day % 100} {str(months[day // 100]).lower()}" for day in (category.season_start, category.season_end)
    )


@require_http_methods(["GET", "POST"])
def category(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Add or change a category; `preview` shows it without keeping it."""
    require(rules.can_configure(request.actor))
    found = get_object_or_404(Category, slug=slug) if slug else Category(territory=request.territory)
    is_new, looks = not slug, "preview" in request.POST
    form = CategoryForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid() and not looks:
        saved = operations.save_category(actor=request.actor, category=form.save(commit=False), now=timezone.now())
        messages.success(request, gettext("The category is saved."))
        return redirect("issues_bureau:category", saved.slug) if is_new else redirect("issues_bureau:categories")
    context = {
        "form": form,
        "category": found,
        "is_new": is_new,
        "questions": [] if is_new else found.questions.order_by("order", "code"),
        "columns": [_column(form, code) for code in LANGUAGES],
        "previews": _previews(found),
    }
    status = 422 if request.method == "POST" and not looks else 200
    return render(request, "issues/bureau/category.html", context, status=status)


def _column(form: CategoryForm, code: str) -> dict[str, Any]:
    fields = [form[f"{what}_{code}"] for what in ("label", "help", "out")]
    return {"code": code, "name": NAMES[code], "fields": fields}


@require_POST
def category_preview(request: HttpRequest) -> HttpResponse:
    """Draw a category as residents will see it, while it is typed; nothing is kept."""
    require(rules.can_configure(request.actor))
    known = Category.objects.filter(slug=request.POST.get("slug", "")[:50]).first()
    form = CategoryForm(request.POST, instance=known or Category(territory=request.territory))
    form.is_valid()
    return render(request, "issues/bureau/category_preview.html", {"previews": _previews(form.instance)})


def _previews(category: Category) -> list[dict[str, Any]]:
    """Return what residents read, by language. `full_clean` has put what is typed on the instance where it is valid."""
    questions = [] if category._state.adding else list(category.questions.filter(is_active=True).order_by("order"))
    shown = []
    for code in LANGUAGES:
        with translation.override(code):
            shown.append(
                {
                    "code": code,
                    "name": NAMES[code],
                    "label": category.label,
                    "help": category.help,
                    "out": category.out_of_season if category.season_start else "",
                    "icon": category.icon,
                    "days": category.promised_days,
                    "questions": [(question.label, question.help, question.options) for question in questions],
                }
            )
    return shown


@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, slug: str, pk: UUID | None = None) -> HttpResponse:
    """Add or change what is asked about a category."""
    require(rules.can_configure(request.actor))
    about = get_object_or_404(Category, slug=slug)
    found = (
        get_object_or_404(Question, category=about, pk=pk)
        if pk
        else Question(category=about, territory=about.territory)
    )
    form = QuestionForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            operations.save_question(actor=request.actor, question=form.kept(), now=timezone.now())
        except ParvisError as error:
            form.add_error("answers" if error.field == "choices" else None, error.text(gettext))
        else:
            messages.success(request, gettext("The question is saved."))
            return redirect("issues_bureau:category", about.slug)
    columns = [
        {"code": code, "name": NAMES[code], "fields": [form[f"label_{code}"], form[f"help_{code}"]]}
        for code in LANGUAGES
    ]
    context = {"form": form, "category": about, "columns": columns, "is_new": not pk}
    return render(request, "issues/bureau/question.html", context, status=422 if form.errors else 200)
