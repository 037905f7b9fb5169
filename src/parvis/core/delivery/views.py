"""What providers tell: how a text message ended."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from .channels.sms import twilio
from .receipts import note_arrival, note_failure

ARRIVED = frozenset({"delivered", "read"})
FAILED = frozenset({"undelivered", "failed"})
MOST_FIELDS = 60


@csrf_exempt  # a machine, without a session: the signature says who it is
@require_POST
def text_status(request: HttpRequest) -> HttpResponse:
    """Note that a text message arrived, or did not. Safe to repeat; a wrong signature is refused."""
    fields = [(name, value) for name, values in request.POST.lists() for value in values][:MOST_FIELDS]
    signature = request.headers.get("X-Twilio-Signature", "")
    if not twilio.is_signed(twilio.callback_url(), fields, signature):
        return HttpResponse(status=403)
    said, now = dict(fields), timezone.now()
    reference, status = said.get("MessageSid", ""), said.get("MessageStatus", "")
    if status in ARRIVED:
        note_arrival("sms", reference, now=now)
    elif status in FAILED:
        note_failure("sms", reference, f"{said.get('ErrorCode', '')} {status}".strip(), now=now)
    return HttpResponse(status=204)
