"""Guards of third parties' models, which cannot carry the declaration themselves."""

from .guard import Guard

_SYSTEM = Guard.system()

# Sessions and authenticators belong to a person; the account pages reach them in scope sign_in.
EXTERNAL: dict[str, Guard] = {
    "account.EmailAddress": Guard.of_person("user_id"),
    "account.EmailConfirmation": _SYSTEM,
    "mfa.Authenticator": Guard.of_person("user_id"),
    "usersessions.UserSession": Guard.of_person("user_id"),
    "sessions.Session": _SYSTEM,
    "contenttypes.ContentType": _SYSTEM,
    "auth.Permission": _SYSTEM,
    "auth.Group": _SYSTEM,
    "taggit.Tag": _SYSTEM,
    "taggit.TaggedItem": _SYSTEM,
}

# Whole apps: Wagtail keeps its rows apart by page subtree and collection (its screens are filtered in core.content);
# the queue holds ids and states only.
EXTERNAL_APPS: dict[str, Guard] = dict.fromkeys(
    [
        "procrastinate",
        "socialaccount",
        "wagtailadmin",
        "wagtailcore",
        "wagtaildocs",
        "wagtailembeds",
        "wagtailforms",
        "wagtailimages",
        "wagtailredirects",
        "wagtailsearch",
        "wagtailusers",
    ],
    _SYSTEM,
)
