"""Who may see a file: everyone when public, its owner, and whoever the rule of its purpose lets."""

from parvis.core.registry.registry import registry
from parvis.lib.actor import Actor

from .models import FileState, StoredFile


def can_see(actor: Actor, stored: StoredFile) -> bool:
    """Tell whether this actor may see a file's bytes."""
    if stored.state != FileState.READY:
        return False
    if stored.is_public:
        return True
    if stored.person_id is not None and stored.person_id == actor.person_id:
        return True
    for module in registry():
        rule = module.file_rules.get(stored.purpose)
        if rule is not None:
            return bool(rule(actor, stored))
    return False
