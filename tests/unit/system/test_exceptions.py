"""What C modules raise is caught by its name too, and nothing else is."""

from __future__ import annotations

import queue
import sqlite3
import zlib

import pytest

from lib.system.exceptions import ignored, is_a, translated


class Problem(Exception):
    """What becomes of it."""


def remade(kind):
    """Return another class of the same module and name, and with the same above it, as a new import makes it."""
    bases = tuple(remade(base) if base.__module__ == kind.__module__ else base for base in kind.__bases__)
    return type(kind.__name__, bases, {"__module__": kind.__module__})


KINDS = [sqlite3.Error, sqlite3.OperationalError, queue.Empty, zlib.error]
OTHERS = [ValueError("x"), remade(sqlite3.Warning)("x"), type("Error", (Exception,), {})("of another module")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("make", [lambda kind: kind, remade], ids=["the same", "made anew"])
def test_an_exception_of_a_kind_is_known(kind, make):
    error = make(kind)("x")
    assert is_a(error, kind)
    assert is_a(error, ZeroDivisionError, kind)
    with pytest.raises(Problem) as raised, translated(kind, becomes=Problem):
        raise error
    assert raised.value.__cause__ is error
    with ignored(kind):
        raise error


def test_so_is_one_below_it():
    assert is_a(remade(sqlite3.OperationalError)("x"), sqlite3.Error)
    assert not is_a(remade(sqlite3.Error)("x"), sqlite3.OperationalError)


@pytest.mark.parametrize("error", OTHERS, ids=lambda error: type(error).__qualname__)
def test_any_other_goes_on(error):
    for block in (translated(sqlite3.Error, becomes=Problem), ignored(sqlite3.Error)):
        with pytest.raises(type(error)) as raised, block:
            raise error
        assert raised.value is error


def test_a_condition_lets_some_through():
    def is_busy(error):
        return "busy" in str(error)

    with ignored(sqlite3.Error, when=is_busy):
        raise sqlite3.Error("busy")
    with pytest.raises(sqlite3.Error), ignored(sqlite3.Error, when=is_busy):
        raise sqlite3.Error("full")
    with pytest.raises(Problem), translated(sqlite3.Error, becomes=Problem, when=is_busy):
        raise sqlite3.Error("busy")
    with pytest.raises(sqlite3.Error), translated(sqlite3.Error, becomes=Problem, when=is_busy):
        raise sqlite3.Error("full")


def test_a_block_that_ends_well_just_ends():
    with translated(Exception, becomes=Problem), ignored(Exception):
        pass
