"""How an owner stands with Simkl, over restarts and clocks that jump."""

from __future__ import annotations

import pytest

from lib.tracking.database import Database
from lib.tracking.standing import FREE, LONGEST_QUOTA, PARKED, QUOTA, STOPPED, Standing, Standings
from tests.unit.tracking.sending import DAY, HOUR, NOON, OWNER


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "queue.db")
    yield database
    database.close()


@pytest.mark.parametrize(
    ("standing", "allowed"),
    [
        (Standing(), True),
        (Standing(PARKED), False),
        (Standing(STOPPED), False),
        (Standing(QUOTA, NOON + 1), False),
        (Standing(QUOTA, NOON + LONGEST_QUOTA), False),
        (Standing(QUOTA, NOON), True),
        (Standing(QUOTA, NOON - DAY), True),
        (Standing(QUOTA, NOON + LONGEST_QUOTA + 1), True),
    ],
    ids=["free", "parked", "stopped", "quota", "a day's quota", "over", "long over", "longer than any quota"],
)
def test_who_may_send(standing, allowed):
    assert standing.allows(NOON) is allowed


def test_nobody_stands_badly_at_first(database):
    assert Standings(database).get(OWNER) == Standing(FREE)


@pytest.mark.parametrize(
    ("state", "until", "since"), [(PARKED, 0.0, "2026-11-01T00:00:00Z"), (STOPPED, 0.0, "x"), (QUOTA, NOON + HOUR, "")]
)
def test_a_standing_is_known_to_the_next_start_and_is_nobody_elses(database, state, until, since):
    Standings(database).put(OWNER, state, until, since)
    again = Standings(database)
    assert again.get(OWNER) == Standing(state, until, since)
    assert again.get("900002") == Standing()


def test_what_was_sent_last_stays_whatever_happens_then(database):
    standings = Standings(database)
    standings.sent(OWNER, "The Glass Harbour", NOON)
    standings.put(OWNER, PARKED, since="x")
    assert standings.get(OWNER) == Standing(PARKED, 0.0, "x", "The Glass Harbour", NOON)
    standings.sent(OWNER, "Lantern Street 2x04", NOON + 1)
    standings.put(OWNER, FREE)
    assert standings.get(OWNER) == Standing(FREE, 0.0, "", "Lantern Street 2x04", NOON + 1)
