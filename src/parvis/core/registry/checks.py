"""Boot checks: what would only be seen by a user is found before the server answers."""

from collections.abc import Iterator

from django.core.checks import CheckMessage, Error, register, run_checks
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse

from .module import Module
from .personal import AutomatedDecision, Purpose, PurposeKind
from .registry import BootError, Registry, registry


@register("parvis")
def check_manifests(app_configs: object = None, **_: object) -> list[CheckMessage]:
    """Return one error for each thing in the manifests that does not fit."""
    return [Error(message, id="parvis.registry") for message in problems(registry())]


def require_fit() -> None:
    """Let a process start only with manifests that fit. Raises BootError with a sentence for each problem."""
    found = [str(message.msg) for message in run_checks(tags=["parvis"]) if message.is_serious()]
    if found:
        raise BootError("\n".join(found))


# What is found again by its name alone, whoever declared it.
NAMED = {
    "map_layers": "map layers",
    "agenda": "sources of the calendar",
    "case_kinds": "kinds of cases",
    "personal_data": "declarations of personal data",
    "purposes": "purposes of consent",
    "automated": "automated decisions",
    "topics": "topics of messages",
}


def problems(all_modules: Registry) -> Iterator[str]:
    """Yield a readable sentence for each problem."""
    yield from _doubles(all_modules)
    seen: set[str] = set()
    for module in all_modules:
        if module.name in seen:
            yield f"Two modules are named {module.name}."
        seen.add(module.name)
        yield from _events(module, all_modules)
        yield from _menus(module)
        yield from _notices(module)
        yield from _about_people(module)
        yield from _topics(module, all_modules)
        for code, rule in module.permissions.items():
            if not callable(rule):
                yield f"Module {module.name}: permission {code} has no rule."
            if not code.startswith(f"{module.name}."):
                yield f"Module {module.name}: permission {code} should be named {module.name}.something."
        for deed in module.deeds:
            if not deed.code.startswith(f"{module.name}."):
                yield f"Module {module.name}: the deed {deed.code} should be named {module.name}.something."
        for scope in module.api_scopes:
            if not scope.code.startswith(f"{module.name}."):
                yield f"Module {module.name}: the scope {scope.code} should be named {module.name}.something."
        for code in sorted(set(module.permission_labels) - set(module.permissions)):
            yield f"Module {module.name}: the label of {code} names a permission that has no rule."


def _doubles(all_modules: Registry) -> Iterator[str]:
    """Yield what two modules call alike, so that one would hide the other."""
    for attribute, meaning in NAMED.items():
        owners: dict[str, str] = {}
        for module, entry in all_modules.gather(attribute):
            if entry.name in owners:
                yield f"Two {meaning} are named {entry.name}: in {owners[entry.name]} and in {module.name}."
            owners[entry.name] = module.name
    mounted: dict[str, str] = {}
    for module in all_modules:
        if module.urls and module.prefix in mounted:
            yield f"Module {module.name}: its prefix {module.prefix} is taken by {mounted[module.prefix]}."
        if module.urls:
            mounted[module.prefix] = module.name


def _events(module: Module, all_modules: Registry) -> Iterator[str]:
    for event in module.emits:
        if not event.startswith(f"{module.name}."):
            yield f"Module {module.name}: event {event} should be named {module.name}.something."
    consumed = {event for event, handlers in all_modules.handlers.items() if module.name in dict(handlers)}
    consumed |= {notice.event for notice in module.notices} | {point.event for point in module.points}
    consumed |= {told.event for told in module.webhook_events}
    consumed |= {event for counter in module.usage for event in counter.events}
    for event in sorted(consumed - set(all_modules.emitted)):
        yield f"Module {module.name} listens to {event}, which nobody emits."


def _about_people(module: Module) -> Iterator[str]:
    entries: list[Purpose | AutomatedDecision] = [*module.purposes, *module.automated]
    for entry in entries:
        if not entry.name.startswith(f"{module.name}."):
            yield f"Module {module.name}: {entry.name} should be named {module.name}.something."
    for purpose in module.purposes:
        if purpose.kind is not PurposeKind.GENERAL and not purpose.how:
            yield f"Module {module.name}: the purpose {purpose.name} does not say how it is switched on."


def _menus(module: Module) -> Iterator[str]:
    targets = [
        (str(entry.label), entry.url) for entry in [*module.menu, *module.staff_menu, *module.my_menu, *module.pages]
    ]
    targets += [(str(counter.label), counter.url) for counter in module.staff_counters]
    targets += [(str(kind.label), kind.new) for kind in module.case_kinds if kind.new]
    for label, url in targets:
        try:
            reverse(url)
        except NoReverseMatch:
            yield f"Module {module.name}: the menu entry «{label}» leads to {url}, which has no address."


def _notices(module: Module) -> Iterator[str]:
    for notice in module.notices:
        base = notice.template or f"{module.name}/notices/{notice.event.rpartition('.')[2]}"
        for channel in notice.channels:
            try:
                get_template(f"{base}.{channel}.txt")
            except TemplateDoesNotExist:
                yield f"Module {module.name}: the notice {notice.event} has no template {base}.{channel}.txt."


def _topics(module: Module, all_modules: Registry) -> Iterator[str]:
    """Yield the notices whose topic nobody declares: no person could choose how to be told."""
    declared = {topic.name for _owner, topic in all_modules.gather("topics")}
    for notice in module.notices:
        if notice.topic and notice.topic not in declared:
            yield f"Module {module.name}: the topic {notice.topic} of the notice {notice.event} is declared nowhere."
