"""What each error leads to, without a request, and how long is waited: 5 s, doubled each time, 15 min at most."""

import pytest

from lib.account.settings_file import SettingsError
from lib.simkl import errors
from lib.tracking.delivery.backoff import Backoff
from lib.tracking.delivery.policy import DELIVERY_POLICY, DeliveryAction, DeliveryDecision, PlayFault, decide
from lib.tracking.store.delivery_state import CLIENT_ID_REJECTED, NEEDS_LINKING, QUOTA_EXHAUSTED

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
