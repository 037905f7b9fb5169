"""The manifest of people, accounts and organisations."""

from django.utils.translation import gettext_lazy as _

from parvis.core.registry.entries import Menu, PersonalData, Schedule, SearchSource, StaffCounter
from parvis.core.registry.module import Module

from . import personal_data, queries, rules, sources, subscribers
from .notices import NOTICES
from .standard_roles import CLERK, MANAGER, PRIVACY

module = Module(
    name="identity",
    label=_("People and organisations"),
    my_menu=[Menu(_("My account"), "identity:account", icon="user", hint=_("Details, password, devices"), order=90)],
    pages=[Menu(_("Organisations"), "organisations:list", icon="people", order=30)],
    staff_menu=[
        Menu(_("People"), "identity_bureau:people", icon="people", order=20, permission="identity.see_people"),
        Menu(
            _("Organisations"),
            "identity_bureau:organisations",
            icon="building",
            order=60,
            permission="identity.admit_organisations",
        ),
        Menu(_("Staff and roles"), "identity_bureau:staff", icon="key", order=85, permission="identity.assign"),
    ],
    staff_counters=[
        StaffCounter(
            "organisations_asking",
            _("Organisations that ask to join"),
            queries.count_asking,
            "identity_bureau:organisations",
            permission="identity.admit_organisations",
            order=60,
        )
    ],
    permissions={
        "identity.see_people": rules.can_see_people,
        "identity.change_people": rules.can_make_people,
        "identity.assign": rules.can_assign,
        "identity.admit_organisations": rules.can_admit,
    },
    permission_labels={
        "identity.see_people": _("Find people and see their details"),
        "identity.change_people": _("Add people and correct their details"),
        "identity.assign": _("Give roles, make roles and teams"),
        "identity.admit_organisations": _("Admit organisations"),
    },
    standard_roles={
        MANAGER: ["identity.assign"],
        CLERK: ["identity.see_people", "identity.change_people", "identity.admit_organisations"],
        PRIVACY: ["identity.see_people"],
    },
    emits=[
        "identity.entered",
        "identity.left",
        "identity.details_changed",
        "identity.person_made",
        "identity.role_saved",
        "identity.role_assigned",
        "identity.role_ended",
        "identity.team_saved",
        "identity.organisation_asked",
        "identity.organisation_admitted",
        "identity.organisation_refused",
        "identity.organisation_changed",
        "identity.organisation_left",
        "identity.member_invited",
        "identity.member_joined",
        "identity.member_changed",
        "identity.member_ended",
    ],
    on={"territories.created": subscribers.give_roles},
    schedules=[Schedule("forget", "47 6 * * *", "parvis.core.identity.tasks.forget")],
    search=[
        SearchSource(
            "organisation",
            _("Organisations"),
            sources.organisations,
            document=sources.organisation,
            refresh_on=(
                "identity.organisation_admitted",
                "identity.organisation_changed",
                "identity.organisation_left",
            ),
            icon="people",
        )
    ],
    notices=NOTICES,
    personal_data=[
        PersonalData(
            name="identity",
            label=_("Your presence, roles and organisations here"),
            purpose=_("To know whom the town serves, and who acts for it or for an organisation."),
            retention=_("Until you withdraw; the roles held stay on record."),
            export=personal_data.export_here,
            erase=personal_data.erase_here,
            categories=(_("presence"), _("roles")),
            readers=_("You; the staff of the territories you entered."),
        ),
        PersonalData(
            name="identity.account",
            label=_("Your account"),
            purpose=_("To recognise you and write to you."),
            retention=_("Until you close it. Sign-ins: one year."),
            export=personal_data.export_account,
            erase=personal_data.erase_account,
            categories=(_("contact"), _("sign-ins")),
            readers=_("You; your details also the staff of the territories you entered."),
            everywhere=True,
        ),
    ],
    urls="parvis.core.identity.urls",
    prefix="compte/",
    root_urls="parvis.core.identity.organisation_urls",
    commands={
        "staff add": "parvis.core.identity.commands:staff_add",
        "secrets rotate": "parvis.core.identity.commands:secrets_rotate",
    },
    demo="parvis.core.identity.demo.load",
    demo_people="parvis.core.identity.demo.people",
)
