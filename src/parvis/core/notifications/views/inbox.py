"""The inbox's pages."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope

from .. import operations, queries

A_PAGE = 25


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """List my messages from every territory."""
    with use(scope=Scope.MINE):
        page = Paginator(queries.inbox_of(request.person.pk), A_PAGE).get_page(request.GET.get("page"))
        lines = [queries.InboxLine.of(row) for row in page.object_list]
    unread = queries.unread_count(request.person.pk)
    return render(request, "notifications/inbox.html", {"page": page, "lines": lines, "unread": unread})


@require_safe
@login_required
def message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Show one of my messages; it is read from now on."""
    line = queries.message_of(request.person.pk, message_id)
    operations.mark_read(person_id=request.person.pk, message_ids=[line.id], now=timezone.now())
    return render(request, "notifications/message.html", {"line": line})


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all my messages as read."""
    operations.mark_read(person_id=request.person.pk, now=timezone.now())
    messages.success(request, _("All your messages are marked as read."))
    return redirect("notifications:inbox")
