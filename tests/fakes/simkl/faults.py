"""What may go wrong, and the queue of things that shall go wrong next.

A fault can be ordered in three ways with the same names and options: `box.order("status", status=503, times=2)`,
`POST /_box/faults {"fault": "status", "status": 503, "times": 2}`, and `--fault status:status=503,times=2`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Collection

OPTIONS: dict[str, dict[str, type]] = {
    # in place of Simkl's answer: Simkl never hears of the request
    "status": {"status": int, "retry_after": int, "error": str},
    "answer": {"body": object, "status": int, "content_type": str},
    "reset": {},
    "hang": {},
    "html": {},
    "redirect": {"to": str, "status": int},
    "empty": {},
    "not_json": {},
    "big": {"size": int},
    # done to Simkl's real answer: what was asked has happened
    "slow": {"period": float},
    "truncated": {},
    "wrong_types": {},
    "lost_answer": {},
    # answers of a poll (fresh_code: only V1's); they wait for a poll they fit
    "fresh_code": {},
    "lost_approval": {},
    "slow_down": {},
    # answer of a write that waited too long for another one of its user: nothing has happened
    "write_lock": {"error": str},
}
OF_A_ROUTE = frozenset({"fresh_code", "lost_approval", "slow_down", "write_lock"})
OF_THE_WIRE = frozenset(OPTIONS) - OF_A_ROUTE
FOREVER = "forever"


@dataclass
class Order:
    """One ordered fault: happens `times` times (None: until cleared) to API paths that start with `path`."""

    fault: str
    times: int | None = 1
    path: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    served: int = 0

    @property
    def spent(self) -> bool:
        return self.times is not None and self.served >= self.times


def order_from(fault: Any, times: Any = 1, path: Any = None, **options: Any) -> Order:
    """Check an order and return it; raises ValueError with a sentence that says what would be accepted.

    `times` is a whole number, or None or "forever". Numbers may come as text, as they do from a command line.
    """
    if not isinstance(fault, str) or fault not in OPTIONS:
        raise ValueError(f"no fault is called {fault!r}; there are {', '.join(OPTIONS)}")
    accepted = OPTIONS[fault]
    unknown = sorted(set(options) - set(accepted))
    if unknown:
        choices = ", ".join(["times", "path", *accepted])
        raise ValueError(f"{fault} has no option {unknown[0]!r}; it accepts {choices}")
    if path is not None and not (isinstance(path, str) and path.startswith("/")):
        raise ValueError(f"path must be text that starts with '/', not {path!r}")
    count = None if times in (None, FOREVER) else _as(int, "times", times)
    if count is not None and count < 1:
        raise ValueError(f"times must be at least 1, or {FOREVER!r}; not {times!r}")
    checked = {name: _as(accepted[name], name, value) for name, value in options.items()}
    if not 200 <= checked.get("status", 200) <= 599:
        raise ValueError(f"status must be between 200 and 599, not {checked['status']}")
    if fault == "status" and "status" not in checked:
        raise ValueError("status needs the option status, a number between 200 and 599")
    if fault == "answer" and "body" not in checked:
        raise ValueError("answer needs the option body: text, or any JSON value")
    for name in ("period", "size", "retry_after"):
        if checked.get(name, 0) < 0:
            raise ValueError(f"{name} must not be negative, not {checked[name]}")
    return Order(fault, count, path or "", checked)


def _as(wanted: type, name: str, value: Any) -> Any:
    if wanted is object:
        return value
    if wanted is str:
        if isinstance(value, str):
            return value
    elif isinstance(value, (int, float, str)) and not isinstance(value, bool):
        try:
            return wanted(value)
        except (ValueError, OverflowError):
            pass
    names = {int: "a whole number", float: "a number", str: "text"}
    raise ValueError(f"{name} must be {names[wanted]}, not {value!r}")


def order_from_spec(spec: str) -> Order:
    """Read `NAME` or `NAME:option=value,option=value`, e.g. `status:status=503,retry_after=3,path=/oauth/pin`."""
    fault, options = options_in(spec)
    if any(name == "fault" for name, _ in options):
        raise ValueError(f"{spec!r}: the name of the fault stands in front")
    return order_from(fault, **dict(options))


def options_in(spec: str) -> tuple[str, list[tuple[str, str]]]:
    """Read `NAME:option=value,option=value`; raises ValueError."""
    name, _, rest = spec.partition(":")
    parts = [part.partition("=") for part in filter(None, rest.split(","))]
    for option, equals, _ in parts:
        if not equals:
            raise ValueError(f"{spec!r}: {option!r} is not an option; write {name}:option=value,option=value")
    return name.strip(), [(option.strip(), value.strip()) for option, _, value in parts]


class Orders:
    """The queue of ordered faults; the first that fits a request happens to it. Those in `pending` have turns left."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.pending: list[Order] = []

    def add(self, order: Order) -> Order:
        with self._lock:
            self.pending.append(order)
            return order

    def take(self, kinds: Collection[str], path: str) -> Order | None:
        """Use up one turn of the first order of these kinds that fits the path, or return None."""
        with self._lock:
            for order in self.pending:
                if order.fault in kinds and path.startswith(order.path):
                    order.served += 1
                    self.pending = [each for each in self.pending if not each.spent]
                    return order
            return None

    def clear(self) -> None:
        with self._lock:
            self.pending = []
