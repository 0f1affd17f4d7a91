"""How an owner stands with Simkl, over restarts and clocks that jump."""

from __future__ import annotations

import pytest

from lib.tracking.store.delivery_state import (
    CLIENT_ID_REJECTED,
    MAX_QUOTA_WAIT,
    NEEDS_LINKING,
    QUOTA_EXHAUSTED,
    READY,
    DeliveryState,
    DeliveryStateStore,
)
from tests.fakes.clock import NOON
from tests.unit.tracking.sending import DAY, HOUR, OWNER

STATES = {
    "ready": (DeliveryState(), True),
    "refused": (DeliveryState(NEEDS_LINKING, NOON + 1), False),
    "client id refused": (DeliveryState(CLIENT_ID_REJECTED, NOON + HOUR), False),
    "asked anew": (DeliveryState(NEEDS_LINKING, NOON), True),
    "of version 0.2.0": (DeliveryState(CLIENT_ID_REJECTED), True),
    "a clock that was set back": (DeliveryState(NEEDS_LINKING, NOON + 9 * DAY), True),
    "quota": (DeliveryState(QUOTA_EXHAUSTED, NOON + 1), False),
    "a day's quota": (DeliveryState(QUOTA_EXHAUSTED, NOON + MAX_QUOTA_WAIT), False),
    "over": (DeliveryState(QUOTA_EXHAUSTED, NOON), True),
    "longer than any quota": (DeliveryState(QUOTA_EXHAUSTED, NOON + MAX_QUOTA_WAIT + 1), True),
}


@pytest.mark.parametrize(("standing", "allowed"), STATES.values(), ids=STATES.keys())
def test_who_may_send(standing, allowed):
    assert standing.allows(NOON) is allowed


@pytest.mark.parametrize(
    ("state", "until", "since"),
    [(NEEDS_LINKING, 0.0, "2026-11-01T00:00:00Z"), (QUOTA_EXHAUSTED, NOON + HOUR, "")],
)
def test_a_standing_is_known_to_the_next_start_and_is_nobody_elses(database, state, until, since):
    assert DeliveryStateStore(database).get(OWNER) == DeliveryState(READY)
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


def test_a_refusal_is_asked_about_anew_after_an_hour_then_after_twice_as_long_up_to_a_day(database):
    states = DeliveryStateStore(database)
    told, waits = [], []
    for _ in range(7):
        told.append(states.refuse(OWNER, NEEDS_LINKING, "since", NOON))
        waits.append((states.get(OWNER).until - NOON) / HOUR)
    assert waits == [1, 2, 4, 8, 16, 24, 24]
    assert told == [True] + [False] * 6
    assert states.refuse(OWNER, NEEDS_LINKING, "another link", NOON)
    assert states.refuse(OWNER, CLIENT_ID_REJECTED, "another link", NOON)
    assert states.get(OWNER).until == NOON + HOUR
