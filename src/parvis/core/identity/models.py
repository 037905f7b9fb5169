"""A person is a human, with or without an account, the same in all territories."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from parvis.core.tenancy.fields import TerritoryForeignKey
from parvis.core.tenancy.guard import Guard
from parvis.core.tenancy.models import Territory, TerritoryModel
from parvis.lib.ids import new_id

from .devices import device_name
from .managers import AccountManager
from .standard_roles import STANDARD_ROLES


class Language(models.TextChoices):
    """The languages of the house."""

    FRENCH = "fr", "Français"
    ENGLISH = "en", "English"
    SPANISH = "es", "Español"


class Person(models.Model):
    """A human. Contact details here are what staff use; the account's confirmed addresses live with the account."""

    guard: ClassVar[Guard] = Guard.of_person("id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True, help_text=_("E.164, such as +18195550142."))
    address = models.CharField(_("address"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.FRENCH)
    level = models.PositiveSmallIntegerField(default=0)
    is_fictional = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(name="person_level_0_to_4", condition=Q(level__lte=4))]
        indexes = [
            models.Index(fields=["phone"], name="person_phone", condition=~Q(phone="")),
            models.Index(fields=["email"], name="person_email", condition=~Q(email="")),
        ]

    def __str__(self) -> str:
        return self.name


# Wagtail makes the managers of pictures and documents while it runs, where the plugin cannot look.
class Account(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    """The login and nothing else. It has the same id as its person."""

    guard: ClassVar[Guard] = Guard.of_person("id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="account")
    email = models.EmailField(_("e-mail"), unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    # Wagtail's back office opens by group permission, never by these flags.
    is_staff = False

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = AccountManager()

    class Meta:
        constraints = [models.CheckConstraint(name="account_is_its_person", condition=Q(id=F("person_id")))]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        """Return the person's name, which Wagtail shows beside changes."""
        return self.person.name

    def get_short_name(self) -> str:
        """Return the person's name."""
        return self.person.name


class Presence(models.Model):
    """A person entered a territory's portal and agreed to what it sees of them; withdrawn as easily."""

    guard: ClassVar[Guard] = Guard.of_person(opens_door=True)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="presences")
    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "territory"], name="presence_once")]
        indexes = [models.Index(fields=["territory", "person"], name="presence_territory")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.territory_id}"


class Team(TerritoryModel):
    """Staff who share a work list: public works, recreation, the front desk."""

    guard: ClassVar[Guard] = Guard.territory(service="cases")
    is_fact: ClassVar[bool] = True

    slug = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    email = models.EmailField(blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["territory", "slug"], name="team_slug_once")]

    def __str__(self) -> str:
        return self.name


class Role(TerritoryModel):
    """A named set of permissions in one territory (``issues.resolve``…); ``*`` stands for all."""

    guard: ClassVar[Guard] = Guard.territory(read_by_all=True)

    slug = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    permissions = ArrayField(models.CharField(max_length=80), default=list)
    is_standard = models.BooleanField(
        default=False, help_text=_("Also gives what the modules foresee for the standard role of this name.")
    )

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["territory", "slug"], name="role_slug_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What people read: a standard role in their language, the territory's own as it was named."""
        return str(STANDARD_ROLES.get(self.slug, self.name)) if self.is_standard else self.name


class Assignment(TerritoryModel):
    """A person holds a role, perhaps in one district or team only, between two moments."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    personal_fields: ClassVar[tuple[str, ...]] = ()

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="assignments")
    role = TerritoryForeignKey(Role, on_delete=models.CASCADE, related_name="assignments")
    team = TerritoryForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="assignments")
    district_id = models.UUIDField(null=True, blank=True, help_text=_("Only in this district."))
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="assignment_ends_after_start", condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at"))
            ),
            models.UniqueConstraint(
                fields=["person", "role", "district_id"],
                name="assignment_once",
                nulls_distinct=False,
                condition=Q(ends_at=None),
            ),
        ]


class OrganisationKind(models.TextChoices):
    """What sort of body it is; rules ask for what it may do, not for this."""

    NON_PROFIT = "non_profit", _("Non-profit")
    BUSINESS = "business", _("Business")
    SCHOOL = "school", _("School")
    EMPLOYER = "employer", _("Employer")
    FARM = "farm", _("Farm")
    CARRIER = "carrier", _("Carrier")
    CONTRACTOR = "contractor", _("Contractor")
    VETTING = "vetting", _("Vetting body")
    PUBLIC = "public", _("Public body")


class OrganisationStatus(models.TextChoices):
    """An organisation asks to join and is admitted by the territory."""

    ASKED = "asked", _("Asked to join")
    ADMITTED = "admitted", _("Admitted")
    REFUSED = "refused", _("Refused")
    LEFT = "left", _("Left")


class Organisation(TerritoryModel):
    """A body that acts through its members: one object for every module."""

    guard: ClassVar[Guard] = Guard.territory(network="is_shared", service="identity", partner="id")
    personal_fields: ClassVar[tuple[str, ...]] = ("email", "phone", "invoice_address")

    slug = models.SlugField(max_length=60)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    status = models.CharField(max_length=10, choices=OrganisationStatus, default=OrganisationStatus.ASKED)
    description = models.TextField(_("what it does"), blank=True, max_length=4000)
    website = models.URLField(_("website"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    invoice_address = models.TextField(_("invoice address"), blank=True, max_length=500)
    is_shared = models.BooleanField(_("shown in neighbouring territories"), default=False)
    asked_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["territory", "slug"], name="organisation_slug_once"),
            models.CheckConstraint(
                name="organisation_decided_iff_not_asked", condition=Q(status="asked") ^ Q(decided_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MemberRole(models.TextChoices):
    """What a member may do for the organisation."""

    ADMINISTRATOR = "administrator", _("Administrator")
    MANAGER = "manager", _("Manager")
    MEMBER = "member", _("Member")


class OrganisationMember(TerritoryModel):
    """A person acts for an organisation, in a role, between two moments (a term)."""

    guard: ClassVar[Guard] = Guard.territory(mine="person_id")
    personal_fields: ClassVar[tuple[str, ...]] = ()

    organisation = TerritoryForeignKey(Organisation, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=MemberRole, default=MemberRole.MEMBER)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"], name="organisation_member_once", condition=Q(ends_at=None)
            ),
            models.CheckConstraint(
                name="organisation_member_term", condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at"))
            ),
        ]


class OrganisationInvitation(TerritoryModel):
    """Somebody is asked, by e-mail, to act for an organisation. The link's secret is kept as a hash only."""

    guard: ClassVar[Guard] = Guard.territory()
    not_archived: ClassVar[str] = "Its link leads to the instance that sent it."

    organisation = TerritoryForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=20, choices=MemberRole, default=MemberRole.MEMBER)
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                name="organisation_invitation_once",
                condition=Q(accepted_at=None, withdrawn_at=None),
            )
        ]


class SignIn(models.Model):
    """One sign-in, or one that failed: what its owner reads to see whether somebody else came."""

    guard: ClassVar[Guard] = Guard.of_person(is_private=True)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sign_ins")
    at = models.DateTimeField(default=timezone.now)
    method = models.CharField(max_length=20)
    succeeded = models.BooleanField(default=True)
    network = models.CharField(max_length=45, help_text=_("The network's address, without its last part."))
    device = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["person", "-at"], name="sign_in_person")]

    def __str__(self) -> str:
        return f"{self.method} at {self.at:%Y-%m-%d %H:%M}"

    @property
    def device_name(self) -> str:
        """The browser and the system, in a few words."""
        return device_name(self.device)
