"""The privacy policy: drafted in each language, published whole or not at all."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from parvis.lib.errors import ParvisError, require

from .. import operations, queries, rules
from ..forms import PolicyForm
from ..models import MANDATORY, Policy, PolicyLanguage


@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """List the languages, with what is published and what is drafted in each."""
    require(rules.can_handle(request.actor))
    rows = [
        {
            "language": language,
            "published": Policy.objects.filter(language=language, published_at__isnull=False).first(),
            "draft": Policy.objects.filter(language=language, published_at=None).first(),
        }
        for language in PolicyLanguage
    ]
    return render(request, "privacy/bureau/policies.html", {"rows": rows})


def policy(request: HttpRequest, language: str) -> HttpResponse:
    """Write the policy in a language, and publish it."""
    require(rules.can_handle(request.actor))
    if language not in PolicyLanguage.values:
        raise Http404
    newest = Policy.objects.filter(language=language).first()
    begun = {name: getattr(newest, name) for name in MANDATORY} if newest else queries.declared_draft(language)
    form = PolicyForm(request.POST or None, initial=begun)
    if request.method == "POST" and form.is_valid():
        given = {"actor": request.actor, "now": timezone.now()}
        draft = operations.write_policy(language=PolicyLanguage(language), **given, **form.cleaned_data)
        try:
            if request.POST.get("publish"):
                operations.publish_policy(policy=draft, **given)
                messages.success(request, _("It is published: everyone reads it now."))
            else:
                messages.success(request, _("The draft is kept."))
            return redirect("privacy_bureau:policies")
        except ParvisError as error:
            for name in queries.missing_from(draft) or [None]:
                form.add_error(name, error.text(_))
    context = {"form": form, "language": PolicyLanguage(language), "newest": newest}
    return render(request, "privacy/bureau/policy.html", context)
