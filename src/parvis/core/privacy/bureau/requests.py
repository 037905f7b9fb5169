"""Staff screens: the requests about personal data, their delays, and what is done with them."""

import io
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from parvis.core.audit.operations import log_view
from parvis.core.identity.models import Person
from parvis.lib.errors import ParvisError, require

from .. import operations, queries, rules
from ..archive import write_archive
from ..forms import AnswerForm
from ..models import DataRequest, Decision, ErasureRequest


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """List what waits, the most urgent first, and what was answered."""
    require(rules.can_handle(request.actor))
    now = timezone.now()
    context = {"waiting": queries.waiting(now), "decided": queries.decided()}
    return render(request, "privacy/bureau/requests.html", context)


def data_request(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show one request; answer it, or refuse with the reason."""
    require(rules.can_handle(request.actor))
    asked = get_object_or_404(DataRequest, pk=request_id)
    log_view(viewer=request.actor, person_id=asked.person_id, reason="request", subject_id=asked.pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = operations.refuse_request if request.POST.get("refuse") else operations.answer_request
        try:
            answer(actor=request.actor, request=asked, now=timezone.now(), **form.cleaned_data)
        except ParvisError as error:
            form.add_error(error.field if error.field in form.fields else None, error.text(_))
        else:
            messages.success(request, _("The person reads your answer in their own space."))
            return redirect("privacy_bureau:requests")
    context = {
        "asked": asked,
        "person": Person.objects.filter(pk=asked.person_id).first(),
        "decision": Decision.objects.filter(pk=asked.about).first() if asked.about else None,
        "late": asked.is_late(timezone.now()),
        "form": form,
    }
    return render(request, "privacy/bureau/request.html", context)


@require_safe
def erasure(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show one request with what each module would do."""
    require(rules.can_handle(request.actor))
    asked = get_object_or_404(ErasureRequest, pk=request_id)
    log_view(viewer=request.actor, person_id=asked.person_id, reason="erasure", subject_id=asked.pk)
    context = {
        "asked": asked,
        "person": Person.objects.filter(pk=asked.person_id).first(),
        "declarations": list(queries.declarations(everywhere=False)),
        "late": asked.is_late(timezone.now()),
    }
    return render(request, "privacy/bureau/erasure.html", context)


@require_POST
def carry_out(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Erase what is asked, after a word that says one means it."""
    asked = get_object_or_404(ErasureRequest, pk=request_id)
    if request.POST.get("sure") != "yes":
        messages.error(request, _("Tick the box: what is erased cannot be brought back."))
        return redirect("privacy_bureau:erasure", asked.pk)
    operations.carry_out_erasure(actor=request.actor, request=asked, now=timezone.now())
    messages.success(request, _("It is erased; what had to be kept is listed with the request."))
    return redirect("privacy_bureau:erasure", asked.pk)


@require_POST
def refuse(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Refuse a request, with a reason."""
    asked = get_object_or_404(ErasureRequest, pk=request_id)
    try:
        operations.refuse_erasure(
            actor=request.actor, request=asked, reason=request.POST.get("reason", ""), now=timezone.now()
        )
    except ParvisError as error:
        if error.field is None:
            raise
        messages.error(request, error.text(_))
    else:
        messages.success(request, _("The person reads your reason in their own space."))
    return redirect("privacy_bureau:erasure", asked.pk)


@require_POST
def export(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Hand over what this town holds about somebody, for who asks at the counter. It is noted as a look."""
    data = operations.export_person(actor=request.actor, person_id=person_id)
    archive = io.BytesIO()
    write_archive(archive, data, readme=operations.readme())
    response = HttpResponse(archive.getvalue(), content_type="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="donnees.zip"'
    return response
