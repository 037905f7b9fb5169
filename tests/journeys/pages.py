"""Every page of the house, told from its own table of addresses, so that none can be forgotten.

`PAGES` names each view that shows a page, with who opens it and where; `NOT_PAGES` each that does not, with why.
`test_every_page.py` fails for a view that stands in neither.
"""

from collections.abc import Iterator

from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from tests.live import Live

TOWN, REGION = "/val-des-pins", "/mrc-des-trois-sources"
ANYBODY, RESIDENT, CLERK, OFFICER = "", "judith", "nadia", "etienne"

# View: (who, addresses below the town, or whole ones with `/` in front). {names} are filled by `samples`.
PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "portal:home": (ANYBODY, ("/", "{town}/", "{region}/")),
    "portal:search": (ANYBODY, ("{town}/recherche/?q=nid", "{town}/recherche/?q=xyzzy", "{town}/recherche/")),
    "portal:map": (ANYBODY, ("{town}/carte/",)),
    "portal:agenda": (ANYBODY, ("{town}/agenda/",)),
    "portal:site_map": (ANYBODY, ("{town}/plan-du-site/",)),
    "demonstration:home": (ANYBODY, ("/demo/",)),
    "demonstration:messages": (ANYBODY, ("/demo/messages/", "/demo/messages/?a=personne@example.org")),
    "ui:styleguide": (ANYBODY, ("/demo/ui/", "/demo/ui/?erreurs")),
    "ui:offline": (ANYBODY, ("{town}/hors-ligne/",)),
    "ui:outbox": (ANYBODY, ("{town}/envois/",)),
    "privacy:policy": (ANYBODY, ("{town}/confidentialite/",)),
    "content:news": (ANYBODY, ("{town}/nouvelles/",)),
    "content:guides": (ANYBODY, ("{town}/guides/",)),
    "wagtail_serve": (ANYBODY, ("{town}/{news}", "{town}/{guide}")),
    "organisations:list": (ANYBODY, ("{town}/organismes/",)),
    "organisations:ask": (RESIDENT, ("{town}/organismes/demander/",)),
    "issues:list": (
        ANYBODY,
        ("{town}/signalements/", "{town}/signalements/?q=xyzzy", "{town}/signalements/?status=open"),
    ),
    "issues:report": (ANYBODY, ("{town}/signalements/nouveau",)),
    "issues:delays": (ANYBODY, ("{town}/signalements/delais/",)),
    "issues:detail": (ANYBODY, ("{town}/signalements/{code}",)),
    "issues:mine": (RESIDENT, ("{town}/signalements/les-miens",)),
    "account_login": (ANYBODY, ("{town}/compte/connexion/",)),
    "account_request_login_code": (ANYBODY, ("{town}/compte/connexion/code/",)),
    "account_signup": (ANYBODY, ("{town}/compte/inscription/",)),
    "account_inactive": (ANYBODY, ("{town}/compte/ferme/",)),
    "account_email_verification_sent": (ANYBODY, ("{town}/compte/courriel/envoye/",)),
    "account_confirm_email": (ANYBODY, ("{town}/compte/courriel/confirmer/abc/",)),
    "account_reset_password": (ANYBODY, ("{town}/compte/mot-de-passe/oublie/",)),
    "account_reset_password_done": (ANYBODY, ("{town}/compte/mot-de-passe/oublie/envoye/",)),
    "account_reset_password_from_key": (ANYBODY, ("{town}/compte/mot-de-passe/nouveau/1-abc/",)),
    "account_reset_password_from_key_done": (ANYBODY, ("{town}/compte/mot-de-passe/nouveau/fait/",)),
    "portal:my_space": (RESIDENT, ("{town}/mon-espace/",)),
    "portal:towns": (RESIDENT, ("{town}/mon-espace/villes/",)),
    "residency:mine": (
        RESIDENT,
        (
            "{town}/mon-espace/residence/",
            "/riviere-aux-aulnes/mon-espace/residence/",
            "/saint-ozias/mon-espace/residence/",
            "{region}/mon-espace/residence/",
        ),
    ),
    "residency:move": (RESIDENT, ("{town}/mon-espace/residence/demenager/",)),
    "residency_bureau:list": (CLERK, ("{bureau}/residents/", "{bureau}/residents/?q=judith")),
    "residency_bureau:person": (CLERK, ("{bureau}/residents/{person}/",)),
    "cases:list": (RESIDENT, ("{town}/mon-espace/demandes/",)),
    "cases:detail": (RESIDENT, ("{town}/mon-espace/demandes/{mine}/",)),
    "notifications:inbox": (RESIDENT, ("{town}/mon-espace/messages/",)),
    "card:mine": (RESIDENT, ("{town}/mon-espace/carte/",)),
    "card_public:check": (ANYBODY, ("{town}/verifier/",)),
    "card_public:place": (CLERK, ("{town}/verifier/lieux/piscine-municipale/",)),
    "card_bureau:list": (CLERK, ("{bureau}/cartes/", "{bureau}/cartes/?q=judith", "{bureau}/cartes/?q=xyzzy")),
    "card_bureau:person": (CLERK, ("{bureau}/cartes/{person}/",)),
    "card_bureau:places": (CLERK, ("{bureau}/cartes/lieux/",)),
    "card_bureau:place": (CLERK, ("{bureau}/cartes/lieux/{pool}/",)),
    "card_bureau:keys": (CLERK, ("{bureau}/cartes/cles/",)),
    "preferences:mine": (RESIDENT, ("{town}/mon-espace/preferences/",)),
    "notifications_bureau:reach": (CLERK, ("{bureau}/messages/",)),
    "notifications_bureau:person": (CLERK, ("{bureau}/messages/personnes/{person}/",)),
    "privacy:mine": (RESIDENT, ("{town}/mon-espace/donnees/",)),
    "privacy:consents": (RESIDENT, ("{town}/mon-espace/consentements/", "/mon-espace/consentements/")),
    "privacy:ask": (RESIDENT, ("{town}/mon-espace/donnees/demander/",)),
    "privacy:looks": (RESIDENT, ("{town}/mon-espace/donnees/regards/",)),
    "privacy:ask_erasure": (RESIDENT, ("{town}/mon-espace/donnees/effacer/",)),
    "privacy:close_account": (RESIDENT, ("{town}/mon-espace/donnees/fermer/",)),
    "identity:account": (RESIDENT, ("{town}/compte/",)),
    "identity:enter": (RESIDENT, ("{town}/compte/entrer/", "/saint-ozias/compte/entrer/")),
    "identity:leave": (RESIDENT, ("{town}/compte/sortir/",)),
    "identity:profile": (RESIDENT, ("{town}/compte/moi/",)),
    "usersessions_list": (RESIDENT, ("{town}/compte/appareils/",)),
    "account_email": (RESIDENT, ("{town}/compte/courriel/",)),
    "account_change_password": (RESIDENT, ("{town}/compte/mot-de-passe/changer/",)),
    "account_logout": (RESIDENT, ("{town}/compte/deconnexion/",)),
    "account_reauthenticate": (RESIDENT, ("{town}/compte/confirmer/",)),
    "mfa_index": (RESIDENT, ("{town}/compte/double-verification/",)),
    "mfa_list_webauthn": (RESIDENT, ("{town}/compte/double-verification/cles/",)),
    "apikeys:mine": (RESIDENT, ("{town}/mon-espace/cles/",)),
    "apikeys:ask": (RESIDENT, ("{town}/mon-espace/cles/demander/",)),
    "apikeys:key": (RESIDENT, ("{town}/mon-espace/cles/{my_key}/",)),
    "apikeys_bureau:list": (CLERK, ("{bureau}/cles/",)),
    "apikeys_bureau:new": (CLERK, ("{bureau}/cles/nouvelle/",)),
    "apikeys_bureau:key": (CLERK, ("{bureau}/cles/{my_key}/", "{bureau}/cles/{made_key}/")),
    "webhooks_bureau:list": (CLERK, ("{bureau}/webhooks/",)),
    "webhooks_bureau:new": (CLERK, ("{bureau}/webhooks/nouveau/",)),
    "webhooks_bureau:subscription": (
        CLERK,
        ("{bureau}/webhooks/{webhook}/", "{bureau}/webhooks/{webhook}/?state=given_up"),
    ),
    "webhooks_bureau:change": (CLERK, ("{bureau}/webhooks/{webhook}/changer/",)),
    "webhooks_bureau:delivery": (CLERK, ("{bureau}/webhooks/{webhook}/{delivery}/",)),
    "cases_bureau:list": (CLERK, ("{bureau}/dossiers/", "{bureau}/dossiers/?view=all&q=xyzzy")),
    "cases_bureau:members": (OFFICER, ("{region}/bureau/dossiers/membres/",)),
    "cases_bureau:received": (CLERK, ("{bureau}/dossiers/recus/",)),
    "cases_bureau:case": (CLERK, ("{bureau}/dossiers/{code}/", "{bureau}/dossiers/{mine}/")),
    "cases_bureau:whose": (
        CLERK,
        ("{bureau}/dossiers/{code}/personne/?q=judith", "{bureau}/dossiers/{code}/personne/?person={person}"),
    ),
    "cases_bureau:telephone": (CLERK, ("{bureau}/telephone/", "{bureau}/telephone/?q=judith")),
    "cases_bureau:person": (CLERK, ("{bureau}/telephone/{person}/",)),
    "content_bureau:settings": (CLERK, ("{bureau}/reglages/",)),
    "content_bureau:place": (CLERK, ("{bureau}/reglages/coordonnees/",)),
    "content_bureau:switches": (CLERK, ("{bureau}/reglages/services/",)),
    "content_bureau:module": (CLERK, ("{bureau}/reglages/modules/issues/",)),
    "identity_bureau:people": (CLERK, ("{bureau}/gens/personnes/", "{bureau}/gens/personnes/?q=judith")),
    "identity_bureau:person_new": (CLERK, ("{bureau}/gens/personnes/nouvelle/",)),
    "identity_bureau:person": (CLERK, ("{bureau}/gens/personnes/{person}/",)),
    "identity_bureau:person_change": (CLERK, ("{bureau}/gens/personnes/{person}/corriger/",)),
    "identity_bureau:organisations": (CLERK, ("{bureau}/gens/organismes/",)),
    "identity_bureau:organisation_new": (CLERK, ("{bureau}/gens/organismes/nouveau/",)),
    "identity_bureau:organisation": (CLERK, ("{bureau}/gens/organismes/{contractor}/",)),
    "identity_bureau:staff": (CLERK, ("{bureau}/gens/equipe/",)),
    "identity_bureau:role_new": (CLERK, ("{bureau}/gens/equipe/roles/nouveau/",)),
    "identity_bureau:team_new": (CLERK, ("{bureau}/gens/equipe/equipes/nouvelle/",)),
    "identity_bureau:team": (CLERK, ("{bureau}/gens/equipe/equipes/{team}/",)),
    "assets_bureau:list": (
        CLERK,
        ("{bureau}/objets/", "{bureau}/objets/?kind=lamp&state=broken", "{bureau}/objets/?q=xyzzy"),
    ),
    "portal_bureau:adoption": (CLERK, ("{bureau}/adoption/",)),
    "privacy_bureau:requests": (CLERK, ("{bureau}/confidentialite/",)),
    "privacy_bureau:request": (CLERK, ("{bureau}/confidentialite/demandes/{data_request}/",)),
    "privacy_bureau:activities": (CLERK, ("{bureau}/confidentialite/traitements/",)),
    "privacy_bureau:assessments": (CLERK, ("{bureau}/confidentialite/evaluations/",)),
    "privacy_bureau:assessment": (CLERK, ("{bureau}/confidentialite/evaluations/issues/",)),
    "privacy_bureau:incidents": (CLERK, ("{bureau}/confidentialite/incidents/",)),
    "privacy_bureau:incident_new": (CLERK, ("{bureau}/confidentialite/incidents/nouveau/",)),
    "privacy_bureau:incident": (CLERK, ("{bureau}/confidentialite/incidents/{incident}/",)),
    "privacy_bureau:incident_change": (CLERK, ("{bureau}/confidentialite/incidents/{incident}/corriger/",)),
    "privacy_bureau:incident_notice": (
        CLERK,
        (
            "{bureau}/confidentialite/incidents/{incident}/avis/commission/",
            "{bureau}/confidentialite/incidents/{incident}/avis/personnes/",
        ),
    ),
    "privacy_bureau:policies": (CLERK, ("{bureau}/confidentialite/politique/",)),
    "privacy_bureau:policy": (
        CLERK,
        ("{bureau}/confidentialite/politique/fr/", "{bureau}/confidentialite/politique/en/"),
    ),
    "privacy_bureau:person": (CLERK, ("{bureau}/confidentialite/personne/{person}/",)),
    "territories_bureau:ties": (CLERK, ("{bureau}/liens/",)),
    "issues_bureau:take": (CLERK, ("{bureau}/signalements/nouveau/?channel=phone",)),
    "issues_bureau:week": (CLERK, ("{bureau}/signalements/portrait/",)),
    "issues_bureau:promises": (CLERK, ("{bureau}/signalements/portrait/delais/",)),
    "issues_bureau:seasons": (CLERK, ("{bureau}/signalements/portrait/saisons/?months=24",)),
    "issues_bureau:spots": (CLERK, ("{bureau}/signalements/portrait/points-chauds/",)),
    "issues_bureau:papers": (CLERK, ("{bureau}/signalements/portrait/rapports/",)),
    "issues_bureau:bodies": (CLERK, ("{bureau}/signalements/organismes/",)),
    "issues_bureau:body": (CLERK, ("{bureau}/signalements/organismes/{body}/",)),
    "issues_bureau:destination": (
        CLERK,
        ("{bureau}/signalements/organismes/{body}/envoi/?category={category}&service_code=R-12",),
    ),
    "issues_bureau:body_new": (CLERK, ("{bureau}/signalements/organismes/nouveau/",)),
    "issues_bureau:categories": (CLERK, ("{bureau}/signalements/categories/",)),
    "issues_bureau:category_new": (CLERK, ("{bureau}/signalements/categories/nouvelle/",)),
    "issues_bureau:category": (CLERK, ("{bureau}/signalements/categories/{category}/",)),
    "issues_bureau:question_new": (CLERK, ("{bureau}/signalements/categories/{category}/questions/nouvelle/",)),
    "issues:asset": (ANYBODY, ("{town}/signalements/objets/{lamp}",)),
    "issues_bureau:asset": (CLERK, ("{bureau}/signalements/objets/{lamp}/",)),
    "issues_bureau:recurring": (CLERK, ("{bureau}/signalements/travaux/",)),
    "issues_bureau:recurring_new": (CLERK, ("{bureau}/signalements/travaux/nouveaux/",)),
    "issues_bureau:recurring_work": (CLERK, ("{bureau}/signalements/travaux/{recurring}/",)),
    "issues_bureau:photo_blur": (CLERK, ("{bureau}/signalements/{blurred}/photos/{photo}/",)),
    "issues_bureau:routing": (CLERK, ("{bureau}/signalements/aiguillage/",)),
    "cases_bureau:canned": (CLERK, ("{bureau}/dossiers/reponses/",)),
    "cases_bureau:canned_new": (CLERK, ("{bureau}/dossiers/reponses/nouvelle/",)),
    "issues_field:today": (CLERK, ("{bureau}/terrain/", "{bureau}/terrain/?equipe={crew}")),
    "issues_field:choose": (CLERK, ("{bureau}/terrain/choisir/", "{bureau}/terrain/choisir/?q=xyzzy")),
    "wagtailadmin_home": (CLERK, ("{bureau}/",)),
}

_AN_ACT = "sends something and leads to a page"
_A_FILE = "a file, a drawing, a feed, or what a script asks for"
_A_STEP = "a step in the middle of something, looked at in tests/journeys/test_pages_on_the_way.py"
_MACHINES = "for programs"
_A_LINK = "opens by a signed link of a mail; what it shows and does is tested in tests of core/cases and modules/issues"
_HANDED = "seen once a case or a link was given, looked at in tests/journeys/test_hand_over.py"


def _all(reason: str, space: str, names: str) -> dict[str, str]:
    return {f"{space}{name}": reason for name in names.split()}


NOT_PAGES = {
    **_all(_A_FILE, "", "issues:delays_csv issues_bureau:figures assets_bureau:file"),
    **_all(_MACHINES, "", "healthz readyz metrics delivery:text_status"),
    **_all(_A_FILE, "", "files:serve geo:addresses geo:nearest geo:tilejson geo:tile geo:preview portal:map_data"),
    **_all(_A_FILE, "", "portal:layer portal:agenda_feed content:picture content:document content:sitemap"),
    **_all(_A_FILE, "issues:", "map points csv geojson atom"),
    **_all(_A_FILE, "ui:", "colours service_worker manifest icon favicon robots token sample_map"),
    **_all(_A_FILE, "", "demonstration:message_html privacy:fetch_export mfa_download_recovery_codes"),
    **_all(_AN_ACT, "cases:", "reply rate reopen partner_reply partner_step"),
    **_all(_AN_ACT, "cases:", "by_link_reply by_link_rate by_link_reopen"),
    **_all(_A_FILE, "cases:", "by_link_file"),
    **_all(_AN_ACT, "issues:", "unfollow"),
    **_all(_A_FILE, "issues:", "helping"),
    **_all(_A_LINK, "", "issues:follow issues:follow_confirm cases:by_link_follower cases:by_link_replace"),
    **_all(_HANDED, "cases:", "partners partner by_link"),
    **_all(_AN_ACT, "", "demonstration:become identity:end_session notifications:read_all"),
    **_all(_AN_ACT, "", "card:ask card:replace card:paper card_bureau:act card_bureau:paper"),
    **_all(_AN_ACT, "card_public:", "number count take_back"),
    **_all(_MACHINES, "card_public:", "keys cose_keys revoked"),
    **_all(_AN_ACT, "residency:", "claim letter code tax renew"),
    **_all(_AN_ACT, "", "residency_bureau:act portal:arrive"),
    **_all(_A_FILE, "", "residency_bureau:letters"),
    **_all(_AN_ACT, "privacy:", "ask_export cancel_erasure cancel_request review say"),
    **_all(_AN_ACT, "organisations:", "act_as_myself act_as invite leave leave_territory withdraw member"),
    **_all(_AN_ACT, "", "apikeys:secret apikeys:revoke apikeys_bureau:decide apikeys_bureau:revoke"),
    **_all(_AN_ACT, "webhooks_bureau:", "act rotate replay"),
    **_all(_AN_ACT, "cases_bureau:", "save_filter delete_filter act caller"),
    **_all(_AN_ACT, "cases_bureau:", "save_filter delete_filter act caller bulk_do canned_delete"),
    **_all(_A_FILE, "", "cases_bureau:canned_preview issues_bureau:category_preview"),
    **_all(_A_STEP, "cases_bureau:", "bulk bulk_run canned_edit"),
    **_all(_A_STEP, "issues_bureau:", "rule rule_new routing_trial question"),
    **_all(_AN_ACT, "", "issues_bureau:routing_act issues_bureau:recurring_act"),
    **_all(_A_FILE, "issues_bureau:", "recurring_preview photo_original take_help"),
    **_all(_AN_ACT, "cases:", "partner_link_reply partner_link_step"),
    **_all(_A_FILE, "cases:", "partner_link_file"),
    **_all(_A_LINK, "cases:", "partner_link"),
    **_all(_AN_ACT, "identity_bureau:", "decide end_assignment"),
    **_all(_AN_ACT, "privacy_bureau:", "carry_out refuse export say incident_act"),
    **_all(_A_FILE, "privacy_bureau:", "activities_csv incidents_csv"),
    **_all(_AN_ACT, "territories_bureau:", "join delegate accept publish"),
    **_all(_AN_ACT, "territories_bureau:", "end_membership end_delegation end_acceptance end_publication"),
    **_all(_AN_ACT, "issues_field:", "put take_off started done could_not"),
    **_all(_AN_ACT, "", "preferences:act preferences:device notifications_bureau:act"),
    "preferences:unsubscribe": "opens by a signed link of a mail, tested in tests of core/notifications",
    **_all(_MACHINES, "open311:", "discovery services service requests request nothing_of_a_form nothing token"),
    **_all(_AN_ACT, "issues_bureau:", "body_services destination_remove"),
    **_all(_AN_ACT, "", "issues_bureau:step issues_bureau:receive bureau/account/ bureau/logout/ mfa_login_webauthn"),
    **_all(_A_STEP, "", "account_confirm_login_code account_set_password mfa_authenticate mfa_reauthenticate"),
    **_all(_A_STEP, "", "mfa_deactivate_totp mfa_view_recovery_codes mfa_generate_recovery_codes"),
    **_all(_A_STEP, "", "mfa_reauthenticate_webauthn mfa_remove_webauthn mfa_edit_webauthn"),
    **_all(_A_STEP, "", "organisations:page organisations:manage organisations:invitation privacy_bureau:erasure"),
    **_all(_A_STEP, "", "demonstration:message notifications:message mfa_activate_totp mfa_add_webauthn"),
    **_all(_A_STEP, "", "issues:thanks identity_bureau:role"),
    "bureau/test404/": "Wagtail's, for its own developers",
}


def views() -> Iterator[tuple[str, str]]:
    """Yield the name and the route of every address of the house, without Wagtail's own screens and the API's."""
    yield from ((name, route) for name, route in _walk(get_resolver().url_patterns, "", "") if name[:4] != "api:")


def _walk(patterns: list[URLPattern | URLResolver], route: str, space: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, here, inner)
        elif pattern.callback.__module__.split(".")[0] != "wagtail":
            yield f"{space}{pattern.name or here}", here


_BLURRED = (
    "SELECT i.code, f.id FROM files_storedfile f JOIN issues_issue i ON i.id = f.subject_id "
    "JOIN tenancy_territory t ON t.id = f.territory_id WHERE t.slug = 'val-des-pins' AND f.version > 0"
)
_ONE = (
    "SELECT x.{} FROM {} x JOIN tenancy_territory t ON t.id = x.territory_id WHERE t.slug = 'val-des-pins' {} LIMIT 1"
)
_OF_JUDITH = "(SELECT id FROM identity_person WHERE email = 'judith@example.org')"


def samples(live: Live) -> dict[str, str]:
    """Return what fills the addresses: one of each thing in the demo's town."""

    def one(what: str, table: str, more: str = "") -> str:
        found = live.value(_ONE.format(what, table, more))
        assert found, f"the demo has no {table} {more}"
        return str(found)

    def written(kind: str) -> str:
        path = live.value(
            "SELECT p.url_path FROM wagtailcore_page p JOIN django_content_type c ON c.id = p.content_type_id "
            "WHERE c.model = %s AND p.live AND p.url_path LIKE '%%val-des-pins%%' ORDER BY p.id LIMIT 1",
            kind,
        )
        return str(path).split("/val-des-pins/", 1)[1]

    blurred = live.rows(_BLURRED)[0]
    return {
        "town": TOWN,
        "bureau": f"{TOWN}/bureau",
        "region": REGION,
        "news": written("newspage"),
        "guide": written("guidepage"),
        "code": one("code", "issues_issue", "AND NOT x.is_hidden AND x.person_id IS NOT NULL ORDER BY x.code"),
        "mine": one("code", "issues_issue", f"AND x.person_id = {_OF_JUDITH}"),
        "person": str(live.value(f"SELECT {_OF_JUDITH}")),
        "team": one("id", "identity_team"),
        "webhook": one("id", "webhooks_subscription"),
        "delivery": one("id", "webhooks_delivery", "ORDER BY x.queued_at"),
        "data_request": one("id", "privacy_datarequest", "AND x.state = 'asked'"),
        "incident": one("id", "privacy_incident"),
        "crew": one("slug", "identity_team"),
        "my_key": one("id", "apikeys_apikey", f"AND x.person_id = {_OF_JUDITH}"),
        "made_key": one("id", "apikeys_apikey", "AND x.person_id IS NULL"),
        "category": one("slug", "issues_category"),
        "body": one("id", "issues_endpoint"),
        "contractor": one("id", "identity_organisation", "AND x.kind = 'contractor'"),
        "lamp": one("asset_id", "issues_issue", "AND x.asset_id IS NOT NULL AND NOT x.is_hidden ORDER BY x.code"),
        "recurring": one("id", "issues_recurringwork", "ORDER BY x.title_fr"),
        "pool": one("id", "card_place", "AND x.slug = 'piscine-municipale'"),
        "photo": str(blurred[1]),
        "blurred": str(blurred[0]),
    }


def addresses(live: Live, who: str) -> list[str]:
    """Return the address of every page that `who` opens."""
    filled = samples(live)
    return [route.format(**filled) for person, routes in PAGES.values() if person == who for route in routes]
