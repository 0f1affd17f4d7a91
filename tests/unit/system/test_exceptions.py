"""What C modules raise is caught by its name too, and nothing else is."""

import queue
import sqlite3

import pytest

from lib.system.exceptions import ignored, is_a, translated


class Problem(Exception):
    """What becomes of it."""


def remade(kind):
    """Return another class of the same module and name, and with the same above it, as a new import makes it."""
    bases = tuple(remade(base) if base.__module__ == kind.__module__ else base for base in kind.__bases__)
    return type(kind.__name__, bases, {"__module__": kind.__module__})


KNOWN = {
    "the same": (sqlite3.OperationalError("x"), sqlite3.OperationalError),
    "made anew": (remade(sqlite3.OperationalError)("x"), sqlite3.OperationalError),
    "of another module": (remade(queue.Empty)("x"), queue.Empty),
    "below it": (remade(sqlite3.OperationalError)("x"), sqlite3.Error),
}
OTHERS = {
    "of Python": ValueError("x"),
    "of the same module": remade(sqlite3.Warning)("x"),
    "of the same name": type("Error", (Exception,), {})("of another module"),
    "one that a condition lets through": sqlite3.Error("full"),
}


@pytest.mark.parametrize(("error", "kind"), KNOWN.values(), ids=KNOWN.keys())
def test_an_exception_of_a_kind_is_known(error, kind):
    assert is_a(error, ZeroDivisionError, kind)
    with pytest.raises(Problem) as raised, translated(kind, becomes=Problem):
        raise error
    assert raised.value.__cause__ is error
    with ignored(kind, when=lambda error: str(error) == "x"):
        raise error


@pytest.mark.parametrize("error", OTHERS.values(), ids=OTHERS.keys())
def test_any_other_goes_on(error):
    assert not is_a(error, sqlite3.OperationalError)
    is_another = {"when": lambda error: str(error) != "full"}
    for block in (translated(sqlite3.Error, becomes=Problem, **is_another), ignored(sqlite3.Error, **is_another)):
        with pytest.raises(type(error)) as raised, block:
            raise error
        assert raised.value is error
        with block:
            pass
