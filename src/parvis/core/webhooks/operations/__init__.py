"""Writes: subscribe, queue with the event, send again."""

from .queueing import forget_old, queue_for, replay, replay_given_up, send_test
from .subscribing import (
    change_subscription,
    pause,
    remove_subscription,
    reseal_secrets,
    resume,
    rotate_secret,
    subscribe,
)

__all__ = [
    "change_subscription",
    "forget_old",
    "pause",
    "queue_for",
    "remove_subscription",
    "replay",
    "replay_given_up",
    "reseal_secrets",
    "resume",
    "rotate_secret",
    "send_test",
    "subscribe",
]
