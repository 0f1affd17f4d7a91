"""What each error leads to, without a request, how long is waited then, and how an owner stands over restarts."""

import pytest

from lib.account.settings_file import SettingsError
from lib.simkl import errors
from lib.tracking.delivery.backoff import Backoff
from lib.tracking.delivery.policy import DELIVERY_POLICY, DeliveryAction, DeliveryDecision, PlayFault, decide
from lib.tracking.store import delivery_state
from lib.tracking.store.delivery_state import CLIENT_ID_REJECTED, NEEDS_LINKING, QUOTA_EXHAUSTED, READY, DeliveryState
from tests.unit.tracking.cases import cases
from tests.unit.tracking.sending import DAY, HOUR, NOON, OWNER

SPLIT, REJECT = DeliveryDecision(DeliveryAction.SPLIT), DeliveryDecision(DeliveryAction.REJECT)
BLOCK, RETRY = DeliveryAction.BLOCK, DeliveryAction.RETRY


class AccountGone(Exception):
    """Ends a program, and is no fault of a play."""

    exit_code = 77


# only what a play can cause lets others go first, and only Simkl's own faults age
LEADS_TO = [
    (SPLIT, (errors.AlreadyWatched(), errors.NotFound(), errors.NotFound(identifier="ID_ERR"))),
    (REJECT, tuple(errors.NotFound(identifier=each) for each in ("url_failed", "empty", "user_id_failed"))),
    (REJECT, (errors.BadRequest(), errors.UnknownError(), errors.NotAllowed(), PlayFault())),
    (REJECT, (ValueError("x"), RecursionError(), UnicodeEncodeError("ascii", "x", 0, 1, "x"))),
    (DeliveryDecision(BLOCK, NEEDS_LINKING), (errors.TokenRefused(), errors.TokenMissing(), errors.ScopeMissing())),
    (DeliveryDecision(BLOCK, NEEDS_LINKING), (errors.GrantRefused(), errors.SecretRefused())),
    (DeliveryDecision(BLOCK, CLIENT_ID_REJECTED), (errors.ClientIdRefused(), errors.OtherGeneration())),
    (DeliveryDecision(DeliveryAction.WAIT_FOR_QUOTA, QUOTA_EXHAUSTED), (errors.QuotaSpent(),)),
    (DeliveryDecision(DeliveryAction.SLOW_DOWN), (errors.TooFast(),)),
    (DeliveryDecision(RETRY), (errors.NotSent(), errors.Untrusted())),
    (DeliveryDecision(RETRY, suspects_play=True), (errors.Unreachable(),)),
    (DeliveryDecision(RETRY, suspects_play=True, ages=True), (errors.Unreadable(), errors.Unavailable())),
    (DeliveryDecision(RETRY, is_told=True), (SettingsError("x"), AccountGone())),
]


@pytest.mark.parametrize(
    ("error", "decision"), [(error, decision) for decision, found in LEADS_TO for error in found],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)  # fmt: skip
def test_an_error_leads_to(error, decision):
    assert decide(error) == decision


def test_every_error_of_simkls_has_a_decision_of_its_own_or_of_its_base():
    def all_of(kind):
        return [kind, *(each for sub in kind.__subclasses__() for each in all_of(sub))]

    assert all(decide(kind()) in DELIVERY_POLICY.values() for kind in all_of(errors.SimklError))


@pytest.fixture
def backoff(time):
    backoff = Backoff(time)
    assert (backoff.left, backoff.is_trying) == (0, False)
    return backoff


def test_each_failure_waits_twice_as_long_up_to_a_quarter_of_an_hour_and_what_simkl_asked_for_at_least(backoff, time):
    found = []
    for _ in range(10):
        backoff.failed()
        found.append(backoff.left)
        time.now += backoff.left
    assert found == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]
    assert backoff.is_trying
    backoff.succeeded()
    assert (backoff.left, backoff.is_trying) == (0, False)
    backoff.failed()
    time.now += 4
    assert backoff.left == 1
    time.now += 2
    assert backoff.left == 0
    for asked, left in ((3, 5), (60, 60), (5000, 5000)):
        backoff.succeeded()
        backoff.failed(asked)
        assert backoff.left == left


@pytest.mark.parametrize(
    ("failures", "asked", "waits", "left", "after_the_next"),
    [(0, 0, 0, 0, 5), (3, 0, 0, 0, 40), (1, 120, 0, 120, 10), (0, 0, 20, 20, 5), (3, 0, 20, 20, 40)],
    ids=["nothing failed", "failures", "Retry-After", "a lock", "failures and a lock"],
)
def test_somebody_in_a_hurry_waits_only_for_what_simkl_asked_for_and_a_lock_is_no_failure(
    backoff, failures, asked, waits, left, after_the_next
):
    for _ in range(failures):
        backoff.failed(asked)
    if waits:
        backoff.wait(waits)
    assert backoff.is_trying is bool(failures)
    backoff.retry_now()
    assert backoff.left == left
    backoff.failed()
    assert backoff.left == after_the_next, "a hurry makes the next failure wait no less"


@cases("standing, allowed", {
    "ready": (DeliveryState(), True),
    "refused": (DeliveryState(NEEDS_LINKING, NOON + 1), False),
    "client id refused": (DeliveryState(CLIENT_ID_REJECTED, NOON + HOUR), False),
    "asked anew": (DeliveryState(NEEDS_LINKING, NOON), True),
    "a clock that was set back": (DeliveryState(NEEDS_LINKING, NOON + 9 * DAY), True),
    "a day's quota": (DeliveryState(QUOTA_EXHAUSTED, NOON + delivery_state.MAX_QUOTA_WAIT), False),
    "over": (DeliveryState(QUOTA_EXHAUSTED, NOON), True),
    "longer than any quota": (DeliveryState(QUOTA_EXHAUSTED, NOON + delivery_state.MAX_QUOTA_WAIT + 1), True),
})  # fmt: skip
def test_who_may_send(standing, allowed):
    assert standing.allows(NOON) is allowed


def test_a_standing_is_known_to_the_next_start_and_is_nobody_elses_and_what_was_sent_last_stays(database):
    standings, again = delivery_state.DeliveryStateStore(database), delivery_state.DeliveryStateStore(database)
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
    states = delivery_state.DeliveryStateStore(database)
    told, waits = [], []
    for _ in range(7):
        told.append(states.refuse(OWNER, NEEDS_LINKING, "since", NOON))
        waits.append((states.get(OWNER).until - NOON) / HOUR)
    assert waits == [1, 2, 4, 8, 16, 24, 24]
    assert told == [True] + [False] * 6
    assert states.refuse(OWNER, NEEDS_LINKING, "another link", NOON)
    assert states.refuse(OWNER, CLIENT_ID_REJECTED, "another link", NOON)
    assert states.get(OWNER).until == NOON + HOUR
