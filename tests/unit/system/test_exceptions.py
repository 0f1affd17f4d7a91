"""What C modules raise is caught by its name too, and nothing else is."""

from __future__ import annotations

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


@pytest.mark.parametrize("kind", [sqlite3.OperationalError, queue.Empty])
@pytest.mark.parametrize("make", [lambda kind: kind, remade], ids=["the same", "made anew"])
def test_an_exception_of_a_kind_is_known(kind, make):
    error = make(kind)("x")
    assert is_a(error, ZeroDivisionError, kind)
    with pytest.raises(Problem) as raised, translated(kind, becomes=Problem):
        raise error
    assert raised.value.__cause__ is error
    with ignored(kind):
        raise error


def test_so_is_one_below_it():
    assert is_a(remade(sqlite3.OperationalError)("x"), sqlite3.Error)
    assert not is_a(remade(sqlite3.Error)("x"), sqlite3.OperationalError)


OTHERS = [ValueError("x"), remade(sqlite3.Warning)("x"), type("Error", (Exception,), {})("of another module")]
BLOCKS = [translated(sqlite3.Error, becomes=Problem), ignored(sqlite3.Error)]


@pytest.mark.parametrize("error", OTHERS, ids=lambda error: type(error).__qualname__)
@pytest.mark.parametrize("block", BLOCKS, ids=["translated", "ignored"])
def test_any_other_goes_on(block, error):
    with pytest.raises(type(error)) as raised, block:
        raise error
    assert raised.value is error


def test_a_condition_lets_some_through():
    def is_busy(error):
        return "busy" in str(error)

    ignoring = ignored(sqlite3.Error, when=is_busy)
    translating = translated(sqlite3.Error, becomes=Problem, when=is_busy)
    with ignoring:
        raise sqlite3.Error("busy")
    with pytest.raises(Problem), translating:
        raise sqlite3.Error("busy")
    for block in (ignoring, translating):
        with pytest.raises(sqlite3.Error), block:
            raise sqlite3.Error("full")
        with block:
            pass
