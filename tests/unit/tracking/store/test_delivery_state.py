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


@pytest.mark.parametrize(
    ("standing", "allowed"),
    [
        (DeliveryState(), True),
        (DeliveryState(NEEDS_LINKING, NOON + 1), False),
        (DeliveryState(CLIENT_ID_REJECTED, NOON + HOUR), False),
        (DeliveryState(NEEDS_LINKING, NOON), True),
        (DeliveryState(CLIENT_ID_REJECTED), True),
        (DeliveryState(NEEDS_LINKING, NOON + 9 * DAY), True),
        (DeliveryState(QUOTA_EXHAUSTED, NOON + 1), False),
        (DeliveryState(QUOTA_EXHAUSTED, NOON + MAX_QUOTA_WAIT), False),
        (DeliveryState(QUOTA_EXHAUSTED, NOON), True),
        (DeliveryState(QUOTA_EXHAUSTED, NOON - DAY), True),
        (DeliveryState(QUOTA_EXHAUSTED, NOON + MAX_QUOTA_WAIT + 1), True),
    ],
    ids=[
        "ready", "refused", "client id refused", "asked anew", "of version 0.2.0", "a clock that was set back", "quota",
        "a day's quota", "over", "long over", "longer than any quota",
    ],
)  # fmt: skip
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


@pytest.mark.parametrize("state", [NEEDS_LINKING, CLIENT_ID_REJECTED])
def test_a_refusal_is_asked_about_anew_after_an_hour_then_after_twice_as_long_up_to_a_day(database, state):
    states = DeliveryStateStore(database)
    told, waits = [], []
    for _ in range(7):
        told.append(states.refuse(OWNER, state, "since", NOON))
        waits.append((states.get(OWNER).until - NOON) / HOUR)
    assert waits == [1, 2, 4, 8, 16, 24, 24]
    assert told == [True] + [False] * 6


def test_another_refusal_or_another_link_begins_anew(database):
    states = DeliveryStateStore(database)
    for _ in range(3):
        states.refuse(OWNER, NEEDS_LINKING, "since", NOON)
    assert states.refuse(OWNER, NEEDS_LINKING, "later", NOON)
    assert states.refuse(OWNER, CLIENT_ID_REJECTED, "later", NOON)
    assert states.get(OWNER).until == NOON + HOUR
