"""Before a photo is shown to everyone: faces and plates are made unrecognisable."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from parvis.core.files.models import FileState
from parvis.core.files.views import send
from parvis.lib.errors import ParvisError, require
from parvis.modules.issues import operations, queries, rules
from parvis.modules.issues.blur_form import BlurForm


@require_http_methods(["GET", "POST"])
def blur(request: HttpRequest, code: str, pk: UUID) -> HttpResponse:
    """Draw over the faces and plates of a photo, and have it drawn anew without them."""
    issue = queries.by_code(code)
    require(rules.can_release(request.actor, issue))
    photo = get_object_or_404(queries.photos_of(issue, public_only=False), pk=pk, state=FileState.READY)
    form = BlurForm(request.POST if request.method == "POST" else None, photo=photo)
    if form.is_bound and form.is_valid():
        try:
            operations.blur_photo(
                actor=request.actor, issue=issue, photo=photo, now=timezone.now(), **form.cleaned_data
            )
        except ParvisError as error:
            form.add_error(None, error.text(gettext))
        else:
            messages.success(request, gettext("The photo was drawn anew."))
            return redirect(reverse("cases_bureau:case", args=[issue.code]))
    context = {"issue": issue, "photo": photo, "form": form}
    return render(request, "issues/bureau/blur.html", context, status=422 if form.errors else 200)


@require_safe
def original(request: HttpRequest, code: str, pk: UUID) -> HttpResponseBase:
    """Answer a photo as it came, for whoever decides what everyone may see."""
    issue = queries.by_code(code)
    require(rules.can_release(request.actor, issue))
    photo = get_object_or_404(queries.photos_of(issue, public_only=False), pk=pk, state=FileState.READY)
    return send(request, photo, "original" if photo.has_original else "full", "original")
