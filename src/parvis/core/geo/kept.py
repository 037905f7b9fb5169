"""Values kept in this process, each valid for one mark of the map."""

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Values by key, each valid for one mark; the least recently used leave first. Safe between threads."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._values: OrderedDict[object, tuple[object, T]] = OrderedDict()

    def get(self, key: object, mark: object) -> T | None:
        """Return the value if it was kept under this very mark."""
        with self._lock:
            kept = self._values.get(key)
            if kept is None or kept[0] != mark:
                return None
            self._values.move_to_end(key)
            return kept[1]

    def put(self, key: object, mark: object, value: T) -> T:
        """Keep a value and return it."""
        with self._lock:
            self._values[key] = (mark, value)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value
