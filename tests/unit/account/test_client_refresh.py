"""A refresh that fails is put off while the token is still good; one at a time is made, over threads and processes."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib.account.client import REFRESH_RETRY_SECONDS, AccountClient
from lib.account.settings import Settings
from lib.simkl import errors
from lib.simkl.api.users import fetch_user
from lib.system.secrets import Secret
from tests.fakes.clock import NOON, FakeClock
from tests.trials import trials
from tests.unit.account.linked_tv import DAY, TOKENS, TV, WEEK, WHO, asked, refused_more_than_once
from tests.unit.account.world import USER

BOUND = 60.0
REFRESHES, KILLS, THREADS = trials(200), trials(20), 6
ASKS, LONGEST_PAUSE, LATEST_KILL, KILLED = 4, 0.004, 0.08, 0.3


@pytest.fixture
def access(tv):
    tv.nearly_over()
    return tv.access()


def tries(box):
    return [path for path, _ in asked(box)].count(TOKENS)


def no_refreshes(box):
    box.order("status", status=503, path=TOKENS, times=None)


FAILURES = {
    "Simkl is down": ({"status": 503}, errors.Unavailable),
    "the app is suspended": ({"status": 401}, errors.ClientIdRefused),
    "the app is blocked": ({"status": 412}, errors.Unavailable),
    "too fast": ({"status": 429}, errors.TooFast),
    "the day is spent": ({"status": 429, "error": "user_limit_exceeded"}, errors.QuotaSpent),
    "a hotel's login page": ({"fault": "html"}, errors.Unreadable),
    "an empty answer": ({"fault": "empty"}, errors.Unreadable),
    "a reset connection": ({"fault": "reset"}, errors.Unreachable),
    # not about the request that wants a token, and without a word about the grant
    "a request that is not understood": ({"status": 400, "error": "invalid_request"}, errors.Unavailable),
    "forbidden": ({"status": 403, "error": "forbidden"}, errors.Unavailable),
    "not there": ({"status": 404, "error": "url_failed"}, errors.Unavailable),
    "an error nobody knows": ({"status": 418, "error": "teapot"}, errors.Unavailable),
}


@pytest.mark.parametrize(("answer", "error"), FAILURES.values(), ids=FAILURES.keys())
def test_a_refresh_that_fails_is_tried_once_and_the_token_used_until_its_end(tv, box, access, answer, error):
    before = tv.content
    box.order(path=TOKENS, times=None, **{"fault": "status", **answer})
    assert [access.call(fetch_user).id for _ in range(3)] == [USER.id] * 3
    assert tries(box) == 1 and asked(box)[1:] == [(WHO, 200)] * 3
    tv.passes(DAY)
    for number in (2, 3):
        with pytest.raises(error) as caught:
            access.call(fetch_user)
        assert tries(box) == number, "once it is over, it is tried at each call"
    if "error" in answer:
        assert (caught.value.status, caught.value.identifier) == (answer["status"], answer["error"])
    assert tv.content == before
    box.clear_faults()
    assert access.call(fetch_user).id == USER.id and len(box.refreshes) == 1


def test_a_token_that_is_refused_meanwhile_is_tried_at_each_call(box, access):
    no_refreshes(box)
    access.call(fetch_user)
    box.advance(WEEK)
    for number in (2, 3):
        with pytest.raises(errors.Unavailable):
            access.call(fetch_user)
        assert tries(box) == number


def test_it_is_tried_again_after_ten_minutes_and_another_token_is_not_put_off_with_the_one_before(tv, box, access):
    no_refreshes(box)
    seen = []
    for seconds in (0, 599.9, 0.1, 599.9, 0.1, 599.9, 3600.0):
        tv.clock.now += seconds
        access.call(fetch_user)
        seen.append(tries(box))
    assert REFRESH_RETRY_SECONDS == 600.0
    assert seen == [1, 1, 2, 2, 3, 3, 4]
    tv.link(expires_at=tv.clock.wall() + DAY / 2)
    access.token()
    assert tries(box) == 5


@pytest.mark.parametrize("jump", [-DAY / 4, DAY / 4], ids=["back", "on"])
def test_when_simkl_is_back_it_is_refreshed_at_the_next_try_and_a_wall_clock_that_jumps_does_not_count(
    tv, box, access, jump
):
    box.stop_listening()
    old = access.token()
    box.listen_again()
    tv.passes(jump)
    assert access.token() == old and tries(box) == 0
    tv.clock.now += 600
    fresh = access.token()
    assert fresh != old and fresh == tv.account.token
    assert len(box.refreshes) == 1 and box.dead_token_uses == []


# many at once


def in_threads(use):
    """Return what `use` returns in each of some threads that begin together."""
    together = threading.Barrier(THREADS, timeout=BOUND)

    def begin(_):
        together.wait()
        return use()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(begin, range(THREADS)))


def test_however_many_threads_find_a_token_ending_one_of_them_tries(box, access):
    no_refreshes(box)
    assert in_threads(lambda: access.call(fetch_user).id) == [USER.id] * THREADS
    assert tries(box) == 1


@pytest.mark.chance
@pytest.mark.parametrize("over", ["nearly over", "refused"])
def test_however_many_threads_use_a_token_it_is_refreshed_once_when_it_ends(tv, box, over):
    access = tv.access()
    for expiry in (1, 2):
        if over == "refused":
            box.advance(WEEK)
        else:
            tv.nearly_over()
        assert in_threads(lambda: access.call(fetch_user).id) == [USER.id] * THREADS
        assert len(box.refreshes) == expiry


@pytest.mark.chance
def test_clients_that_share_nothing_but_the_files_refresh_once_as_well(tv, box):
    clients = [tv.access(f"process {number}") for number in range(THREADS)]
    tv.nearly_over()
    assert len(set(in_threads(lambda: clients.pop().token().access))) == 1
    assert len(box.refreshes) == 1


def use(platform, path, api_url, first_day, seed):
    """Ask Simkl a few times, while the days go by so fast that nearly every request finds its token ending.

    A network that is lost and a link that is refused may be; anything else ends the process with another exit code.
    """
    chance, clock = random.Random(seed), FakeClock(wall=NOON + first_day * DAY)
    access = AccountClient(Settings(path, TV, None, api_url, api_url), platform, clock, pause=clock.pause)
    for _ in range(ASKS):
        threading.Event().wait(chance.uniform(0, LONGEST_PAUSE))
        try:
            access.call(fetch_user)
        except (errors.Unreachable, errors.TokenRefused):
            continue
        finally:
            clock.skew += 6.5 * DAY


@pytest.mark.chance
def test_two_processes_that_are_killed_at_any_moment_use_no_dead_token_twice_and_lose_no_refresh_token(
    tv, box, process_starter
):
    grant, chance, killed, run = tv.grant, random.Random(7), 0, 0
    while len(box.refreshes) < REFRESHES or killed < KILLS:
        programs = []
        for name in ("one", "two"):
            arguments = (f"{name}-{run}", tv.accounts.path, box.api_url, 6.5 * ASKS * run, f"{name} {run}")
            programs.append(process_starter.Process(target=use, args=arguments, daemon=True))
            programs[-1].start()
        for program in programs:
            if chance.random() < KILLED:
                program.join(chance.uniform(0, LATEST_KILL))
                program.kill()
        for program in programs:
            program.join(BOUND)
        assert {program.exitcode for program in programs} <= {0, -9}
        assert tv.account.token.refresh == Secret(grant.refresh_token), "whatever happens, the file holds it"
        killed += sum(program.exitcode == -9 for program in programs)
        run += 1
        if run % 4 == 0:
            box.order("lost_answer", path=TOKENS, times=1 + run // 4 % 3)
    assert refused_more_than_once(box) == []
    assert [(each.id, each.ended_at) for each in box.grants] == [(grant.id, None)]
    box.clear_faults()
    tv.passes(1000 * WEEK)
    assert tv.access().call(fetch_user).id == USER.id
