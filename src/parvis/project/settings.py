"""Django settings, from the environment (docs/operating.md lists every variable)."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

import dj_database_url
from django.utils.translation import gettext_lazy as _

from parvis.core.registry.discovery import packages
from parvis.lib import tilesource
from parvis.lib.outbound import networks

REPOSITORY = Path(__file__).resolve().parents[3]
VAR = Path(os.environ.get("PARVIS_VAR", REPOSITORY / "var"))
DEMO = os.environ.get("PARVIS_DEMO") == "1"
DEBUG = os.environ.get("PARVIS_DEBUG") == "1"
PUBLIC_URL = os.environ.get("PARVIS_PUBLIC_URL", f"http://localhost:{os.environ.get('PORT', '8000')}").rstrip("/")


SECRET_KEY_FILE = Path(os.environ.get("PARVIS_SECRET_KEY_FILE", VAR / "secret.key"))


def _secret_key() -> str:
    """Return the instance's secret, kept in a file only the service can read; of two that make it, one wins."""
    if not SECRET_KEY_FILE.exists():
        SECRET_KEY_FILE.parent.mkdir(parents=True, exist_ok=True)
        fresh = SECRET_KEY_FILE.with_name(f"{SECRET_KEY_FILE.name}.{os.getpid()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(fresh, SECRET_KEY_FILE)
        fresh.unlink()
    return SECRET_KEY_FILE.read_text().strip()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("PARVIS_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE = PUBLIC_URL.startswith("https://")

# --- database: the application role, or the owner for migrations and maintenance ----------------------------------
_role = os.environ.get("PARVIS_DATABASE_ROLE", "app")
_url = os.environ.get("DATABASE_OWNER_URL" if _role == "owner" else "DATABASE_URL", "postgresql:///parvis")
DATABASES = {
    "default": {
        **dj_database_url.parse(_url, conn_max_age=None, conn_health_checks=True),
        "ENGINE": "parvis.core.tenancy.postgresql",
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- packages -----------------------------------------------------------------------------------------------------
CORE = list(packages("parvis.core"))
MODULES = list(packages("parvis.modules"))
INSTALLED_APPS = [
    "parvis.core.registry",
    *CORE,
    *MODULES,
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "procrastinate.contrib.django",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
]
MIDDLEWARE = [
    "parvis.core.ui.compression.CompressionMiddleware",
    "parvis.core.portal.door.DoorMiddleware",
    "parvis.core.ui.pagecache.PageCacheMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "parvis.core.ui.security.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "parvis.core.tenancy.middleware.AddressMiddleware",
    "parvis.core.tenancy.middleware.TransactionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "parvis.core.identity.middleware.ActorMiddleware",
    "parvis.core.tenancy.middleware.SwitchMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "parvis.core.ui.outbox.OutboxMiddleware",
    "parvis.core.ui.errors.RefusalMiddleware",
]
ROOT_URLCONF = "parvis.project.urls"
WSGI_APPLICATION = "parvis.project.wsgi.application"
WITHOUT_TRANSACTION = frozenset({"/healthz", "/readyz", "/metrics", "/sw.js"})
ERROR_VIEW = "parvis.core.ui.errors.error_response"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                        "parvis.core.content.bureau.icons.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "parvis.core.ui.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
UI_SHELL = "parvis.core.portal.shell.shell"
FORM_RENDERER = "parvis.core.ui.forms.Renderer"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- what comes in ------------------------------------------------------------------------------------------------
REQUEST_MAX_BYTES = 32 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("PARVIS_BEHIND_PROXY") == "1" else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "parvis_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 30 * 24 * 3600
CSRF_COOKIE_NAME = "parvis_csrf"
CSRF_FAILURE_VIEW = "parvis.core.ui.errors.csrf_failure"
X_FRAME_OPTIONS = "SAMEORIGIN"

# --- languages and time -------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English")), ("es", _("Spanish"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
LOCALE_PATHS = [REPOSITORY / "src" / "parvis" / "locale"]
FORMAT_MODULE_PATH = "parvis.project.formats"
USE_I18N = USE_TZ = True
TIME_ZONE = "America/Toronto"

# --- accounts -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = [
    "parvis.core.identity.backends.AccountBackend",
    "parvis.core.identity.backends.SignInBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# django-allauth: sign-up, sign-in, second factor, sessions (parvis.core.identity holds pages, forms and mails)
ACCOUNT_ADAPTER = "parvis.core.identity.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "parvis.core.identity.account_forms.SignInForm",
    "signup": "parvis.core.identity.account_forms.SignUpForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # without a password, a code by e-mail or a passkey opens the account
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True  # one address an account: the new one counts once confirmed
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # only in the browser that signed up
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
ACCOUNT_RATE_LIMITS = {  # per network (ip), per address typed (key), per account (user)
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "signup": "20/m/ip",
    "request_login_code": "20/m/ip,3/m/key",
    "reset_password": "20/m/ip,3/m/key",
    "follow_by_mail": "20/h/ip,5/h/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("PARVIS_PROXIES", "1" if SECURE_PROXY_SSL_HEADER else "0"))
MFA_ADAPTER = "parvis.core.identity.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Parvis"
MFA_TOTP_TOLERANCE = 1  # a code may be one period of 30 s early or late
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE  # http://localhost only: browsers refuse passkeys elsewhere
SECRETS_KEY_FILE = Path(os.environ.get("PARVIS_SECRETS_KEY_FILE", VAR / "secrets.key"))
# Who was erased, in ids alone: outside the database, so that no backup brings anybody back.
FORGOTTEN_FILE = Path(os.environ.get("PARVIS_FORGOTTEN_FILE", VAR / "forgotten.jsonl"))

# --- files and assets ---------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
MEDIA_ROOT = VAR / "media"
MEDIA_URL = "/media/"
WHITENOISE_MAX_AGE = 300
WHITENOISE_IMMUTABLE_FILE_TEST = r"/ui/dist/assets/.+-[\w-]{8}\.\w+$"
_bucket = os.environ.get("PARVIS_S3_BUCKET")
STORAGES: dict[str, dict[str, object]] = {
    "default": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": _bucket,
            "endpoint_url": os.environ.get("PARVIS_S3_ENDPOINT"),
            "region_name": os.environ.get("PARVIS_S3_REGION"),
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": False,
        },
    }
    if _bucket
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# --- throttles and small shared state, in PostgreSQL --------------------------------------------------------------
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "parvis_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},  # a throttle's count is never thrown away to make room
    },
    # Wagtail would keep rows of pictures here; read from their table instead, they stay under its policy.
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}

PAGE_CACHE = os.environ.get("PARVIS_PAGE_CACHE", "1") == "1"

# --- mail ---------------------------------------------------------------------------------------------------------
# Everything that calls django.core.mail goes through the outbox; its sender speaks SMTP (or keeps a copy in the demo).
EMAIL_BACKEND = "parvis.core.delivery.backend.OutboxBackend"
EMAIL_HOST = os.environ.get("PARVIS_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("PARVIS_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("PARVIS_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("PARVIS_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("PARVIS_SMTP_TLS") == "1"
EMAIL_TIMEOUT = 20
EMAIL_USE_SSL = os.environ.get("PARVIS_SMTP_SSL") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("PARVIS_FROM_EMAIL", "parvis@localhost")
_LOCAL = "parvis.core.delivery.channels.local.LocalAdapter"
_SMTP = "parvis.core.delivery.channels.email.smtp.SmtpAdapter"
# Text messages: an account at Twilio, or at whoever offers the same API.
SMS_URL = os.environ.get("PARVIS_SMS_URL", "https://api.twilio.com").rstrip("/")
SMS_ACCOUNT = os.environ.get("PARVIS_SMS_ACCOUNT", "")
SMS_SECRET = os.environ.get("PARVIS_SMS_SECRET", "")
SMS_FROM = os.environ.get("PARVIS_SMS_FROM", "")
_TWILIO = "parvis.core.delivery.channels.sms.twilio.TwilioAdapter"
# A channel without an adapter is closed on this instance.
DELIVERY_ADAPTERS = {
    "email": _LOCAL if DEMO and not os.environ.get("PARVIS_SMTP_HOST") else _SMTP,
    "push": "parvis.core.notifications.pushing.WebPushAdapter",
    **(dict.fromkeys(["sms", "push", "letter"], _LOCAL) if DEMO else {}),
    **({"sms": _TWILIO} if SMS_ACCOUNT and SMS_SECRET and SMS_FROM else {}),
}
DELIVERY_KEPT_DAYS = 90
# The domain whose mail is ours (`parvis inbound`): <town>@ opens a request, an answer to ours goes on.
INBOUND_DOMAIN = os.environ.get("PARVIS_INBOUND_DOMAIN", "").strip().lower()

# --- calls to addresses that people typed (webhooks, other bodies' services) --------------------------------------
# Private networks are refused unless the operator names them here.
OUTBOUND_NETWORKS = networks(os.environ.get("PARVIS_OUTBOUND_NETWORKS", ""))

# --- maps: the territory's own streets and water, unless the operator names a source of pictures -------------------
TILES = tilesource.read(os.environ.get("PARVIS_TILES", ""), os.environ.get("PARVIS_TILES_ATTRIBUTION", ""))

# --- content and back office --------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Parvis"
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAIL_ENABLE_UPDATE_CHECK = WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILIMAGES_IMAGE_FORM_BASE = "parvis.core.content.picture_form.PictureForm"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_I18N_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_PASSWORD_RESET_ENABLED = WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {"features": ["bold", "italic", "ol", "ul", "link", "document-link"]},
    }
}
WAGTAIL_ALLOW_UNICODE_SLUGS = False
TAG_SPACES_ALLOWED = True
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "french", "ATOMIC_REBUILD": True}
}
WAGTAILIMAGES_IMAGE_MODEL = "content.Picture"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 15 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 60_000_000
WAGTAILDOCS_DOCUMENT_MODEL = "content.TownDocument"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "odt", "xlsx", "ods", "csv", "txt", "pptx", "odp", "zip", "jpg", "png"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []  # nothing is fetched from a third party

# --- background work ----------------------------------------------------------------------------------------------
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("PARVIS_LOG_LEVEL", "WARNING")},
}
