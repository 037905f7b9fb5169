"""The officer's registers: processing activities, assessments, incidents, the policy; and who may not keep them."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from parvis.core.identity.tests.factories import staff_actor
from parvis.core.privacy import operations, queries
from parvis.core.privacy.bureau import incidents, policy, registers
from parvis.core.privacy.gravity import leans_serious
from parvis.core.privacy.models import MANDATORY, Assessment, Incident, Policy, PolicyLanguage
from parvis.core.registry.registry import registry
from parvis.core.tenancy.context import use
from parvis.lib.errors import Invalid, NotAllowed, NotFound, WrongState

pytestmark = pytest.mark.django_db
NOW = timezone.now()
KNOWN = {
    "noticed_at": NOW - timedelta(hours=2),
    "kind": "loss",
    "circumstances": "Une clé USB est perdue.",
    "data_involved": "Noms et téléphones de 40 familles.",
    "people_count": 40,
}
HIGH = {"sensitivity": 3, "consequences": 2, "likelihood": 3, "reasons": "La clé n'est pas chiffrée."}
WHOLE = {"necessity": "Oui.", "risks": "Peu.", "measures": "Tout.", "outside": "Rien.", "residual": "low"}


@pytest.fixture
def wrong(territory, neighbour, resident, visitor):
    return [resident, visitor, staff_actor(territory, "privacy.note"), staff_actor(neighbour)]


def noted(officer, **more):
    return operations.note_incident(actor=officer, now=NOW, **{**KNOWN, **more})


def test_every_declaration_of_the_house_says_all_that_the_register_shows():
    for _module, entry in queries.activities():
        for word in (entry.label, entry.purpose, entry.retention, entry.readers):
            assert str(word).strip(), entry.name


def test_the_register_of_activities_is_a_file_too(rf, territory, officer, wrong):
    request = rf.get("/")
    for actor in wrong:
        request.actor = actor
        for view in (registers.activities, registers.activities_csv, registers.assessments):
            with pytest.raises(NotAllowed):
                view(request)
    request.actor = officer
    with override("fr"):
        text = registers.activities_csv(request).content.decode("utf-8-sig")
    assert text.count("\r\n") > len(list(queries.activities()))


def test_an_assessment_is_approved_whole_and_then_stays(territory, officer, wrong):
    for actor in wrong:
        with pytest.raises(NotAllowed):
            operations.write_assessment(actor=actor, module="issues", now=NOW)
    draft = operations.write_assessment(actor=officer, module="issues", now=NOW, necessity="Oui.")
    with pytest.raises(Invalid) as refusal:
        operations.approve_assessment(actor=officer, assessment=draft, now=NOW)
    assert refusal.value.field == "risks"
    later = (NOW + timedelta(days=300)).date()
    draft = operations.write_assessment(actor=officer, module="issues", now=NOW, review_on=later, **WHOLE)
    for actor in wrong:
        with pytest.raises(NotAllowed):
            operations.approve_assessment(actor=actor, assessment=draft, now=NOW)
    operations.approve_assessment(actor=officer, assessment=draft, now=NOW)
    with pytest.raises(WrongState):
        operations.approve_assessment(actor=officer, assessment=draft, now=NOW)
    again = operations.write_assessment(actor=officer, module="issues", now=NOW, review_on=later, **WHOLE)
    assert again.version == 2
    [state] = [row for row in queries.assessments_here(NOW.date()) if row.module.name == "issues"]
    assert (state.approved.version, state.draft.version, state.is_due) == (1, 2, False)
    [state] = [row for row in queries.assessments_here(later) if row.module.name == "issues"]
    assert state.is_due
    with pytest.raises(NotFound):
        operations.write_assessment(actor=officer, module="rien", now=NOW)


def test_the_database_refuses_an_approval_with_a_hole_and_a_second_draft(territory, officer):
    draft = operations.write_assessment(actor=officer, module="issues", now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.filter(pk=draft.pk).update(approved_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.create(module="issues", version=2, territory=territory)


def test_every_module_that_holds_something_is_to_be_assessed(territory):
    named = {row.module.name for row in queries.assessments_here(NOW.date())}
    assert {module.name for module in registry() if module.personal_data} <= named


def test_a_grave_incident_is_told_before_it_is_closed(territory, officer):
    incident = noted(officer)
    with pytest.raises(Invalid):
        operations.close_incident(actor=officer, incident=incident, now=NOW)
    operations.assess_incident(actor=officer, incident=incident, is_serious=True, now=NOW, **HIGH)
    for who in ("commission", "people"):
        with pytest.raises(Invalid):
            operations.close_incident(actor=officer, incident=incident, now=NOW)
        operations.say_told(actor=officer, incident=incident, who=who, now=NOW)
    with pytest.raises(WrongState):
        operations.say_told(actor=officer, incident=incident, who="commission", now=NOW)
    operations.close_incident(actor=officer, incident=incident, now=NOW)
    for change in (
        lambda: operations.assess_incident(actor=officer, incident=incident, is_serious=False, now=NOW, **HIGH),
        lambda: operations.change_incident(actor=officer, incident=incident, now=NOW, **KNOWN),
        lambda: operations.close_incident(actor=officer, incident=incident, now=NOW),
    ):
        with pytest.raises(WrongState):
            change()
    names = [entry.name.partition("_")[2] for entry in queries.incident_history(incident)]
    assert names == ["noted", "assessed", "told", "told", "closed"]


def test_people_may_wait_for_an_investigation_with_the_reason(territory, officer):
    incident = noted(officer)
    operations.assess_incident(actor=officer, incident=incident, is_serious=True, now=NOW, **HIGH)
    operations.say_told(actor=officer, incident=incident, who="commission", now=NOW)
    operations.say_told(actor=officer, incident=incident, who="people", why_not="La police enquête.", now=NOW)
    assert operations.close_incident(actor=officer, incident=incident, now=NOW).people_told_at is None


def test_a_small_incident_is_kept_too_and_nobody_must_be_told(territory, officer):
    incident = noted(officer)
    low = {"sensitivity": 1, "consequences": 1, "likelihood": 1, "reasons": "Rapportée le jour même."}
    operations.assess_incident(actor=officer, incident=incident, is_serious=False, now=NOW, **low)
    with pytest.raises(WrongState):
        operations.say_told(actor=officer, incident=incident, who="commission", now=NOW)
    operations.close_incident(actor=officer, incident=incident, now=NOW)
    assert operations.forget_incidents(now=NOW + timedelta(days=5 * 365 - 2)) == 0
    assert operations.forget_incidents(now=NOW + timedelta(days=5 * 366 + 1)) == 1


def test_an_open_incident_is_never_forgotten(territory, officer):
    noted(officer)
    assert operations.forget_incidents(now=NOW + timedelta(days=9 * 366)) == 0


def test_incidents_are_the_officers_alone(territory, neighbour, officer, wrong):
    incident = noted(officer)
    for actor in wrong:
        for act in (
            lambda actor=actor: noted(actor),
            lambda actor=actor: operations.change_incident(actor=actor, incident=incident, now=NOW, **KNOWN),
            lambda actor=actor: operations.assess_incident(
                actor=actor, incident=incident, is_serious=False, now=NOW, **HIGH
            ),
            lambda actor=actor: operations.say_told(actor=actor, incident=incident, who="people", now=NOW),
            lambda actor=actor: operations.close_incident(actor=actor, incident=incident, now=NOW),
        ):
            with pytest.raises(NotAllowed):
                act()
    with use(territory=neighbour):
        assert not Incident._base_manager.filter(pk=incident.pk).exists()


def test_what_cannot_be_is_refused_beside_its_field(territory, officer):
    for field, more in (
        ("circumstances", {"circumstances": " "}),
        ("noticed_at", {"noticed_at": NOW + timedelta(days=1)}),
        ("ended_on", {"began_on": date(2026, 5, 2), "ended_on": date(2026, 5, 1)}),
    ):
        with pytest.raises(Invalid) as refusal:
            noted(officer, **more)
        assert refusal.value.field == field


@pytest.mark.parametrize(
    "changes",
    [
        {"is_serious": True},
        {"is_serious": True, "assessed_at": NOW, "sensitivity": 1, "consequences": 1, "likelihood": 1, "reasons": ""},
        {"closed_at": NOW},
        {"began_on": date(2026, 5, 2), "ended_on": date(2026, 5, 1)},
        {"sensitivity": 4, "consequences": 1, "likelihood": 1},
    ],
)
def test_the_database_holds_the_register_to_the_law(territory, officer, changes):
    incident = noted(officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(**changes)


@pytest.mark.parametrize(
    ("levels", "leans"),
    [
        ((1, 1, 1), False),
        ((1, 1, 3), False),
        ((3, 1, 1), False),
        ((3, 1, 2), True),
        ((1, 3, 3), True),
        ((2, 2, 2), False),
        ((2, 2, 3), True),
        ((3, 3, 1), True),
    ],
)
def test_where_the_criteria_lean(levels, leans):
    sensitivity, consequences, likelihood = levels
    assert leans_serious(sensitivity=sensitivity, consequences=consequences, likelihood=likelihood) is leans


@pytest.mark.parametrize("to", ["commission", "people"])
@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_the_notices_are_drafted_with_what_is_known(rf, territory, officer, wrong, monkeypatch, to, language):
    incident = noted(officer)
    operations.assess_incident(actor=officer, incident=incident, is_serious=True, now=NOW, **HIGH)
    seen = {}
    monkeypatch.setattr(incidents, "render", lambda request, name, context: seen.update(name=name, **context))
    request = SimpleNamespace(method="GET", actor=officer)
    with override(language):
        incidents.notice(request, incident.pk, to)
    assert seen["name"].endswith(f"notice_{to}.html")
    assert seen["incident"].circumstances == KNOWN["circumstances"]
    for actor in wrong:
        request.actor = actor
        with pytest.raises(NotAllowed):
            incidents.notice(request, incident.pk, to)


def words(**more):
    return {**dict.fromkeys(MANDATORY, "Oui."), **more}


@pytest.mark.parametrize("missing", MANDATORY)
def test_a_policy_with_a_hole_is_not_published(territory, officer, missing):
    draft = operations.write_policy(actor=officer, language=PolicyLanguage.FRENCH, now=NOW, **words(**{missing: "  "}))
    with pytest.raises(Invalid) as refusal:
        operations.publish_policy(actor=officer, policy=draft, now=NOW)
    assert refusal.value.field == missing
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.filter(pk=draft.pk).update(published_at=NOW)
    assert queries.policy_here("fr") is None


def test_a_policy_is_published_by_the_officer_and_read_by_everyone(client, territory, neighbour, officer, wrong):
    page = f"/{territory.slug}/confidentialite/"
    assert "Greffière" not in client.get(page).content.decode()
    given = {"language": PolicyLanguage.FRENCH, "now": NOW, **words(officer_title="Greffière")}
    draft = operations.write_policy(actor=officer, **given)
    for actor in wrong:
        with pytest.raises(NotAllowed):
            operations.write_policy(actor=actor, **given)
        with pytest.raises(NotAllowed):
            operations.publish_policy(actor=actor, policy=draft, now=NOW)
    operations.publish_policy(actor=officer, policy=draft, now=NOW)
    for language in ("", "/en", "/es"):
        assert "Greffière" in client.get(f"{language}{page}").content.decode()
    assert "Greffière" not in client.get(f"/{neighbour.slug}/confidentialite/").content.decode()
    with pytest.raises(WrongState):
        operations.publish_policy(actor=officer, policy=draft, now=NOW)
    again = operations.write_policy(actor=officer, language=PolicyLanguage.FRENCH, now=NOW, officer_title="Autre")
    assert (again.version, again.officer_contact) == (2, "Oui."), "the next one begins with the last one's words"
    assert queries.policy_here("es").officer_title == "Greffière", "a draft is not shown"


def test_the_first_draft_begins_with_what_the_software_knows(territory, officer):
    draft = operations.write_policy(actor=officer, language=PolicyLanguage.ENGLISH, now=NOW)
    assert queries.missing_from(draft) == ["officer_title", "officer_contact", "sharing", "outside", "complaints"]


def test_the_screens_of_the_policy_are_the_officers(rf, territory, wrong):
    request = rf.get("/")
    for actor in wrong:
        request.actor = actor
        with pytest.raises(NotAllowed):
            policy.policies(request)
        with pytest.raises(NotAllowed):
            policy.policy(request, "fr")
