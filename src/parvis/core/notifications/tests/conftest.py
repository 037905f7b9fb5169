"""A module of these tests, with notices and templates of its own."""

import copy

import pytest
from django.utils.translation import get_language

from parvis.core.delivery.tests.providers import Memory
from parvis.core.notifications import subscribers
from parvis.core.registry import registry as registry_module
from parvis.core.registry.entries import Notice, Recipient
from parvis.core.registry.module import Module
from parvis.core.registry.registry import Registry, registry

from .wishes import monique, told, towns_topics

EMAIL = """{% if language == "fr" %}Réparé & fini{% elif language == "es" %}Reparado{% else %}Repaired{% endif %}

Bonjour <tous>,
{% if False %}
jamais
{% endif %}


Voir {{ url }}
"""
INBOX = "Réparé ({{ language }})\nLe lampadaire éclaire."


class Audience:
    """Whom the notices of these tests are for."""

    def __init__(self):
        self.readers = []
        self.languages = []

    def __call__(self, event):
        yield from self.readers

    def words(self, event):
        self.languages.append(get_language())
        return {"path": "/signalements/K7M2-PX4R/", "label": "Voir"}

    def add(self, person=None, **given):
        self.readers.append(Recipient(person_id=getattr(person, "pk", person), **given))


@pytest.fixture
def audience():
    return Audience()


@pytest.fixture
def house(monkeypatch, audience, settings):
    """The registry with one module more, named «trial»; its templates; a provider that keeps what leaves."""
    Memory.taken.clear()
    settings.DELIVERY_ADAPTERS = {"email": "parvis.core.delivery.tests.providers.Memory"}
    trial = Module(
        name="trial",
        label="Trial",
        switchable=True,
        emits=["trial.done", "trial.other"],
        notices=[Notice("trial.done", to="reporter", audience=audience, context=audience.words)],
    )
    use_templates(settings, {"trial/notices/done.email.txt": EMAIL, "trial/notices/done.inbox.txt": INBOX})
    monkeypatch.setattr(registry_module, "_registry", Registry([*registry().modules, trial]))
    return registry_module.registry()


def use_templates(settings, texts):
    """Put templates before those of the house."""
    changed = copy.deepcopy(settings.TEMPLATES)
    options = changed[0]["OPTIONS"]
    plain = [loader for loader in options["loaders"] if isinstance(loader, str)] or options["loaders"][0][1]
    options["loaders"] = [("django.template.loaders.locmem.Loader", texts), *plain]
    settings.TEMPLATES = changed


__all__ = ["Audience", "monique", "subscribers", "told", "towns_topics", "use_templates"]
