"""The manifest of reported problems."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from parvis.core.identity.standard_roles import CLERK, READER, WORKS
from parvis.core.registry.deeds import Deed
from parvis.core.registry.entries import (
    AgendaSource,
    ApiScope,
    CaseKind,
    CasePanel,
    Dataset,
    MapLayer,
    Menu,
    PersonalData,
    Points,
    Schedule,
    SearchSource,
    UsageCounter,
)
from parvis.core.registry.module import Module
from parvis.core.registry.personal import AutomatedDecision

from . import bulk, cubes, datasets, personal_data, queries, receiving, rules, subscribers
from .notices import NOTICES, TOPICS
from .operations import passing
from .settings import Settings
from .telling import WEBHOOK_EVENTS

CHANGES = [
    "issues.reported",
    "issues.accepted",
    "issues.planned",
    "issues.resolved",
    "issues.declined",
    "issues.reopened",
    "issues.received",
    "issues.recategorised",
]
WORKING = ["issues.work", "issues.release", "issues.report", "issues.see_private", "issues.figures"]

MORE = [
    "issues.joined",
    "issues.asset_chosen",
    "issues.due_soon",
    "issues.rules_drafted",
    "issues.rules_discarded",
    "issues.rules_in_force",
]

module = Module(
    name="issues",
    label=_("Report a problem"),
    description=_("Potholes, street lamps, leaks: report with a photo and a place, follow until it is solved."),
    switchable=True,
    menu=[
        Menu(
            _("Report a problem"),
            "issues:report",
            icon="pin",
            hint=_("Photo, place, sent"),
            first=True,
            photo="issues-report",
            order=10,
            keywords="signaler problème nid-de-poule trou lampadaire éclairage noire bris fuite égout neige glace "
            "trottoir pothole light reportar bache",
        ),
    ],
    pages=[
        Menu(_("Reported problems"), "issues:list", icon="list", order=10),
        Menu(_("Promise and reality"), "issues:delays", icon="chart", order=20),
    ],
    staff_menu=[
        Menu(_("Today in the field"), "issues_field:today", icon="truck", order=35, permission="issues.work"),
        Menu(_("Take a report"), "issues_bureau:take", icon="pin", order=30, permission="issues.work"),
        Menu(_("Who gets which report"), "issues_bureau:routing", icon="swap", order=82, permission="issues.configure"),
        Menu(_("Works that come back"), "issues_bureau:recurring", icon="calendar", order=36, permission="issues.work"),
        Menu(_("Figures of reports"), "issues_bureau:week", icon="chart", order=70, permission="issues.figures"),
        Menu(_("Report categories"), "issues_bureau:categories", icon="list", order=80, permission="issues.configure"),
        Menu(_("Passing reports on"), "issues_bureau:bodies", icon="link", order=84, permission="issues.configure"),
    ],
    permissions={
        "issues.work": rules.can_work,
        "issues.release": rules.can_release,
        "issues.configure": rules.can_configure,
        "issues.report": rules.can_report,
        "issues.see_private": rules.can_see_private,
        "issues.figures": rules.can_see_figures,
    },
    permission_labels={
        "issues.work": _("Handle reports: take in charge, answer, close"),
        "issues.release": _("Show the words and photos of a report to everyone"),
        "issues.configure": _("Change the categories and their delays"),
        "issues.figures": _("See the figures of reports: the week, delays, seasons, hot spots"),
    },
    deeds=[Deed("issues.report", _("Report a problem")), Deed("issues.follow", _("Follow what others reported"))],
    standard_roles={
        CLERK: [*WORKING, "issues.configure"],
        WORKS: WORKING,
        READER: ["issues.figures"],
    },
    emits=[
        *CHANGES,
        "issues.paper_made",
        "issues.released",
        "issues.hidden",
        "issues.category_saved",
        "issues.kind_shown_otherwise",
        "issues.endpoint_saved",
        "issues.destination_saved",
        "issues.passing_on",
        "issues.passed_on",
        "issues.history_imported",
        *MORE,
        "issues.worked",
        "issues.recurring_saved",
        "issues.recurring_deleted",
        "issues.put_on_list",
        "issues.taken_off_list",
    ],
    on={
        "issues.reported": subscribers.pass_on_at_once,
        "issues.recategorised": subscribers.pass_on_at_once,
        "cases.clock_stopped": subscribers.follow_case,
        "cases.clock_resumed": subscribers.follow_case,
        "cases.promised": subscribers.follow_case,
        "cases.person_attached": subscribers.follow_case,
        "cases.person_detached": subscribers.follow_case,
        "cases.received": subscribers.receive,
        "cases.hand_over_accepted": subscribers.hear_from_receiver,
        "cases.hand_over_done": subscribers.hear_from_receiver,
        "cases.copy_erased": subscribers.forget_words,
        "cases.closed": subscribers.close_with_case,
        "cases.moved": subscribers.follow_case,
        "cases.reopened": subscribers.take_up_again,
        "cases.merged": subscribers.close_merged,
        "issues.resolved": subscribers.note_work,
        "cases.unmerged": subscribers.open_unmerged,
        "files.ready": subscribers.release_photo,
        "issues.category_saved": subscribers.learn_again,
        "issues.history_imported": subscribers.learn_again,
    },
    notices=NOTICES,
    topics=TOPICS,
    points=[Points("issues.resolved", 10, to="reporter")],
    datasets=[Dataset("issues", _("Reported problems"), datasets.issues, datasets.FIELDS, geometry=True)],
    search=[
        SearchSource(
            "issues",
            _("Reported problems"),
            queries.documents,
            queries.document,
            refresh_on=(*CHANGES, "issues.released", "issues.hidden", "privacy.erased"),
            all_on=("issues.kind_shown_otherwise",),
            icon="pin",
        )
    ],
    agenda=[
        AgendaSource("works", _("Planned works"), items=queries.works, mine=queries.own_works, icon="tool"),
    ],
    map_layers=[MapLayer("issues", _("Reported problems"), queries.features, icon="pin")],
    usage=[
        UsageCounter(
            "issues", _("Residents who reported a problem"), events=("issues.reported",), past=queries.reporters
        )
    ],
    personal_data=[
        PersonalData(
            name="issues",
            label=_("Problems you reported"),
            purpose=_("To solve the problem and tell you."),
            retention=_("Your name and words: as long as you keep them. The kind, place and dates: always."),
            export=personal_data.export,
            erase=personal_data.erase,
            categories=(_("words"), _("places")),
            readers=_(
                "You; the staff who work on reports. Everyone: kind, place, dates, and words and photos once released."
            ),
        )
    ],
    automated=[
        AutomatedDecision(
            name="issues.routing",
            label=_("Which team gets a report"),
            how=_("The first rule that fits, of those the town has put in force, names a team and the promised days."),
            factors=(_("kind"), _("district"), _("the thing it is about"), _("words of the report"), _("day and hour")),
            review=_("A clerk sees the rule that decided and gives the report to another team when it is wrong."),
            about_people=False,
        )
    ],
    my_menu=[Menu(_("My reports"), "issues:mine", icon="pin", order=30)],
    case_kinds=[
        CaseKind(
            "issues",
            _("Reported problem"),
            icon="pin",
            new="issues_bureau:take",
            page=queries.public_page_of,
            planned=queries.planned_words,
            closes_itself=queries.has_report,
            blanks={"categorie": _("kind of problem")},
            fill=queries.blanks_of,
            topics=queries.topics,
            topic_of=queries.topic_of,
            bulk=bulk.ACTS,
            travels=receiving.luggage,
        )
    ],
    asset_page=lambda pk: reverse("issues:asset", args=[pk]),
    asset_screen=lambda who, pk: reverse("issues_bureau:asset", args=[pk]) if rules.can_see_assets(who) else "",
    case_panels=[
        CasePanel("issues", "issues/bureau/panel.html", queries.panel, label=_("Report")),
        CasePanel(rules.GENERAL_MAIL, "issues/bureau/mailed.html", lambda case: {}, label=_("Report")),
    ],
    file_rules={"issues.photo": rules.can_see_photo, "issues.monthly": rules.can_see_paper},
    cubes=cubes.CUBES,
    schedules=[
        Schedule("count_tiles", "* * * * *", "parvis.modules.issues.tasks.count_tiles"),
        Schedule("learn", "19 6 * * 1", "parvis.modules.issues.tasks.learn", each_territory=True),
        Schedule("warn", "20 10 * * *", "parvis.modules.issues.tasks.warn_of_promises", each_territory=True),
        Schedule("last_month", "10 9 1 * *", "parvis.modules.issues.tasks.ask_last_month", each_territory=True),
        Schedule("open311", "*/5 * * * *", "parvis.modules.issues.open311.tasks.look_after", each_territory=True),
    ],
    reseal=passing.reseal_keys,
    settings=Settings,
    urls="parvis.modules.issues.urls",
    root_urls="parvis.modules.issues.open311.urls",
    prefix="signalements/",
    router="parvis.modules.issues.api.router",
    api_scopes=[
        ApiScope("issues.read", _("Read the public reports")),
        ApiScope("issues.report", _("Report problems")),
        ApiScope("issues.work", _("Handle reports: take in charge, answer, close")),
    ],
    webhook_events=WEBHOOK_EVENTS,
    commands={"import requests311": "parvis.modules.issues.commands:requests311"},
    demo="parvis.modules.issues.demo.load",
    demo_after=["geo", "identity", "assets"],
)
