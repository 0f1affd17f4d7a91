"""What each error leads to: a table from the class of an error to a decision, which the sender acts on.

| Error                       | Decision                                                                       |
| --------------------------- | ------------------------------------------------------------------------------ |
| 409, 404 `id_err`           | answers, which the sender takes; of a batch smaller ones tell whose they are   |
| 401, read-only, grant gone  | blocked until the account is linked again, or Simkl accepts it when asked anew |
| 412, other generation       | the same, or until the connection is tested                                    |
| 429 of a day                | waits as long as Simkl says                                                    |
| 429 of a second, write lock | waits until that must be over, once; then like a lost network                  |
| no network                  | 5 s to 15 min between attempts, for as long as it takes                        |
| 5xx, nonsense               | the same, for 30 days on which it failed; then it waits for a person           |
| any other refusal           | that play is put aside; after three in a row it is not about them              |
| settings cannot be used     | tried again, and told once                                                     |
| anything not of Simkl       | that play's fault: it is put aside, and the others go on                       |

What is blocked is asked about anew after an hour, then twice as long each time, up to a day. The most special class of
an error counts.

Sources: Simkl's pages `conventions/errors` and `resources/rate-limits`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Mapping

from lib.account.settings_file import SettingsError
from lib.simkl import errors
from lib.tracking.store import delivery_state

TITLE_ERROR = "id_err"


class DeliveryAction(Enum):
    """What the sender does."""

    SPLIT = "send smaller batches"
    REJECT = "reject"
    BLOCK = "block"
    WAIT_FOR_QUOTA = "wait for the quota"
    SLOW_DOWN = "slow down"
    RETRY = "retry"


@dataclass(frozen=True)
class DeliveryDecision:
    """`action` and what belongs to it.

    `state` is the delivery state of a block. Of a retry, `suspects_play` tells whether it can be this play that makes
    Simkl fail, so that others go first after a while; `ages` whether it is given up after 30 days of it; `is_told`
    whether a person hears of it, once.
    """

    action: DeliveryAction
    state: str = ""
    suspects_play: bool = False
    ages: bool = False
    is_told: bool = False


class PlayFault(errors.RequestRefused):
    """Simkl Link itself failed on a play: an internal error, attached as the cause."""

    name = "internal_error"
    sentence = "Simkl Link could not send this because of an internal error. Please report it with the log."


_SPLIT = DeliveryDecision(DeliveryAction.SPLIT)
_REJECT = DeliveryDecision(DeliveryAction.REJECT)
_LINK_AGAIN = DeliveryDecision(DeliveryAction.BLOCK, delivery_state.NEEDS_LINKING)
_CLIENT_ID = DeliveryDecision(DeliveryAction.BLOCK, delivery_state.CLIENT_ID_REJECTED)
_NO_NETWORK = DeliveryDecision(DeliveryAction.RETRY)

DELIVERY_POLICY: Mapping[type[BaseException], DeliveryDecision] = {
    errors.AlreadyWatched: _SPLIT,
    errors.NotFound: _SPLIT,
    errors.TokenRefused: _LINK_AGAIN,
    errors.TokenMissing: _LINK_AGAIN,
    errors.ScopeMissing: _LINK_AGAIN,
    errors.GrantRefused: _LINK_AGAIN,
    errors.SecretRefused: _LINK_AGAIN,
    errors.ClientIdRefused: _CLIENT_ID,
    errors.OtherGeneration: _CLIENT_ID,
    errors.QuotaSpent: DeliveryDecision(DeliveryAction.WAIT_FOR_QUOTA, delivery_state.QUOTA_EXHAUSTED),
    errors.TooFast: DeliveryDecision(DeliveryAction.SLOW_DOWN),
    errors.RequestRefused: _REJECT,
    errors.NotSent: _NO_NETWORK,
    errors.Untrusted: _NO_NETWORK,
    errors.Unreachable: DeliveryDecision(DeliveryAction.RETRY, suspects_play=True),
    errors.SimklError: DeliveryDecision(DeliveryAction.RETRY, suspects_play=True, ages=True),
    SettingsError: DeliveryDecision(DeliveryAction.RETRY, is_told=True),
    Exception: _REJECT,
}


def decide(error: Exception) -> DeliveryDecision:
    """Return what an error leads to."""
    if isinstance(error, errors.NotFound) and not says_title_is_unknown(error):
        return _REJECT
    if hasattr(error, "exit_code") and not isinstance(error, errors.SimklError):  # about the program, not about a play
        return DELIVERY_POLICY[SettingsError]
    return next(DELIVERY_POLICY[kind] for kind in type(error).__mro__ if kind in DELIVERY_POLICY)


def says_title_is_unknown(error: errors.NotFound) -> bool:
    """Return whether a 404 is about the title; Simkl also gives it for an address that it does not know."""
    return (error.identifier or TITLE_ERROR).lower() == TITLE_ERROR
