"""How django-allauth meets the house: an account comes with its person, mails go to the outbox, secrets are sealed."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from parvis.core.delivery.operations import enqueue_mail
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.core.ui.shell import prefix_of

from . import known_devices, sealing
from .models import Account, Language, Person
from .queries import has_entered
from .signing_in import note_sign_in, proved_lately


class AccountAdapter(DefaultAccountAdapter):
    """The account pages' rules."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and this password do not go together."),
        "too_many_login_attempts": _("Too many failed tries. Wait five minutes, or ask for a code by e-mail."),
        "incorrect_code": _("This is not the code we sent. Look at the newest message."),
    }

    def save_user(self, request: HttpRequest, user: Account, form: Any, commit: bool = True) -> Account:
        """Make the person and the account, which share one id."""
        data = form.cleaned_data
        person = Person.objects.create(
            name=data["name"],
            email=data["email"],
            language=data.get("language") or translation.get_language() or Language.FRENCH,
        )
        user.person, user.pk, user.email = person, person.pk, data["email"]
        if data.get("password1"):
            user.set_password(data["password1"])
        else:
            user.set_unusable_password()
        user.save(force_insert=True)
        return user

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask «is it still you?» only of a session that proved nothing for a while: who has just signed in is fresh."""
        return super().is_reauthentication_required(app=app, **kwargs) and not proved_lately(self.request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Hand a message of the account pages to delivery, in its reader's language."""
        request = allauth_context.request
        reader = context.get("user") or Account.objects.select_related("person").filter(email=email).first()
        language = reader.person.language if isinstance(reader, Account) else translation.get_language()
        words = {**context, "request": request, "email": email, "territory": getattr(request, "territory", None)}
        with translation.override(language):
            subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", words).split())
            text = render_to_string(f"{template_prefix}_message.txt", words, request).strip()
        enqueue_mail(
            email,
            subject=subject,
            text=text,
            language=language or Language.FRENCH,
            person_id=reader.pk if isinstance(reader, Account) else None,
            secret="code" in context or template_prefix.endswith(("_key", "_signup", "_confirmation")),
        )

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Tell the owner of a change; some changes say so once the request's transaction has ended."""
        if connection.in_atomic_block:
            super().send_notification_mail(*args, **kwargs)
            return
        with transaction.atomic(), use(scope=Scope.SIGN_IN):
            super().send_notification_mail(*args, **kwargs)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return to the home page of the town the person signed in from."""
        return f"{prefix_of(request)}/"

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Return to the home page of the town."""
        return f"{prefix_of(request)}/"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return to the account's own page."""
        return reverse("identity:account")

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        """Ask those who come to a town for the first time what it may see, before going on."""
        response = super().post_login(request, user, **kwargs)
        known_devices.remember(request, response, user.pk)
        territory = getattr(request, "territory", None)
        if territory is None or has_entered(user.pk, territory.pk):
            return response
        onward = urlencode({"next": response.headers.get("Location", "")})
        asking = HttpResponseRedirect(f"{reverse('identity:enter')}?{onward}")
        asking.cookies = response.cookies
        return asking

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Say less: a page that shows who is signed in need not announce it."""
        if message_template not in {"account/messages/logged_in.txt", "account/messages/login_code_sent.txt"}:
            super().add_message(request, level, message_template, *args, **kwargs)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count the tries from a device the account knows apart from those of strangers."""
        key = super()._get_login_attempts_cache_key(request, **credentials)
        account_id = Account.objects.filter(email=credentials.get("email", "").lower()).values_list("pk", flat=True)
        return f"{key}:{known_devices.device_known_to(request, account_id.first())}"

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note the failed try where the account's owner can read it."""
        account = Account.objects.filter(email=credentials.get("email", "").lower()).first()
        if account is not None:
            note_sign_in(request, account.pk, method="password", succeeded=False)


class SecondFactorAdapter(DefaultMFAAdapter):
    """The second factor: names people understand, secrets sealed."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right. It changes every 30 seconds: take the newest."),
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is written."""
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret."""
        return sealing.unseal(encrypted_text)

    def generate_authenticator_name(self, user: Account, type: str) -> str:
        """Propose a name for a passkey."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return str(_("My device")) if count == 0 else f"{_('My device')} {count + 1}"

    def _get_site_name(self) -> str:
        return "Parvis"
