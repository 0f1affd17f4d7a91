"""How an owner stands with Simkl, over restarts and clocks that jump."""

from __future__ import annotations

import pytest

from lib.tracking.store.database import Database
from lib.tracking.store.delivery_state import (
    CLIENT_ID_REJECTED,
    MAX_QUOTA_WAIT,
    NEEDS_LINKING,
    QUOTA_EXHAUSTED,
    READY,
    DeliveryState,
    DeliveryStateStore,
)
from tests.fakes.clock import NOON, FakeClock
from tests.unit.tracking.sending import DAY, HOUR, OWNER


@pytest.fixture
def database(tmp_path):
    database = Database(tmp_path / "queue.db", FakeClock())
    yield database
    database.close()


@pytest.mark.parametrize(
    ("standing", "allowed"),
    [
        (DeliveryState(), True),
        (DeliveryState(NEEDS_LINKING), False),
        (DeliveryState(CLIENT_ID_REJECTED), False),
        (DeliveryState(QUOTA_EXHAUSTED, NOON + 1), False),
        (DeliveryState(QUOTA_EXHAUSTED, NOON + MAX_QUOTA_WAIT), False),
        (DeliveryState(QUOTA_EXHAUSTED, NOON), True),
        (DeliveryState(QUOTA_EXHAUSTED, NOON - DAY), True),
        (DeliveryState(QUOTA_EXHAUSTED, NOON + MAX_QUOTA_WAIT + 1), True),
    ],
    ids=["free", "parked", "stopped", "quota", "a day's quota", "over", "long over", "longer than any quota"],
)
def test_who_may_send(standing, allowed):
    assert standing.allows(NOON) is allowed


def test_nobody_stands_badly_at_first(database):
    assert DeliveryStateStore(database).get(OWNER) == DeliveryState(READY)


@pytest.mark.parametrize(
    ("state", "until", "since"),
    [(NEEDS_LINKING, 0.0, "2026-11-01T00:00:00Z"), (CLIENT_ID_REJECTED, 0.0, "x"), (QUOTA_EXHAUSTED, NOON + HOUR, "")],
)
def test_a_standing_is_known_to_the_next_start_and_is_nobody_elses(database, state, until, since):
    DeliveryStateStore(database).put(OWNER, state, until, since)
    again = DeliveryStateStore(database)
    assert again.get(OWNER) == DeliveryState(state, until, since)
    assert again.get("900002") == DeliveryState()


def test_what_was_sent_last_stays_whatever_happens_then(database):
    standings = DeliveryStateStore(database)
    standings.sent(OWNER, "The Glass Harbour", NOON)
    standings.put(OWNER, NEEDS_LINKING, since="x")
    assert standings.get(OWNER) == DeliveryState(NEEDS_LINKING, 0.0, "x", "The Glass Harbour", NOON)
    standings.sent(OWNER, "Lantern Street 2x04", NOON + 1)
    standings.put(OWNER, READY)
    assert standings.get(OWNER) == DeliveryState(READY, 0.0, "", "Lantern Street 2x04", NOON + 1)
