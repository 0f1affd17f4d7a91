"""The list of what came in: found by what an admin looks for, kept for 30 days, and readable by later versions."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import Any
from unittest.mock import Mock

import pytest

from lib.tracking.store.database import QueueError
from lib.tracking.store.queue import PlayQueue
from lib.web.hooks.event import UnusableHook
from lib.web.store.deliveries import KEPT_SECONDS, PRUNE_BATCH, SENTENCES, DeliveryLog, HookOutcome, HookVerdict
from lib.web.store.schema import HOOK_SCHEMA_VERSION, create_hook_tables
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.servers.common import Film
from tests.unit.web.evenings import EPISODE, LANTERN, Evening
from tests.unit.web.senders import by_jellyfin, by_plex, finished_by_jellyfin, toggled


@pytest.fixture
def database(tmp_path):
    with closing(PlayQueue(tmp_path / "plays.db", FakeClock())) as queue:
        create_hook_tables(queue.database)
        yield queue.database


@pytest.fixture
def log(database):
    return DeliveryLog(database)


def verdict(number: int, **more: Any) -> HookVerdict:
    return HookVerdict(NOON + number, "home", HookOutcome.QUEUED, label=f"Film {number}", **more)


def test_by_server_account_outcome_and_text(log):
    assert log.last_of_server("nobody") is None
    log.record(verdict(1, account="ana", user_name="Ana Maria"))
    log.record(HookVerdict(NOON, "other", HookOutcome.NOT_LINKED, label="Überraschung 100%"))
    assert [each.label for each in log.latest(server="home")] == ["Film 1"]
    assert [each.label for each in log.latest(account="ana")] == ["Film 1"]
    assert [each.server for each in log.latest(outcome="not_linked")] == ["other"]
    assert [each.label for each in log.latest(text="maria")] == ["Film 1"]
    assert [each.label for each in log.latest(text="100%")] == ["Überraschung 100%"]
    assert log.latest(text="_") == []


def test_a_search_looks_at_so_many_and_says_where_to_go_on(log, monkeypatch):
    monkeypatch.setattr("lib.web.store.deliveries.SEARCH_SPAN", 10)
    for number in range(1, 36):
        log.record(verdict(number, detail="rare" if number in (3, 4, 20) else ""))
    labels, stops, before = [], [], 0
    while not stops or before:
        found, before = log.search(limit=1, before=before, text="rare")
        labels.append([each.label for each in found])
        stops.append(before)
    assert labels == [[], ["Film 20"], [], ["Film 4"], ["Film 3"]]
    assert stops == [26, 16, 6, 4, 0]
    assert [log.search(50, server="home")[1], log.search(50, server="home", outcome="sent")[1]] == [0, 26]


def test_what_is_older_than_thirty_days_goes(log):
    for number in range(PRUNE_BATCH + 10):
        log.record(verdict(number))
    assert log.prune(NOON + KEPT_SECONDS) == 0
    assert log.prune(NOON + KEPT_SECONDS + PRUNE_BATCH + 5) == PRUNE_BATCH + 5
    log.settle([log.latest(limit=1)[0].id], HookOutcome.SENT)
    assert log.counts() == {("", "queued"): PRUNE_BATCH + 10, ("", "sent"): 1}  # for metrics
    newest = log.latest(limit=2)
    assert [each.label for each in newest] == [f"Film {PRUNE_BATCH + 9}", f"Film {PRUNE_BATCH + 8}"]
    assert len(log.latest(limit=100, before=newest[-1].id)) == 3


def test_each_outcome_has_a_sentence():
    assert set(SENTENCES) == set(HookOutcome)
    assert [verdict(1, **more).sentence for more in ({}, {"detail": "Because."})] == [
        SENTENCES[HookOutcome.QUEUED],
        "Because.",
    ]


def test_a_store_of_an_older_version_gets_what_it_lacks_and_one_of_a_newer_is_left_alone(log, database):
    number = log.record(verdict(1))
    with database.changing() as connection:
        connection.execute("DROP INDEX hook_deliveries_by_account")
        connection.execute("CREATE INDEX hook_deliveries_by_account ON hook_deliveries (account, id)")
        connection.execute("UPDATE web_schema SET version = 1")
    for _ in range(2):
        create_hook_tables(database)
    indexed = [row["name"] for row in database.read("PRAGMA index_info(hook_deliveries_by_account)")]
    assert indexed == ["account", "outcome", "id"]
    assert database.read("SELECT version FROM web_schema")[0][0] == HOOK_SCHEMA_VERSION
    assert log.get(number).label == "Film 1"
    with database.changing() as connection:
        connection.execute("UPDATE web_schema SET version = 99")
    with pytest.raises(QueueError, match="newer"):
        create_hook_tables(database)


@pytest.fixture
def evening(tmp_path):
    return Evening(tmp_path)


def test_nothing_is_answered_that_is_not_on_the_disk(evening, monkeypatch):
    """What is followed in memory goes back to what the disk has."""
    evening.play(by_jellyfin("Start", EPISODE))
    record = evening.receiver.deliveries.record

    def full(verdict: HookVerdict) -> int:
        record(verdict)
        raise QueueError("the disk is full")

    with monkeypatch.context() as broken, pytest.raises(QueueError):
        broken.setattr(evening.receiver.deliveries, "record", full)
        evening.send(finished_by_jellyfin(EPISODE, 2600))
    assert (evening.counted(), len(evening.receiver.deliveries.latest())) == ([], 1)
    evening.play(2600, finished_by_jellyfin(EPISODE, 2600))
    assert evening.counted() == [LANTERN]


def test_a_start_that_cannot_be_kept_is_due_again(evening, monkeypatch):
    evening.play(by_jellyfin("Start", EPISODE))
    with monkeypatch.context() as broken, pytest.raises(QueueError):
        broken.setattr(evening.receiver.queued, "add", Mock(side_effect=QueueError("the disk is full")))
        evening.wait(4)
    assert evening.waiting() == []
    evening.wait(4)
    assert [action for action, *_ in evening.waiting()] == ["start"]


def test_records_that_cannot_be_read_are_left_out(evening, caplog):
    evening.play(by_jellyfin("Start", EPISODE), toggled(EPISODE, False))
    with evening.queue.database.changing() as connection:
        connection.execute("UPDATE hook_playbacks SET state = '{'")
        connection.execute("INSERT INTO hook_removals VALUES (9, 'a', 'b', 'c', '{', 0, 0, 0)")
    evening.start()
    assert evening.receiver.playing == 0
    assert "cannot be read" in caplog.text
    assert [each.outcome.value for each in evening.play(61, by_jellyfin("Start", EPISODE))] == ["started"]
    evening.server = type(evening.server)("home", kinds=("movies",))  # what is not tracked any more is forgotten
    evening.start()
    assert evening.receiver.playing == 0


def all_at_once(evening: Evening) -> list[int]:
    """Have nine senders tell of a film each while the receiver is busy; return the numbers of those that failed."""
    failed = []

    def send(number: int) -> None:
        try:
            evening.send(by_plex("scrobble", Film(f"Film {number}")))
        except ZeroDivisionError:
            failed.append(number)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(9)]
    with evening.receiver._lock:
        for thread in threads:
            thread.start()
        while len(evening.receiver._line) < len(threads):
            threading.Event().wait(0.001)
    for thread in threads:
        thread.join()
    return failed


def test_requests_that_come_at_once_go_to_the_disk_together(evening, monkeypatch):
    together, batches = evening.receiver._take_in_batch, []
    monkeypatch.setattr(evening.receiver, "_take_in_batch", lambda batch: (batches.append(batch), together(batch)))
    assert (all_at_once(evening), len(batches)) == ([], 1)
    assert sorted(evening.counted()) == [f"Film {number}" for number in range(9)]
    assert {each.outcome.value for each in evening.receiver.deliveries.latest()} == {"queued"}


def test_an_internal_error_in_one_request_does_not_take_those_beside_it_along(evening, monkeypatch):
    take_in = evening.receiver._take_in

    def break_for_one(server, found, remote):
        if not isinstance(found, UnusableHook) and found[0].title == "Film 4":
            raise ZeroDivisionError("an internal error")
        return take_in(server, found, remote)

    monkeypatch.setattr(evening.receiver, "_take_in", break_for_one)
    assert all_at_once(evening) == [4]
    assert sorted(evening.counted()) == [f"Film {number}" for number in range(9) if number != 4]
