"""The categories, as a clerk edits them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from parvis.lib.errors import require
from parvis.modules.issues import operations, rules
from parvis.modules.issues.forms import CategoryForm
from parvis.modules.issues.models import Category


@require_safe
def categories(request: HttpRequest) -> HttpResponse:
    """List the categories with their promises."""
    require(rules.can_configure(request.actor))
    headers = [gettext("Name"), gettext("Promised, working days"), gettext("Team"), gettext("In use")]
    rows = Category.objects.select_related("team")
    return render(request, "issues/bureau/categories.html", {"categories": rows, "headers": headers})


@require_http_methods(["GET", "POST"])
def category(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Add or change a category."""
    require(rules.can_configure(request.actor))
    found = get_object_or_404(Category, slug=slug) if slug else Category(territory=request.territory)
    form = CategoryForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        operations.save_category(actor=request.actor, category=form.save(commit=False), now=timezone.now())
        messages.success(request, gettext("The category is saved."))
        return redirect("issues_bureau:categories")
    return render(request, "issues/bureau/category.html", {"form": form, "category": found})
