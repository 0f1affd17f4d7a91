"""The threads of a server: its tracking between hooks and a fake Simkl, and the few that send for many owners.

One step of an owner at a time, several owners at once, and no owner is lost.
"""

from __future__ import annotations

import queue
import threading
from pathlib import Path
from typing import Any

import pytest

from lib.account.store import Account, AccountStore
from lib.simkl.api.media import SHOW
from lib.simkl.api.users import User
from lib.simkl.auth.tokens import SCOPE, V1, Token
from lib.simkl.errors import SimklError
from lib.system.clock import Clock
from lib.system.secrets import Secret
from lib.tracking.store.database import QueueError
from lib.tracking.store.queue import PlayQueue
from lib.web.delivery.pool import AFTER_TROUBLE_SECONDS, DeliveryPool
from lib.web.delivery.senders import AccountNotLinked
from lib.web.media_server import MediaServer
from lib.web.store.deliveries import HookOutcome, HookVerdict
from lib.web.tracking import ServerTracking
from tests.fakes.clock import FakeClock
from tests.fakes.servers.common import EpisodeFile, Film, Viewer
from tests.fakes.simkl import FakeSimkl
from tests.unit.web.evenings import BY_FILE_NAME
from tests.unit.web.senders import by_plex

SOON = 60.0  # seconds that a test waits for something that should be there at once
HARBOUR_KEY = (9000002, None, None)


class Server:
    """A server front end in a folder; `settled` waits until Simkl has said something of a request."""

    def __init__(self, folder: Path, box: FakeSimkl) -> None:
        self.folder, self.box = folder, box
        self.settings = folder / "settings.yaml"
        self.settings.write_text(f"simkl:\n  api_url: {box.url}\n  client_id: {box.client_id}\n")
        self.queue = PlayQueue(folder / "plays.db", Clock())
        self.tracking = ServerTracking(
            self.queue, self.settings, {}, {"home": MediaServer("home")}, lambda server, user, name: name, Clock()
        )
        self._changed = threading.Condition()
        settle = self.tracking.deliveries.settle

        def settle_and_tell(*given: Any) -> None:
            settle(*given)
            with self._changed:
                self._changed.notify_all()

        self.tracking.deliveries.settle = settle_and_tell

    def link(self, name: str, number: int = 900001) -> None:
        token = Token(Secret(self.box.give_token()), self.box.client_id, V1, scope=SCOPE)
        AccountStore(self.settings).save(name, Account(token, "2026-11-01T00:00:00Z", User(number, name, "free")))

    def scrobble(self, item: Film | EpisodeFile, user: str = "ana") -> HookVerdict:
        sent = by_plex("scrobble", item, viewer=Viewer(user))
        return self.tracking.receiver.receive("home", sent.content_type, sent.body, {}, "192.0.2.2")

    def becomes(self, verdict: HookVerdict, outcome: HookOutcome) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.tracking.deliveries.get(verdict.id).outcome is outcome, SOON)


@pytest.fixture
def server(tmp_path):
    with FakeSimkl() as box:
        made = Server(tmp_path, box)
        made.link("ana")
        yield made
        made.tracking.stop()
        made.queue.close()


def test_what_was_left_from_before_is_sent_unless_all_is_paused_and_so_is_what_comes(server):
    before = server.scrobble(EpisodeFile())
    server.tracking.pause_all(True)
    server.tracking.start()
    assert server.tracking.is_alive()
    assert (server.tracking.is_paused, server.tracking.account_activity("ana").waiting) == (True, 1)
    server.tracking.pause_all(False)
    assert server.becomes(before, HookOutcome.SENT)
    assert server.becomes(server.scrobble(Film()), HookOutcome.SENT)
    assert server.box.watched["sample_viewer"][HARBOUR_KEY].times == 1
    activity = server.tracking.account_activity("ana")
    assert (activity.waiting, activity.state.last_label) == (0, "The Glass Harbour")


def test_a_title_that_somebody_says_the_name_of_and_a_film_that_is_asked_for_again(server):
    server.tracking.start()
    verdict = server.scrobble(EpisodeFile("A Name of My Own", show_year=None, ids={}))
    assert server.becomes(verdict, HookOutcome.UNKNOWN_TITLE)
    (found, *_) = server.tracking.search("ana", SHOW, "Lantern Street")
    assert found.item.title == "Lantern Street"
    assert server.tracking.correct(verdict.id, SHOW, dict(found.item.ids), found.item.title)
    assert server.becomes(verdict, HookOutcome.SENT)
    assert server.box.watched["sample_viewer"][9000001, 2, 4].times == 1
    assert not server.tracking.correct(verdict.id, SHOW, {"tvdb": "1"})
    verdict = server.scrobble(Film("Glashafen", 1999, ids={}))
    assert server.becomes(verdict, HookOutcome.UNKNOWN_TITLE)
    assert server.tracking.retry(verdict.id)
    assert server.becomes(verdict, HookOutcome.UNKNOWN_TITLE)
    assert not server.tracking.retry(verdict.id + 1)
    assert server.tracking.correct(verdict.id, "movie", {"imdb": "tt9900002"})
    assert server.becomes(verdict, HookOutcome.SENT)
    with pytest.raises(AccountNotLinked):
        server.tracking.search("zoe", SHOW, "Lantern Street")
    server.box.stop_listening()
    with pytest.raises(SimklError):
        server.tracking.search("ana", SHOW, "Lantern Street")


def test_an_account_that_is_linked_later(server):
    server.tracking.start()
    assert server.scrobble(Film(), "ben").outcome is HookOutcome.ACCOUNT_MISSING
    server.link("ben", 900002)
    assert server.becomes(server.scrobble(Film(), "ben"), HookOutcome.SENT)
    server.settings.write_text("[")
    server.tracking._accounts._file = None
    assert server.scrobble(Film()).outcome is HookOutcome.ACCOUNT_MISSING


def test_settings_that_are_read_again(server):
    server.tracking.start()
    server.tracking.reload({"home": MediaServer("home", kinds=("shows",))})
    assert server.scrobble(Film()).outcome is HookOutcome.EXCLUDED
    assert server.becomes(server.scrobble(BY_FILE_NAME), HookOutcome.EXCLUDED)
    server.tracking.reload({})
    assert server.scrobble(Film()).outcome is HookOutcome.QUEUED


def test_a_backup_holds_what_came_in(server, tmp_path):
    verdict = server.scrobble(Film())
    server.tracking.backup_to(tmp_path / "backup.db")
    copy = PlayQueue(tmp_path / "backup.db", Clock())
    assert [play.label for play in copy.listing("900001", "waiting")] == ["The Glass Harbour"]
    assert copy.database.read("SELECT label FROM hook_deliveries WHERE id = ?", verdict.id)[0][0] == verdict.label
    copy.close()
    with pytest.raises(QueueError):
        server.tracking.backup_to(tmp_path / "backup.db")


def test_it_ends_at_once_in_the_middle_of_a_request(server):
    server.box.order("hang", times=None)
    server.tracking.start()
    verdict = server.scrobble(Film())
    server.box.journal.wait_for(lambda: server.box.requests, SOON)
    server.tracking.stop(0.2)
    assert not server.tracking.is_alive()
    assert server.tracking.deliveries.get(verdict.id).outcome is HookOutcome.QUEUED
    assert server.queue.waiting("900001") == 1


def test_a_store_that_fails_is_told_of_and_the_clock_ticks_on(server, caplog):
    ticked = threading.Event()
    failures = [ZeroDivisionError("an internal error"), QueueError("the disk is gone")]

    def fail_once() -> None:
        if failures:
            raise failures.pop()
        ticked.set()

    server.tracking.receiver.tick = fail_once
    server.tracking.start()
    assert ticked.wait(SOON)
    assert "the disk is gone" in caplog.text
    assert "please report it" in caplog.text


class Steps:
    """What the pool calls: notes the owner, and answers as the test says."""

    def __init__(self) -> None:
        self.called: queue.Queue[str] = queue.Queue()
        self.answers: dict[str, object] = {}
        self.clock = FakeClock(0.0)

    def __call__(self, owner: str) -> float | None:
        self.called.put(owner)
        answer = self.answers.pop(owner, None)
        if isinstance(answer, Exception):
            raise answer
        return answer() if callable(answer) else answer  # type: ignore[return-value]

    def next(self) -> str:
        return self.called.get(timeout=SOON)


@pytest.fixture
def steps():
    return Steps()


@pytest.fixture(params=[2])
def pool(steps, request):
    made = DeliveryPool(steps, threads=request.param, clock=steps.clock)
    made.start()
    yield made
    made.stop()
    assert made.join(SOON)


one_thread = pytest.mark.parametrize("pool", [1], indirect=True)  # whoever is called next, the one before has come back


def test_two_owners_at_once_and_never_one_twice(pool, steps):
    inside, leave = threading.Semaphore(0), threading.Event()

    def hold() -> None:
        inside.release()
        assert leave.wait(SOON)

    steps.answers.update(ana=hold, ben=hold)
    pool.wake("ana")
    pool.wake("ben")
    assert inside.acquire(timeout=SOON) and inside.acquire(timeout=SOON)
    pool.wake("ana")
    assert sorted([steps.next(), steps.next()]) == ["ana", "ben"]
    assert steps.called.empty()
    leave.set()
    assert steps.next() == "ana"


def test_who_has_more_to_do_has_another_turn_and_a_later_turn_gives_way_to_an_earlier_one(pool, steps):
    steps.answers["ana"] = 0.0
    pool.wake("ana")
    assert [steps.next(), steps.next()] == ["ana", "ana"]
    steps.clock.now = 100.0
    pool.wake("ben", 1000)
    pool.wake("ben")
    assert steps.next() == "ben"
    pool.wake("carl")
    assert steps.next() == "carl"
    assert steps.called.empty()


def test_a_paused_pool_calls_nobody_until_it_goes_on(pool, steps):
    pool.pause(True)
    pool.wake("ana")
    assert pool.is_paused and pool._first() == (None, 1.0)
    pool.pause(False)
    assert steps.next() == "ana"


ERRORS = {
    "a store that cannot be read": QueueError("the disk is gone"),
    "an internal error": ZeroDivisionError("broken"),
}


@one_thread
@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS.keys())
def test_a_step_that_fails_is_tried_again_later_and_takes_nobody_else_along(pool, steps, caplog, error):
    for owner in ("ana", "ben", "carl"):
        steps.answers[owner] = error
        pool.wake(owner)
        assert steps.next() == owner
    pool.wake("dora")
    assert steps.next() == "dora"
    assert pool.is_alive()
    assert ("please report it" in caplog.text) is isinstance(error, ZeroDivisionError)
    steps.clock.now = AFTER_TROUBLE_SECONDS
    pool.wake("eve")
    assert {steps.next() for _ in range(4)} == {"ana", "ben", "carl", "eve"}


@one_thread
def test_an_internal_error_at_the_end_starts_nothing_again(pool, steps):
    def stop_and_fail() -> None:
        pool.stop()
        raise ZeroDivisionError("an internal error")

    steps.answers["ana"] = stop_and_fail
    pool.wake("ana")
    assert pool.join(SOON) and pool.stopping
    assert not pool.is_alive()
