"""Staff screens: the machines that are told, the log of each, one message with its tries."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from parvis.lib.errors import NotFound, ParvisError, require

from . import operations, queries, rules
from .forms import SubscriptionForm
from .models import Delivery, DeliveryState, Subscription

A_PAGE = 50


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the machines that are told."""
    require(rules.can_manage_webhooks(request.actor))
    return render(request, "webhooks/bureau/list.html", {"subscriptions": queries.subscriptions()})


@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Subscribe a machine; the secret is shown this once."""
    require(rules.can_manage_webhooks(request.actor))
    form = SubscriptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = operations.subscribe(actor=request.actor, now=timezone.now(), **form.cleaned_data)
        except ParvisError as error:
            form.add_error(error.field, error.text(_))
        else:
            return _page(request, made, secret=secret)
    return render(request, "webhooks/bureau/form.html", {"form": form})


def change(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """Change where it leads and what it is told."""
    require(rules.can_manage_webhooks(request.actor))
    found = get_object_or_404(Subscription, pk=subscription_id)
    initial = {"name": found.name, "url": found.url, "events": found.events}
    form = SubscriptionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_subscription(
                actor=request.actor, subscription=found, now=timezone.now(), **form.cleaned_data
            )
        except ParvisError as error:
            form.add_error(error.field, error.text(_))
        else:
            return redirect("webhooks_bureau:subscription", found.pk)
    return render(request, "webhooks/bureau/form.html", {"form": form, "subscription": found})


@require_safe
def subscription(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """Show a machine, how it answers, and the log of what it was told."""
    require(rules.can_manage_webhooks(request.actor))
    return _page(request, get_object_or_404(Subscription, pk=subscription_id))


def _page(request: HttpRequest, found: Subscription, **more: object) -> HttpResponse:
    state, event = request.GET.get("state", ""), request.GET.get("event", "")
    page = Paginator(queries.log_of(found, state=state, event=event), A_PAGE).get_page(request.GET.get("page"))
    last = queries.last_attempts(list(page))
    context = {
        "subscription": found,
        "told": queries.labels_of(found.events),
        "page": page,
        "log": [(delivery, queries.label_of(delivery.event), last.get(delivery.pk)) for delivery in page],
        "states": [("", _("All")), *DeliveryState.choices],
        "state": state,
        "given_up": found.deliveries.filter(state=DeliveryState.GIVEN_UP).count(),
        "now": timezone.now(),
    }
    return render(request, "webhooks/bureau/subscription.html", {**context, **more})


@require_safe
def delivery(request: HttpRequest, subscription_id: UUID, delivery_id: UUID) -> HttpResponse:
    """Show one message, as it was sent, with each try."""
    require(rules.can_manage_webhooks(request.actor))
    found = get_object_or_404(Delivery, pk=delivery_id, subscription_id=subscription_id)
    context = {
        "delivery": found,
        "subscription": found.subscription,
        "label": queries.label_of(found.event),
        "attempts": found.attempts.all(),
    }
    return render(request, "webhooks/bureau/delivery.html", context)


STEPS: dict[str, Callable[..., object]] = {
    "pause": operations.pause,
    "resume": operations.resume,
    "test": operations.send_test,
}


@require_POST
def act(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """Pause, take up again, test, remove."""
    found, step = get_object_or_404(Subscription, pk=subscription_id), request.POST.get("step", "")
    if step == "remove":
        operations.remove_subscription(actor=request.actor, subscription=found, now=timezone.now())
        messages.success(request, _("It is removed; nothing more is sent there."))
        return redirect("webhooks_bureau:list")
    if step not in STEPS:
        raise NotFound
    STEPS[step](actor=request.actor, subscription=found, now=timezone.now())
    if step == "test":
        messages.success(request, _("The test is on its way: reload this page to see the answer."))
    return redirect("webhooks_bureau:subscription", found.pk)


@never_cache
@require_POST
def rotate(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """Make a new secret, shown this once."""
    found = get_object_or_404(Subscription, pk=subscription_id)
    secret = operations.rotate_secret(actor=request.actor, subscription=found, now=timezone.now())
    return _page(request, found, secret=secret)


@require_POST
def replay(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """Send the chosen messages again, or all that were given up."""
    found, now = get_object_or_404(Subscription, pk=subscription_id), timezone.now()
    if request.POST.get("all"):
        count = operations.replay_given_up(actor=request.actor, subscription=found, now=now)
    else:
        chosen = _ids(request.POST.getlist("delivery"))
        count = operations.replay(actor=request.actor, subscription=found, ids=chosen, now=now) if chosen else 0
    said = ngettext("%(count)s message is sent again.", "%(count)s messages are sent again.", count)
    messages.success(request, said % {"count": count})
    return redirect("webhooks_bureau:subscription", found.pk)


def _ids(texts: list[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in texts]
    except ValueError as error:
        raise NotFound from error
