"""The privacy officer's week in the demo: a policy, an assessment, an incident, requests that wait."""

from datetime import timedelta

from parvis.core.identity.models import Person
from parvis.core.identity.queries import has_entered
from parvis.core.registry.stage import Stage
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Actor, Channel

from . import operations
from .models import PolicyLanguage, RequestKind

# By e-mail, in the town where they are at home.
WRITES = {"monique@example.org": "Mon numéro de téléphone a changé : c'est celui du cellulaire qui est bon."}
AGREES = "judith@example.org"
PURPOSE = "cases.share_contact"


def load(stage: Stage) -> None:
    """Fill the registers of one territory."""
    house, now = Actor.system(stage.territory.pk), stage.now
    _policy(stage, house)
    _assessment(stage, house)
    _incidents(stage, house)
    for email, words in WRITES.items():
        person = _known(email, stage)
        if person is not None:
            desk = house.on_behalf_of(person.pk, Channel.PHONE)
            asked = now - timedelta(days=24)
            operations.ask_request(actor=desk, person_id=person.pk, kind=RequestKind.CORRECTION, words=words, now=asked)
    judith = _known(AGREES, stage)
    if judith is not None:
        desk = house.on_behalf_of(judith.pk, Channel.COUNTER)
        operations.set_consent(actor=desk, person_id=judith.pk, purpose=PURPOSE, is_given=True, now=now)


def _known(email: str, stage: Stage) -> Person | None:
    with use(scope=Scope.SIGN_IN):
        person = Person.objects.filter(email=email).first()
    return person if person is not None and has_entered(person.pk, stage.territory.pk) else None


def _policy(stage: Stage, house: Actor) -> None:
    town = stage.territory
    draft = operations.write_policy(
        actor=house,
        language=PolicyLanguage.FRENCH,
        now=stage.now,
        officer_title="Direction générale",
        officer_contact="\n".join(filter(None, [town.address, town.phone, town.email])) or town.name,
        sharing="Personne, sauf l'organisme à qui une demande est confiée quand elle n'est pas de notre ressort.",
        outside="Non : le portail et ses copies de sauvegarde restent au Québec.",
        complaints="Écrivez à la personne responsable : elle répond dans les trente jours. Vous pouvez aussi vous "
        "adresser à la Commission d'accès à l'information.",
    )
    operations.publish_policy(actor=house, policy=draft, now=stage.now)


def _assessment(stage: Stage, house: Actor) -> None:
    draft = operations.write_assessment(
        actor=house,
        module="issues",
        now=stage.now - timedelta(days=60),
        necessity="Sans le lieu et les mots du signalement, personne ne peut réparer. Le nom est facultatif.",
        risks="Une photo montre un visage ou une plaque; les mots nomment un voisin.",
        measures="Rien n'est public avant qu'un membre du personnel l'ait relu; visages et plaques sont floutés.",
        outside="Rien ne sort du Québec.",
        residual="low",
        review_on=(stage.now + timedelta(days=300)).date(),
    )
    operations.approve_assessment(actor=house, assessment=draft, now=stage.now - timedelta(days=60))


def _incidents(stage: Stage, house: Actor) -> None:
    noticed = stage.now - timedelta(days=90)
    small = operations.note_incident(
        actor=house,
        now=noticed,
        noticed_at=noticed,
        kind="sent",
        circumstances="Un avis de taxes est parti dans la mauvaise enveloppe. La personne qui l'a reçu l'a rapporté.",
        data_involved="Nom, adresse, montant des taxes.",
        people_count=1,
        measures="L'enveloppe est revenue le lendemain. On vérifie désormais à deux la mise sous pli.",
    )
    operations.assess_incident(
        actor=house,
        incident=small,
        sensitivity=1,
        consequences=1,
        likelihood=1,
        is_serious=False,
        reasons="Le montant des taxes est public; la lettre est revenue sans avoir servi.",
        now=noticed,
    )
    operations.close_incident(actor=house, incident=small, now=noticed + timedelta(days=2))
    lately = stage.now - timedelta(days=2)
    grave = operations.note_incident(
        actor=house,
        now=lately,
        noticed_at=lately,
        kind="loss",
        began_on=lately.date(),
        circumstances="Une tablette du camp de jour a été volée dans une voiture. Elle n'était pas verrouillée.",
        data_involved="Noms des enfants, allergies, téléphones des parents.",
        people_count=38,
        measures="L'accès de la tablette est coupé. Les tablettes se verrouillent maintenant d'elles-mêmes.",
    )
    operations.assess_incident(
        actor=house,
        incident=grave,
        sensitivity=3,
        consequences=2,
        likelihood=2,
        is_serious=True,
        reasons="Il s'agit d'enfants et de leur santé, et l'appareil est entre des mains inconnues.",
        now=lately,
    )
