"""Draft a territory's privacy policy, and publish it once nothing is missing."""

from datetime import datetime

from django.db import transaction

from parvis.core.events.operations import record
from parvis.core.tenancy.context import current_territory_id
from parvis.core.ui import pagecache
from parvis.lib.actor import Actor
from parvis.lib.errors import Invalid, WrongState, gettext_noop, require

from .. import rules
from ..models import MANDATORY, Policy, PolicyLanguage
from ..queries import declared_draft, missing_from


@transaction.atomic
def write_policy(*, actor: Actor, language: PolicyLanguage, now: datetime, **words: str) -> Policy:
    """Keep the draft of the next version in a language; the first one begins with what the software can say.

    A draft may lack anything. Raises NotAllowed.
    """
    require(rules.can_handle(actor))
    draft = Policy.objects.filter(language=language, published_at=None).first()
    if draft is None:
        newest = Policy.objects.filter(language=language).order_by("-version").first()
        before = {name: getattr(newest, name) for name in MANDATORY} if newest else declared_draft(language)
        draft = Policy(language=language, version=newest.version + 1 if newest else 1, started_at=now, **before)
    for name in MANDATORY:
        if name in words:
            setattr(draft, name, words[name].strip())
    draft.save()
    return draft


@transaction.atomic
def publish_policy(*, actor: Actor, policy: Policy, now: datetime) -> Policy:
    """Show a draft to everyone. Raises NotAllowed, Invalid (a mandatory field is empty: the first one), WrongState."""
    require(rules.can_handle(actor))
    policy.refresh_from_db()
    missing = missing_from(policy)
    if missing:
        raise Invalid(gettext_noop("The law asks for this field: it cannot be published without."), field=missing[0])
    if not Policy.objects.filter(pk=policy.pk, published_at=None).update(
        published_at=now, published_by=actor.person_id
    ):
        raise WrongState()
    policy.refresh_from_db()
    record(actor, "privacy.policy_published", policy, now=now, language=policy.language, version=policy.version)
    pagecache.bump(current_territory_id())
    return policy
