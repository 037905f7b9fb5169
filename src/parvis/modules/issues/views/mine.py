"""What a resident reads of their own reports."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from parvis.modules.issues.models import Issue

PER_PAGE = 20


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List one's own reports."""
    if request.actor.person_id is None:
        return redirect(f"{reverse('account_login')}?next={request.path}")
    rows = Issue.objects.filter(person_id=request.actor.person_id).select_related("category").order_by("-reported_at")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "issues/mine.html", {"page": page})
