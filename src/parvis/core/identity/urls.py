"""Addresses of the account, below ``compte/``: those of django-allauth in French words, then our own."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as sessions
from django.urls import include, path, re_path

from . import account_views, views

own = [
    path("", views.account, name="account"),
    path("entrer/", views.enter, name="enter"),
    path("sortir/", views.leave, name="leave"),
    path("moi/", views.profile, name="profile"),
    path("appareils/<int:pk>/fermer/", views.end_session, name="end_session"),
]
passkeys = [
    path("", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("ajouter/", account_views.add_webauthn, name="mfa_add_webauthn"),
    path("connexion/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("confirmer/", account_views.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("<int:pk>/retirer/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("<int:pk>/nommer/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
]
second_factor = [
    path("", mfa.index, name="mfa_index"),
    path("code/", mfa.authenticate, name="mfa_authenticate"),
    path("confirmer/", account_views.reauthenticate_mfa, name="mfa_reauthenticate"),
    path("application/activer/", account_views.activate_totp, name="mfa_activate_totp"),
    path("application/retirer/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("secours/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("secours/creer/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("secours/telecharger/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("cles/", include(passkeys)),
]
password = [
    path("changer/", account.password_change, name="account_change_password"),
    path("choisir/", account.password_set, name="account_set_password"),
    path("oublie/", account.password_reset, name="account_reset_password"),
    path("oublie/envoye/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("nouveau/fait/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
urlpatterns = [
    path("", include((own, "identity"))),
    path("connexion/", account.login, name="account_login"),
    path("connexion/code/", account.request_login_code, name="account_request_login_code"),
    path("connexion/code/confirmer/", account.confirm_login_code, name="account_confirm_login_code"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("inscription/", account.signup, name="account_signup"),
    path("ferme/", account.account_inactive, name="account_inactive"),
    path("confirmer/", account_views.reauthenticate, name="account_reauthenticate"),
    path("courriel/", account.email, name="account_email"),
    path("courriel/envoye/", account.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^courriel/confirmer/(?P<key>[-:\w]+)/$", account.confirm_email, name="account_confirm_email"),
    path("mot-de-passe/", include(password)),
    path("double-verification/", include(second_factor)),
    path("appareils/", sessions.list_usersessions, name="usersessions_list"),
]
