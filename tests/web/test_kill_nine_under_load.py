"""kill -9 under load loses no play that was accepted, and counts none twice.

Eight senders of all kinds tell of two thousand plays, 200 a second as long as somebody answers. Meanwhile the program
is killed fifty times and started again. A sender whose request was not answered sends it again, as a person would whose
network failed: what was on the disk by then must not count twice. Each sender is the server of five people, since each
person's plays reach Simkl at one a second.
"""

import os
import random
import sqlite3
import threading
import time
from collections import Counter

import pytest
import requests

from tests.fakes.servers import emby, jellyfin, jellyfin_webhooks, plex, tautulli
from tests.fakes.servers.common import Film, SentHook, Viewer
from tests.fakes.simkl import FakeSimkl, Movie
from tests.web.served import ServedProgram

SENDERS = 8
PLAYS = 250  # of each sender
A_SECOND = 200.0  # of all together
KILLS = 50
FIRST_FILM = 8_000_000
AGAIN_SECONDS = 0.2
ARRIVES_WITHIN = 900.0
USERS = 5  # of each sender
ALL = [(sender, number) for sender in range(SENDERS) for number in range(PLAYS)]
PEOPLE = [f"viewer{number}" for number in range(SENDERS * USERS)]


def film(sender: int, number: int) -> Film:
    """Return a film that only this sender plays, once."""
    index = sender * PLAYS + number
    return Film(f"Film {index}", 2000, ids={"imdb": f"tt{FIRST_FILM + index}"}, guid=f"{index:032x}", number=str(index))


def viewer_of(sender: int, number: int) -> str:
    """Return who watches a sender's film."""
    return PEOPLE[sender * USERS + number % USERS]


def watched(sender: int, number: int) -> SentHook:
    """Return what tells that it was watched, each time by another kind of sender."""
    name = viewer_of(sender, number)
    item, viewer = film(sender, number), Viewer(name, device=f"tv-{name}")
    kinds = (
        lambda: jellyfin.all_properties(
            jellyfin.notification("PlaybackStop", item, viewer, 5990, PlayedToCompletion=True)
        ),
        lambda: plex.form(plex.payload("media.scrobble", item, viewer)),
        lambda: emby.form(emby.payload("playback.stop", item, viewer, position=5990, completed=True)),
        lambda: tautulli.post(tautulli.rendered("watched", item, viewer)),
        lambda: jellyfin_webhooks.default_format("Scrobble", item, viewer, position=5500),
    )
    return kinds[number // USERS % len(kinds)]()


class Sender(threading.Thread):
    """Sends its plays one after the other, each until it is accepted."""

    def __init__(self, number: int, address: str, answers: threading.Event, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self.number, self.address, self.answers, self.over = number, address, answers, over
        self.accepted = self.unanswered = 0

    def run(self) -> None:
        session = requests.Session()
        began = time.monotonic()
        for number in range(PLAYS):
            due = began + number * SENDERS / A_SECOND
            self.over.wait(max(0.0, due - time.monotonic()))
            sent = watched(self.number, number)
            while not self.over.is_set() and not self._is_accepted(session, sent):
                self.unanswered += 1
                self.over.wait(AGAIN_SECONDS)
                self.answers.wait()
            self.accepted += 1

    def _is_accepted(self, session: requests.Session, sent: SentHook) -> bool:
        headers = {"Content-Type": sent.content_type, "User-Agent": sent.user_agent}
        try:
            answer = session.post(self.address, data=sent.body, headers=headers, timeout=(2, 30))
        except requests.RequestException:
            return False
        assert answer.status_code in (200, 503), answer.text
        return answer.status_code == 200


@pytest.fixture
def box():
    numbers = range(SENDERS * PLAYS)
    films = [Movie(f"Film {n}", 2000, FIRST_FILM + n, {"imdb": f"tt{FIRST_FILM + n}"}) for n in numbers]
    with FakeSimkl(catalogue=films, limits=False) as box:
        yield box


def test_two_thousand_plays_arrive_once_each_through_fifty_kills(box, tmp_path):
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(10**6)))
    print(f"SEED={seed} repeats the moments of the kills")
    chance = random.Random(seed)
    program = ServedProgram(tmp_path, box, PEOPLE)
    program.start()
    answers, over = threading.Event(), threading.Event()
    answers.set()
    senders = [Sender(number, program.hook, answers, over) for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    for kill in range(KILLS):
        goal = (kill + chance.uniform(0.05, 0.95)) * SENDERS * PLAYS / KILLS
        while sum(sender.accepted for sender in senders) < goal:
            assert program.is_running, program.log()
            over.wait(0.002)
        over.wait(chance.uniform(0, 0.02))
        answers.clear()
        program.kill()
        program.start()
        answers.set()
    for sender in senders:
        sender.join(ARRIVES_WITHIN)
    assert [sender.accepted for sender in senders] == [PLAYS] * SENDERS
    box.wait_for(lambda: sum(len(marks) for marks in box.watched.values()) >= SENDERS * PLAYS, ARRIVES_WITHIN)
    assert program.terminate() == 0
    over.set()
    unanswered = sum(sender.unanswered for sender in senders)
    print(f"{unanswered} requests unanswered")
    for name in PEOPLE:
        marks = box.watched[name]
        plays = [(sender, number) for sender, number in ALL if viewer_of(sender, number) == name]
        assert set(marks) == {(FIRST_FILM + sender * PLAYS + number, None, None) for sender, number in plays}
        assert {mark.times for mark in marks.values()} == {1}
    assert box.malformed == []
    with sqlite3.connect(program.state / "plays.db") as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute("SELECT count(*) FROM plays").fetchone() == (0,)
        assert file.execute("SELECT count(*) FROM hook_plays").fetchone() == (0,)
        outcomes = Counter(dict(file.execute("SELECT outcome, count(*) FROM hook_deliveries GROUP BY outcome")))
    file.close()
    assert outcomes["sent"] == SENDERS * PLAYS
    assert set(outcomes) <= {"sent", "duplicate"}
    assert outcomes["duplicate"] <= unanswered
