"""Keys of the demo: one that waits for the town, one in use, one that a supplier has."""

from datetime import timedelta

from parvis.core.identity.models import Person
from parvis.core.identity.queries import has_entered
from parvis.core.registry.stage import Stage
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.actor import Actor

from .models import ApiKey
from .operations import make_key
from .operations.issuing import new_token
from .queries import hash_of

# By the e-mail of who asks, in the town where they are at home.
STUDENT = "judith@example.org"


def load(stage: Stage) -> None:
    """Make the keys of one territory; their secrets are thrown away."""
    house, now = Actor.system(stage.territory.pk), stage.now
    make_key(
        actor=house,
        name="Bons de travail du garage",
        purpose="Le logiciel du garage municipal lit les signalements et dit quand le travail est fait.",
        scopes=["issues.read", "issues.work"],
        email="garage@example.org",
        now=now - timedelta(days=40),
    )
    with use(scope=Scope.SIGN_IN):
        student = Person.objects.filter(email=STUDENT).first()
    if student is None or not has_entered(student.pk, stage.territory.pk):
        return
    prefix, token = new_token()
    ApiKey.objects.create(
        name="Carte des nids-de-poule",
        purpose="Un travail de session : où les rues se brisent au printemps.",
        scopes=["issues.read"],
        person_id=student.pk,
        state="active",
        prefix=prefix,
        token_hash=hash_of(token),
        asked_at=now - timedelta(days=21),
        decided_at=now - timedelta(days=20),
        issued_at=now - timedelta(days=20),
        expires_at=now + timedelta(days=345),
        last_used_at=now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=3),
    )
    ApiKey.objects.create(
        name="Signaler à vélo",
        purpose="Une petite application du club de vélo : un bouton au guidon envoie le lieu d'un trou.",
        scopes=["issues.read", "issues.report"],
        person_id=student.pk,
        asked_at=now - timedelta(days=2),
    )
