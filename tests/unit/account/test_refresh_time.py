"""When a token of AUTH V2 is refreshed: never later than a day before its end, and not everybody's at once."""

from __future__ import annotations

import dataclasses

import pytest

from lib.account.refresh_time import REFRESH_SPREAD, is_refresh_due, refresh_lead
from lib.account.store import Account
from lib.simkl.api.users import User, fetch_user
from lib.simkl.auth.tokens import Token
from lib.system import timestamps
from lib.system.secrets import Secret
from tests.unit.account.refreshing import DAY, TOKENS, WEEK, WHO, asked

NOW = timestamps.parse_utc("2026-11-24T06:00:00Z")


def linked(user: int | None = 1, lifetime: float | None = WEEK, linked_at: str = "2026-11-24T06:00:00Z", **more):
    """Return an account that was linked or refreshed just now."""
    ends = None if lifetime is None else NOW + lifetime
    token = Token(Secret("access"), "client", "v2", Secret("refresh"), ends)
    return Account(token, linked_at, None if user is None else User(user, "somebody"), **more)


def lead(account: Account) -> float:
    return refresh_lead(account, account.token)


def test_people_of_the_same_hour_are_spread_over_two_days():
    leads = sorted(lead(linked(user)) for user in range(1000))
    assert 0 <= leads[0] < leads[-1] < REFRESH_SPREAD
    by_hour = [sum(hour <= each / 3600 < hour + 1 for each in leads) for hour in range(48)]
    assert max(by_hour) < 45 and min(by_hour) > 5  # 21 on average


def test_the_same_account_and_token_are_refreshed_at_the_same_time_everywhere_and_the_next_token_at_another():
    account, renewed = linked(), linked(lifetime=WEEK + DAY)
    assert lead(account) == lead(dataclasses.replace(account, needs_linking=True)) != lead(renewed)
    assert lead(linked(None)) != lead(linked(None, linked_at="2026-11-24T06:00:01Z"))


@pytest.mark.parametrize("account", [linked(lifetime=5 * DAY), linked(lifetime=None), linked(linked_at="")], ids=str)
def test_a_short_token_or_one_of_unknown_age_waits_for_its_last_day(account):
    assert lead(account) == 0.0


def test_it_is_due_from_then_on_and_at_the_latest_a_day_before_the_end():
    account = linked()
    due = NOW + WEEK - DAY - lead(account)
    assert [is_refresh_due(account, account.token, at) for at in (due - 1, due + 1)] == [False, True]
    assert due <= NOW + WEEK - DAY


def test_a_client_refreshes_at_that_time(tv, box):
    account = tv.account
    tv.passes(WEEK - DAY - refresh_lead(account, account.token) - 1)
    tv.access().call(fetch_user)
    tv.passes(2)
    tv.access().call(fetch_user)
    assert asked(box) == [(WHO, 200), (TOKENS, 200), (WHO, 200)]
