"""Guards of third parties' models, which cannot carry the declaration themselves."""

from .guard import Guard

_SYSTEM = Guard.system()


def _below(root: str) -> str:
    """Return the condition of a tree's rows below the territory's own root (treebeard: four letters a level)."""
    return f"depth = 1 OR left(path, 8) = (SELECT parvis.{root}())"


# Sessions and authenticators belong to a person; the account pages reach them in scope sign_in.
EXTERNAL: dict[str, Guard] = {
    "account.EmailAddress": Guard.of_person("user_id", is_private=True),
    "account.EmailConfirmation": _SYSTEM,
    "mfa.Authenticator": Guard.of_person("user_id", is_private=True),
    "usersessions.UserSession": Guard.of_person("user_id", is_private=True),
    "sessions.Session": _SYSTEM,
    "contenttypes.ContentType": _SYSTEM,
    "auth.Permission": _SYSTEM,
    # Groups are the territory's own: their names begin with its id. Every permission of Wagtail's comes from a group.
    "auth.Group": Guard.system(kept_apart="left(name, 36) = (SELECT parvis.territory())::text"),
    # One subtree of pages and one of collections for each territory (the functions are core.content's).
    "wagtailcore.Page": Guard.system(
        kept_apart=_below("page_root"),
        kept_apart_network="live AND left(path, 8) = (SELECT parvis.page_root())",
    ),
    "wagtailcore.Revision": Guard.system(kept_apart="object_id IN (SELECT id::text FROM wagtailcore_page)"),
    "wagtailcore.PageLogEntry": Guard.system(kept_apart="page_id IN (SELECT id FROM wagtailcore_page)"),
    "wagtailcore.Comment": Guard.system(kept_apart="page_id IN (SELECT id FROM wagtailcore_page)"),
    "wagtailcore.CommentReply": Guard.system(kept_apart="comment_id IN (SELECT id FROM wagtailcore_comment)"),
    "wagtailcore.WorkflowState": Guard.system(kept_apart="object_id IN (SELECT id::text FROM wagtailcore_page)"),
    "wagtailcore.TaskState": Guard.system(kept_apart="workflow_state_id IN (SELECT id FROM wagtailcore_workflowstate)"),
    "wagtailcore.PageSubscription": Guard.system(kept_apart="page_id IN (SELECT id FROM wagtailcore_page)"),
    "wagtailcore.Collection": Guard.system(kept_apart=_below("collection_root")),
    "taggit.Tag": _SYSTEM,
    "taggit.TaggedItem": _SYSTEM,
}

# Whole apps: the rest of Wagtail's rows hang on a page or a collection (its instance-wide screens are closed in
# core.content); the queue holds ids and states only.
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
