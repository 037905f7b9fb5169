"""A module that asks for consents and decides by itself, and people who speak."""

import pytest

from parvis.core.identity.tests.factories import AccountFactory, PersonFactory, staff_actor
from parvis.core.registry import registry as house
from parvis.core.registry.module import Module
from parvis.core.registry.personal import AutomatedDecision, Purpose, PurposeKind
from parvis.core.registry.registry import Registry, registry
from parvis.lib.actor import Actor

NEWS, TRIPS = "essai.news", "essai.trips"


def essai(version: int = 1, **more) -> Module:
    """A module with two purposes and a decision."""
    return Module(
        name="essai",
        label="Essai",
        purposes=[
            Purpose(NEWS, "Nouvelles du parc", "La ville vous écrit quand le parc change.", version=version),
            Purpose(
                TRIPS,
                "Autobus le plus proche",
                "Votre position trouve l'arrêt.",
                kind=PurposeKind.LOCATION,
                how="Appuyez sur « J'accepte ».",
            ),
        ],
        automated=[
            AutomatedDecision("essai.rate", "Tarif", "Le tarif suit la preuve.", ("âge", "adresse"), "Le guichet."),
            AutomatedDecision("essai.sort", "Tri", "Trie.", ("jour",), "Le guichet.", about_people=False),
        ],
        **more,
    )


@pytest.fixture
def with_module(monkeypatch):
    """`with_module(module)`: the house with one more module, for this test."""
    whole = registry()

    def add(module: Module) -> None:
        monkeypatch.setattr(house, "_registry", Registry([*whole.modules, module]))

    add(essai())
    return add


@pytest.fixture
def judith(territory):
    """A resident of the town, with an account."""
    return AccountFactory(person=PersonFactory(name="Judith Marchand")).person


@pytest.fixture
def officer(territory):
    """The privacy officer of the town."""
    return staff_actor(territory, "privacy.handle", "privacy.note")


@pytest.fixture
def me(judith, territory):
    """Judith, who acts herself."""
    return Actor(territory_id=territory.pk, person_id=judith.pk, level=1)
