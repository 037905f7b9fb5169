"""What messages are about, as people choose it: the topics of all manifests, and the topic of each notice."""

from collections.abc import Iterable

from parvis.core.registry.entries import Notice
from parvis.core.registry.registry import Registry, registry
from parvis.core.registry.topics import Topic
from parvis.core.tenancy.switches import switched_on


def topics(house: Registry | None = None) -> dict[str, Topic]:
    """Return every topic by its name; a module with notices and no topic of its own is one itself."""
    house = house or registry()
    known = {topic.name: topic for _module, topic in house.gather("topics")}
    for module, notice in house.gather("notices"):
        if not notice.topic and module.name not in known:
            known[module.name] = Topic(module.name, module.label, module.description)
    return known


def topic_of(module: str, notice: Notice) -> Topic:
    """Return the topic of a module's notice."""
    name = notice.topic or module
    return topics().get(name) or Topic(name, name)


def topics_in_use(*, is_staff: bool) -> list[Topic]:
    """Return what somebody may choose among in the territory in force, in order; an emergency is nobody's choice."""
    in_use, house = switched_on(), registry()
    used = {notice.topic or module.name for module, notice in house.gather("notices") if module.name in in_use}
    found: Iterable[Topic] = (topic for topic in topics(house).values() if topic.name in used)
    shown = (topic for topic in found if topic.weight != "emergency" and (is_staff or not topic.for_staff))
    return sorted(shown, key=lambda topic: (topic.order, str(topic.label)))
