"""What may go wrong, and the queue of things that shall go wrong next.

A fault can be ordered in three ways with the same names and options: `box.order("status", status=503, times=2)`,
`POST /_box/order {"fault": "status", "status": 503, "times": 2}`, and `--fault status:status=503,times=2`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Callable, Collection

OPTIONS: dict[str, dict[str, Callable[[Any], Any]]] = {
    # in place of Simkl's answer: Simkl never hears of the request
    "status": {"status": int, "retry_after": int, "error": str},
    "answer": {"body": lambda body: body, "status": int},
    "reset": {},
    "hang": {},
    "html": {},
    "redirect": {"to": str, "status": int},
    "empty": {},
    "not_json": {},
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
NEEDED = {"status": "status", "answer": "body"}
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


def order_from(fault: Any = None, times: Any = 1, path: str | None = None, **options: Any) -> Order:
    """Check an order and return it; raises ValueError with a sentence that says what would be accepted.

    `times` is a whole number, or None or "forever". Numbers may come as text, as they do from a command line.
    """
    if fault not in OPTIONS:
        raise ValueError(f"no fault is called {fault!r}; there are {', '.join(OPTIONS)}")
    accepted = OPTIONS[fault]
    unknown = sorted(set(options) - set(accepted))
    if unknown:
        raise ValueError(f"{fault} has no option {unknown[0]!r}; it accepts {', '.join(['times', 'path', *accepted])}")
    if fault in NEEDED and NEEDED[fault] not in options:
        raise ValueError(f"{fault} needs the option {NEEDED[fault]}")
    try:
        count = None if times in (None, FOREVER) else int(times)
        checked = {name: accepted[name](value) for name, value in options.items()}
    except (TypeError, OverflowError) as problem:
        raise ValueError(str(problem)) from None
    if (count is not None and count < 1) or not 200 <= checked.get("status", 200) <= 599 or (path or "/")[0] != "/":
        raise ValueError(f"times must be at least 1, or {FOREVER!r}; status from 200 to 599; path begins with '/'")
    return Order(fault, count, path or "", checked)


def order_from_spec(spec: str) -> Order:
    """Read `NAME` or `NAME:option=value,option=value`, e.g. `status:status=503,retry_after=3,path=/oauth/pin`."""
    fault, options = options_in(spec)
    return order_from(**{**dict(options), "fault": fault})


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
