"""What each error leads to, without a request."""

from __future__ import annotations

import pytest

from lib.account.settings_file import SettingsError
from lib.simkl import errors
from lib.tracking.delivery.policy import DELIVERY_POLICY, DeliveryAction, PlayFault, decide
from lib.tracking.store.delivery_state import CLIENT_ID_REJECTED, NEEDS_LINKING, QUOTA_EXHAUSTED

SPLIT, REJECT = DeliveryAction.SPLIT, DeliveryAction.REJECT
BLOCK, RETRY, QUOTA, SLOW = (
    DeliveryAction.BLOCK, DeliveryAction.RETRY, DeliveryAction.WAIT_FOR_QUOTA, DeliveryAction.SLOW_DOWN,
)  # fmt: skip


class AccountGone(Exception):
    """Ends a program, and is no fault of a play."""

    exit_code = 77


# what it leads to, the state of a block, and the errors
LEADS_TO = [
    (SPLIT, "", (errors.AlreadyWatched(), errors.NotFound(), errors.NotFound(identifier="ID_ERR"))),
    (REJECT, "", tuple(errors.NotFound(identifier=each) for each in ("url_failed", "empty", "user_id_failed"))),
    (REJECT, "", (errors.BadRequest(), errors.UnknownError(), errors.NotAllowed(), PlayFault())),
    (REJECT, "", (ValueError("x"), RecursionError(), UnicodeEncodeError("ascii", "x", 0, 1, "x"))),
    (BLOCK, NEEDS_LINKING, (errors.TokenRefused(), errors.TokenMissing(), errors.ScopeMissing())),
    (BLOCK, NEEDS_LINKING, (errors.GrantRefused(), errors.SecretRefused())),
    (BLOCK, CLIENT_ID_REJECTED, (errors.ClientIdRefused(), errors.OtherGeneration())),
    (QUOTA, QUOTA_EXHAUSTED, (errors.QuotaSpent(),)),
    (SLOW, "", (errors.TooFast(),)),
    (RETRY, "", (errors.NotSent(), errors.Untrusted(), errors.Unreachable(), errors.Unreadable())),
    (RETRY, "", (errors.Unavailable(), SettingsError("x"), AccountGone())),
]


@pytest.mark.parametrize(
    ("error", "action", "state"), [(error, action, state) for action, state, found in LEADS_TO for error in found],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)  # fmt: skip
def test_an_error_leads_to(error, action, state):
    decision = decide(error)
    assert (decision.action, decision.state) == (action, state)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (errors.NotSent(), (False, False, False)), (errors.Untrusted(), (False, False, False)),
        (errors.Unreachable(), (True, False, False)), (errors.Unreadable(), (True, True, False)),
        (errors.Unavailable(), (True, True, False)), (SettingsError("x"), (False, False, True)),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)  # fmt: skip
def test_only_what_a_play_can_cause_lets_others_go_first_and_only_simkls_own_faults_age(error, expected):
    decision = decide(error)
    assert (decision.suspects_play, decision.ages, decision.is_told) == expected


def test_every_error_of_simkls_has_a_decision_of_its_own_or_of_its_base():
    def all_of(kind):
        return [kind, *(each for sub in kind.__subclasses__() for each in all_of(sub))]

    assert all(decide(kind()) in DELIVERY_POLICY.values() for kind in all_of(errors.SimklError))
