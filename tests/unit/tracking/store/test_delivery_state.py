"""How an owner stands with Simkl, over restarts and clocks that jump."""

from lib.tracking.store import delivery_state
from lib.tracking.store.delivery_state import NEEDS_LINKING, QUOTA_EXHAUSTED, READY, DeliveryState, DeliveryStateStore
from tests.unit.tracking.cases import cases
from tests.unit.tracking.sending import DAY, HOUR, NOON, OWNER


@cases("standing, allowed", {
    "ready": (DeliveryState(), True),
    "refused": (DeliveryState(NEEDS_LINKING, NOON + 1), False),
    "client id refused": (DeliveryState(delivery_state.CLIENT_ID_REJECTED, NOON + HOUR), False),
    "asked anew": (DeliveryState(NEEDS_LINKING, NOON), True),
    "of version 0.2.0": (DeliveryState(delivery_state.CLIENT_ID_REJECTED), True),
    "a clock that was set back": (DeliveryState(NEEDS_LINKING, NOON + 9 * DAY), True),
    "quota": (DeliveryState(QUOTA_EXHAUSTED, NOON + 1), False),
    "a day's quota": (DeliveryState(QUOTA_EXHAUSTED, NOON + delivery_state.MAX_QUOTA_WAIT), False),
    "over": (DeliveryState(QUOTA_EXHAUSTED, NOON), True),
    "longer than any quota": (DeliveryState(QUOTA_EXHAUSTED, NOON + delivery_state.MAX_QUOTA_WAIT + 1), True),
})  # fmt: skip
def test_who_may_send(standing, allowed):
    assert standing.allows(NOON) is allowed


def test_a_standing_is_known_to_the_next_start_and_is_nobody_elses_and_what_was_sent_last_stays(database):
    standings, again = DeliveryStateStore(database), DeliveryStateStore(database)
    assert standings.get(OWNER) == DeliveryState(READY)
    standings.put(OWNER, QUOTA_EXHAUSTED, NOON + HOUR)
    assert again.get(OWNER) == DeliveryState(QUOTA_EXHAUSTED, NOON + HOUR)
    assert again.get("900002") == DeliveryState()
    standings.sent(OWNER, "The Glass Harbour", NOON)
    standings.put(OWNER, NEEDS_LINKING, since="x")
    assert again.get(OWNER) == DeliveryState(NEEDS_LINKING, 0.0, "x", "The Glass Harbour", NOON)
    standings.sent(OWNER, "Lantern Street 2x04", NOON + 1)
    standings.put(OWNER, READY)
    assert again.get(OWNER) == DeliveryState(READY, 0.0, "", "Lantern Street 2x04", NOON + 1)


def test_a_refusal_is_asked_about_anew_after_an_hour_then_after_twice_as_long_up_to_a_day(database):
    states = DeliveryStateStore(database)
    told, waits = [], []
    for _ in range(7):
        told.append(states.refuse(OWNER, NEEDS_LINKING, "since", NOON))
        waits.append((states.get(OWNER).until - NOON) / HOUR)
    assert waits == [1, 2, 4, 8, 16, 24, 24]
    assert told == [True] + [False] * 6
    assert states.refuse(OWNER, NEEDS_LINKING, "another link", NOON)
    assert states.refuse(OWNER, delivery_state.CLIENT_ID_REJECTED, "another link", NOON)
    assert states.get(OWNER).until == NOON + HOUR
