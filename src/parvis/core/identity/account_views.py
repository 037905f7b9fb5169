"""Small changes to views of django-allauth, where our transaction or our addresses differ from what they expect."""

from typing import Any

from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as MfaReauthenticateView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from .signing_in import mark_second_factor


class _NoReplay:
    """A form sent again by itself would be looked up under an address with its town: the reader sends it again."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        state = request.session.get(STATE_SESSION_KEY)
        if state and "request" in state:
            del request.session[STATE_SESSION_KEY]
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # the view it is mixed into has it


class _Added:
    """What allauth says after its transaction would come after ours, when the session is already written."""

    kind = ""
    said = ""

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)  # type: ignore[misc]  # likewise
        request = self.request  # type: ignore[attr-defined]  # likewise
        mark_second_factor(request, request.user, self.kind)
        messages.success(request, render_to_string(self.said).strip())
        return response


class Reauthenticate(_NoReplay, ReauthenticateView):
    """Ask for the password again."""


class ReauthenticateMfa(_NoReplay, MfaReauthenticateView):
    """Ask for a code again."""


class ReauthenticatePasskey(_NoReplay, ReauthenticateWebAuthnView):
    """Ask for the passkey again."""


class ActivateTotp(_Added, ActivateTOTPView):
    """Set up an authenticator app: its first code counts as the second factor of this session."""

    kind, said = "totp", "mfa/messages/totp_activated.txt"


class AddPasskey(_Added, AddWebAuthnView):
    """Add a passkey: using it counts as the second factor of this session."""

    kind, said = "webauthn", "mfa/messages/webauthn_added.txt"

    def get_form(self, form_class: Any = None) -> Any:
        """Return allauth's form, whose field for the name says what it is in English only."""
        form = super().get_form(form_class)
        form.fields["name"].label = _("Name")
        return form


reauthenticate = Reauthenticate.as_view()
reauthenticate_mfa = ReauthenticateMfa.as_view()
reauthenticate_webauthn = ReauthenticatePasskey.as_view()
activate_totp = ActivateTotp.as_view()
add_webauthn = AddPasskey.as_view()
