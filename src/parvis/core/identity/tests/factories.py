"""Territories, people, accounts and roles for tests: each row is written in the context its guard asks for.

Everything needs a transaction (a `django_db` test has one). Rows of a territory are written in that territory's
context, people in scope ``sign_in``; the context of the test is put back afterwards.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from parvis.core.audit.models import Entry
from parvis.core.events.operations import Event
from parvis.core.identity.models import (
    Account,
    Assignment,
    Organisation,
    OrganisationMember,
    Person,
    Presence,
    Role,
    Team,
)
from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import current_territory_id, use
from parvis.core.tenancy.guard import Scope
from parvis.core.tenancy.models import Territory, TerritoryKind
from parvis.core.territories.models import Acceptance, Delegation, Membership, Publication
from parvis.lib.actor import Actor, Channel, Grant


class TerritoryFactory(DjangoModelFactory):
    """A fictional municipality."""

    class Meta:
        model = Territory

    slug = factory.Sequence(lambda n: f"essai-{n}")
    name = factory.Sequence(lambda n: f"Sainte-Épreuve {n}")
    population = 1409
    is_fictional = True


class RegionFactory(TerritoryFactory):
    """A regional body (MRC)."""

    slug = factory.Sequence(lambda n: f"mrc-essai-{n}")
    name = factory.Sequence(lambda n: f"MRC d'Épreuve {n}")
    kind = TerritoryKind.REGIONAL


class OwnedFactory(DjangoModelFactory):
    """Base of the factories of a territory's rows: `territory` is the one in force unless given."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: type, *args: Any, **kwargs: Any) -> Any:
        territory = kwargs.pop("territory", None) or current_territory_id()
        territory_id = getattr(territory, "pk", territory)
        with use(territory=territory_id, scope=Scope.TERRITORY):
            return super()._create(model_class, *args, territory_id=territory_id, **kwargs)


class _PersonKindFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: type, *args: Any, **kwargs: Any) -> Any:
        with use(scope=Scope.SIGN_IN):
            return super()._create(model_class, *args, **kwargs)


class PersonFactory(_PersonKindFactory):
    """A person. `entered` names the territories they entered; the one in force unless given."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Personne Fictive {n}")
    email = factory.Sequence(lambda n: f"personne{n}@example.test")
    phone = factory.Sequence(lambda n: f"+1819555{100 + n % 100:04d}")
    address = factory.Sequence(lambda n: f"{n} rue de l'Essai")
    is_fictional = True

    @factory.post_generation
    def entered(self, create: bool, extracted: Iterable[Territory | UUID] | None, **_: Any) -> None:
        """Write a presence for each territory."""
        here = current_territory_id()
        for territory in extracted if extracted is not None else ([here] if here else []):
            PresenceFactory(person=self, territory_id=getattr(territory, "pk", territory))


class PresenceFactory(_PersonKindFactory):
    """A person entered a territory."""

    class Meta:
        model = Presence

    entered_at = factory.LazyFunction(timezone.now)


class AccountFactory(_PersonKindFactory):
    """An account with its person; the password is ``un mot de passe long`` unless given."""

    class Meta:
        model = Account

    person = factory.SubFactory(PersonFactory)
    email = factory.LazyAttribute(lambda account: account.person.email)
    password = "un mot de passe long"

    @classmethod
    def _create(cls, model_class: type, *args: Any, **kwargs: Any) -> Any:
        with use(scope=Scope.SIGN_IN):
            return model_class.objects.create_user(**kwargs)


class TeamFactory(OwnedFactory):
    """Staff who share a work list."""

    class Meta:
        model = Team

    slug = factory.Sequence(lambda n: f"equipe-{n}")
    name = factory.Sequence(lambda n: f"Équipe {n}")


class RoleFactory(OwnedFactory):
    """A role that may do everything unless `permissions` is given."""

    class Meta:
        model = Role

    slug = factory.Sequence(lambda n: f"role-{n}")
    name = factory.Sequence(lambda n: f"Rôle {n}")
    permissions = factory.LazyFunction(lambda: ["*"])


class AssignmentFactory(OwnedFactory):
    """A person holds a role, since long ago."""

    class Meta:
        model = Assignment

    starts_at = datetime(2020, 1, 1, tzinfo=UTC)


class OrganisationFactory(OwnedFactory):
    """An organisation that asked to join."""

    class Meta:
        model = Organisation

    slug = factory.Sequence(lambda n: f"organisme-{n}")
    name = factory.Sequence(lambda n: f"Organisme {n}")
    kind = "non_profit"


class OrganisationMemberFactory(OwnedFactory):
    """A person acts for an organisation."""

    class Meta:
        model = OrganisationMember


class MembershipFactory(OwnedFactory):
    """A territory belongs to a regional body."""

    class Meta:
        model = Membership


class DelegationFactory(OwnedFactory):
    """A territory delegates a service to another (`delegate`)."""

    class Meta:
        model = Delegation

    starts_at = datetime(2020, 1, 1, tzinfo=UTC)


class PublicationFactory(OwnedFactory):
    """A territory publishes a `kind` of its things."""

    class Meta:
        model = Publication


class AcceptanceFactory(OwnedFactory):
    """A territory shows a `kind` of what another (`publisher`) publishes."""

    class Meta:
        model = Acceptance


def show(publisher: Territory, *kinds: str, territory: Territory | None = None) -> None:
    """Let the territory (the one in force unless given) show kinds of what another publishes; a member, once."""
    here = territory or Territory.objects.get(pk=current_territory_id())
    for kind in kinds:
        if not Publication._base_manager.filter(territory=publisher, kind=kind, ended_at=None).exists():
            PublicationFactory(territory=publisher, kind=kind)
        AcceptanceFactory(territory=here, publisher=publisher, kind=kind)
    if not Membership._base_manager.filter(territory=here, body=publisher, left_at=None).exists():
        MembershipFactory(territory=here, body=publisher)


def make_staff(territory: Territory, *permissions: str, person: Person | None = None, **assignment: Any) -> Person:
    """Return a person who holds a role with these permissions in the territory (all of them when none is named)."""
    person = person or PersonFactory(entered=[territory])
    role = RoleFactory(territory=territory, permissions=list(permissions) or ["*"])
    AssignmentFactory(territory=territory, person=person, role=role, **assignment)
    return person


def staff_actor(
    territory: Territory,
    *permissions: str,
    person: Person | None = None,
    district_id: UUID | None = None,
    channel: Channel = Channel.WEB,
) -> Actor:
    """Return an actor with these permissions (all when none is named), without any row but the person's."""
    person = person or PersonFactory(entered=[territory])
    grant = Grant(territory.pk, frozenset(permissions) or frozenset({"*"}), district_id)
    return Actor(territory_id=territory.pk, person_id=person.pk, channel=channel, grants=(grant,))


def resident_actor(territory: Territory, person: Person | None = None, level: int = 1) -> Actor:
    """Return a resident without any role."""
    person = person or PersonFactory(entered=[territory])
    return Actor(territory_id=territory.pk, person_id=person.pk, level=level)


def furnish(territory: Territory) -> None:
    """Make what the event of a territory's birth makes: roles, pages, the groups that open the back office."""
    born = Entry.objects.create(territory_id=territory.pk, name="territories.created", channel="system")
    for _module, handler in registry().handlers["territories.created"]:
        handler(Event.of(born))


def sign_in(client: Any, person: Person, *, second_factor: bool = True) -> Account:
    """Sign a test client in as a person (an account is made if needed); staff act only with a `second_factor`.

    Return the account. Works in a transaction, as the account pages do.
    """
    with use(scope=Scope.SIGN_IN):
        account = Account.objects.filter(pk=person.pk).first() or AccountFactory(person=person)
        client.force_login(account, backend="parvis.core.identity.backends.AccountBackend")
        session = client.session
        session["account_authentication_methods_user"] = str(account.pk)
        session["account_authentication_methods"] = (
            [{"method": "mfa", "at": timezone.now().timestamp(), "type": "totp", "reauthenticated": True}]
            if second_factor
            else []
        )
        session.save()
    return account
