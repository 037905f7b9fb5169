"""Sign in as somebody who does not exist, second factor included. In demo mode only."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest

from parvis.core.identity.demo import DemoPerson
from parvis.core.identity.models import Account
from parvis.core.identity.signing_in import mark_second_factor, note_sign_in
from parvis.core.tenancy.context import use
from parvis.core.tenancy.guard import Scope
from parvis.lib.errors import NotFound


def sign_in_as(request: HttpRequest, person: DemoPerson) -> Account:
    """Open a session as a demo person; staff get their second factor as well. Raises NotFound outside of demo mode."""
    if not settings.DEMO:
        raise NotFound()
    with use(scope=Scope.SIGN_IN):
        account = Account.objects.filter(email=person.email, person__is_fictional=True).first()
        if account is None:
            raise NotFound()
        if request.user.is_authenticated:
            get_adapter().logout(request)
        get_adapter().login(request, account)
        record_authentication(request, account, "demo")
        if person.is_staff:
            mark_second_factor(request, account, "demo")
        UserSession.objects.create_from_request(request)
        note_sign_in(request, account.pk, method="demo")
    return account
