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


@pytest.mark.parametrize(
    ("error", "action", "state"),
    [
        (errors.AlreadyWatched(), SPLIT, ""),
        (errors.NotFound(), SPLIT, ""),
        (errors.NotFound(identifier="ID_ERR"), SPLIT, ""),
        (errors.NotFound(identifier="url_failed"), REJECT, ""),
        (errors.NotFound(identifier="empty"), REJECT, ""),
        (errors.NotFound(identifier="user_id_failed"), REJECT, ""),
        (errors.TokenRefused(), BLOCK, NEEDS_LINKING),
        (errors.TokenMissing(), BLOCK, NEEDS_LINKING),
        (errors.ScopeMissing(), BLOCK, NEEDS_LINKING),
        (errors.GrantRefused(), BLOCK, NEEDS_LINKING),
        (errors.SecretRefused(), BLOCK, NEEDS_LINKING),
        (errors.ClientIdRefused(), BLOCK, CLIENT_ID_REJECTED),
        (errors.OtherGeneration(), BLOCK, CLIENT_ID_REJECTED),
        (errors.QuotaSpent(), QUOTA, QUOTA_EXHAUSTED),
        (errors.TooFast(), SLOW, ""),
        (errors.BadRequest(), REJECT, ""),
        (errors.UnknownError(), REJECT, ""),
        (errors.NotAllowed(), REJECT, ""),
        (PlayFault(), REJECT, ""),
        (errors.NotSent(), RETRY, ""),
        (errors.Untrusted(), RETRY, ""),
        (errors.Unreachable(), RETRY, ""),
        (errors.Unreadable(), RETRY, ""),
        (errors.Unavailable(), RETRY, ""),
        (SettingsError("x"), RETRY, ""),
        (ValueError("x"), REJECT, ""),
        (OverflowError(), REJECT, ""),
        (RecursionError(), REJECT, ""),
        (KeyError("x"), REJECT, ""),
        (UnicodeEncodeError("ascii", "x", 0, 1, "x"), REJECT, ""),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_an_error_leads_to(error, action, state):
    decision = decide(error)
    assert (decision.action, decision.state) == (action, state)


@pytest.mark.parametrize(
    ("error", "suspects_play", "ages", "is_told"),
    [
        (errors.NotSent(), False, False, False),
        (errors.Untrusted(), False, False, False),
        (errors.Unreachable(), True, False, False),
        (errors.Unreadable(), True, True, False),
        (errors.Unavailable(), True, True, False),
        (SettingsError("x"), False, False, True),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_only_what_a_play_can_be_the_cause_of_lets_others_go_first_and_only_simkls_own_faults_age(
    error, suspects_play, ages, is_told
):
    decision = decide(error)
    assert (decision.suspects_play, decision.ages, decision.is_told) == (suspects_play, ages, is_told)


def test_every_error_of_simkls_has_a_decision_of_its_own_or_of_its_base():
    def all_of(kind):
        return [kind, *(each for sub in kind.__subclasses__() for each in all_of(sub))]

    assert all(decide(kind()) in DELIVERY_POLICY.values() for kind in all_of(errors.SimklError))


def test_an_error_that_ends_a_program_is_not_the_fault_of_a_play():
    class AccountGone(Exception):
        exit_code = 77

    assert decide(AccountGone()).action is RETRY
