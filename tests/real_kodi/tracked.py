"""What should arrive at Simkl when a person watches this and that in a real Kodi, and the comparison with what did.

`WANTED` is the table: a situation in words, and the calls that it is worth, in order. Progress is in percent of the
film or the episode; Simkl's answer tells what it made of a stop.
"""

import time
from statistics import median
from typing import Dict, List, NamedTuple, Optional, Tuple, Union

from tests.fakes.simkl import FakeSimkl, Movie
from tests.fakes.simkl import Show as Series
from tests.real_kodi.library_items import FILMS, LENGTH, SHOWS, Film, Show

MARK = 80.0
NEAR = 3.0  # per cent that a position may be off: a second or two of play, and a seek that lands on a key frame
BETWEEN_WRITES = 1.1  # seconds that the add-on keeps between two writes, so that Simkl does not lock it out
SHORT = 15  # seconds: a video that is quickly seen from its beginning to its end
ARRIVES_WITHIN = 30.0  # seconds; only to find out that something never comes
FIRST_FILM, FIRST_SHOW = 9100001, 9200001  # Simkl's own ids

HARBOUR, PAPER, KUMO = SHOWS


class Part(NamedTuple):
    """An episode of a show."""

    show: Show
    season: int
    number: int


Watchable = Union[Film, Part]


class Call(NamedTuple):
    """A call that should arrive: what is sent and answered, about what, and how far it has played."""

    action: str
    answered: str
    title: str
    season: Optional[int]
    episode: Optional[int]
    progress: float
    near: float = NEAR

    def __str__(self) -> str:
        number = "" if self.season is None else f" {self.season}x{self.episode:02}"
        return f"{self.action} ({self.answered}) {self.title}{number} at {self.progress:.1f} %"


def start(what: Watchable, progress: float = 2.0, near: float = NEAR) -> Call:
    """Return the call for playing, from the beginning unless told otherwise."""
    return Call("start", "start", *_named(what), progress, near)


def pause(what: Watchable, progress: float) -> Call:
    """Return the call for a pause."""
    return Call("pause", "pause", *_named(what), progress)


def stop(what: Watchable, progress: float) -> Call:
    """Return the call for a stop: from the mark on Simkl counts it, before that it keeps the place."""
    return Call("stop", "scrobble" if progress >= MARK else "pause", *_named(what), progress)


def _named(what: Watchable) -> Tuple[str, Optional[int], Optional[int]]:
    if isinstance(what, Film):
        return (what.title, None, None)
    return (what.show.title, what.season, what.number)


WANTED: Dict[str, Tuple[Call, ...]] = {
    # From the library.
    "paused, sought, resumed and stopped before the mark": (
        start(FILMS[0]),
        pause(FILMS[0], 2),
        start(FILMS[0], 40),
        stop(FILMS[0], 60),
    ),
    "an anime stopped where Kodi marks too": (start(Part(KUMO, 1, 3)), stop(Part(KUMO, 1, 3), 95)),
    "another film opened over it": (start(FILMS[4]), stop(FILMS[4], 95)),
    "the film that was opened over one": (start(FILMS[5]), stop(FILMS[5], 85)),
    "next in a list by hand, after a special": (start(Part(HARBOUR, 0, 1)), stop(Part(HARBOUR, 0, 1), 30)),
    "next in a list by itself": (start(Part(HARBOUR, 1, 2)), stop(Part(HARBOUR, 1, 2), 100)),
    "the last of a list, to its end": (start(Part(HARBOUR, 1, 3)), stop(Part(HARBOUR, 1, 3), 100)),
    "a file of two episodes": (
        start(Part(PAPER, 1, 1), 4),
        stop(Part(PAPER, 1, 1), 100),
        start(Part(PAPER, 1, 2), 3),
        stop(Part(PAPER, 1, 2), 90),
    ),
    # From elsewhere.
    "a file outside the library": (start(Part(PAPER, 2, 2)), stop(Part(PAPER, 2, 2), 85)),
    "ids of an add-on for an episode": (start(Part(PAPER, 1, 4)), stop(Part(PAPER, 1, 4), 85)),
    "ids of an add-on for a film": (start(FILMS[6]), stop(FILMS[6], 2)),
    "a library item opened over that": (start(Part(KUMO, 1, 1)), stop(Part(KUMO, 1, 1), 2)),
    "an id of another name": (start(FILMS[2]), stop(FILMS[2], 2)),
    "an id of 5,000 digits, and a title": (start(FILMS[3]), stop(FILMS[3], 2)),
    "a library item after that": (start(Part(KUMO, 1, 2)), stop(Part(KUMO, 1, 2), 2)),
    "from its beginning to its end": (start(FILMS[7], 22, near=20), stop(FILMS[7], 100)),
    # Between marks by hand.
    "stopped half way before it is marked by hand": (start(FILMS[2]), stop(FILMS[2], 50)),
    # In trouble.
    "the network lost while it plays": (start(FILMS[0]), stop(FILMS[0], 85)),
    "watched without a network": (stop(FILMS[1], 90),),
    "the network back": (start(FILMS[2]), stop(FILMS[2], 2)),
    "killed past the mark": (start(FILMS[3]), pause(FILMS[3], 85), start(FILMS[3], 85), stop(FILMS[3], 85)),
    "killed before the mark": (start(FILMS[4]), stop(FILMS[4], 2)),
    "quit while it plays": (start(FILMS[5]), stop(FILMS[5], 85)),
    "quit without a network": (start(FILMS[6]),),  # and its mark an hour later, as a line of the history
}


def catalogue() -> List[Union[Movie, Series]]:
    """Return the titles of the library as Simkl knows them, for a fake server."""
    films = [
        Movie(film.title, film.year, simkl=FIRST_FILM + number, ids=film.ids, runtime=LENGTH / 60)
        for number, film in enumerate(FILMS)
    ]
    return [*films, *(_series(FIRST_SHOW + number, show) for number, show in enumerate(SHOWS))]


def simkl_id(film: Film) -> int:
    """Return Simkl's own id of a film."""
    return FIRST_FILM + FILMS.index(film)


class Arrivals:
    """What has arrived at a fake server, taken situation by situation.

    What no situation wants is an error at the next one.
    """

    def __init__(self, box: FakeSimkl) -> None:
        self._box = box
        self._taken = len(box.scrobbles)
        self._last_write = 0.0
        self._counted: List[Tuple[str, Optional[int], Optional[int]]] = []  # marked by what was taken
        self.delays: Dict[str, List[float]] = {}

    def of(self, situation: str) -> "Story":
        """Return the calls of a situation, to be taken one after the other."""
        return Story(self, WANTED[situation])

    def wait(self) -> None:
        """Wait until one more has arrived than were taken."""
        self._box.wait_for(lambda: len(self._box.scrobbles) > self._taken, ARRIVES_WITHIN)

    def take(self, wanted: Call, kind: str = "", since: Optional[float] = None) -> None:
        """Wait for the next call and compare it; note the seconds `since` something happened, monotonic."""
        self.wait()
        found = self._box.scrobbles[self._taken]
        got = Call(found.action, found.answered, found.title, found.season, found.episode, found.progress)
        is_right = got[:5] == wanted[:5] and abs(got.progress - wanted.progress) <= wanted.near
        assert is_right, f"wanted: {wanted}\narrived: {got}\nall: {list(map(str, self._box.scrobbles))}"
        if since is not None:
            self.delays.setdefault(kind, []).append(found.at - max(since, self._last_write + BETWEEN_WRITES))
        self._last_write = found.at
        self._taken += 1
        if wanted.answered == "scrobble":
            self._counted.append(wanted[2:5])

    def nothing_else(self, *late: Watchable) -> None:
        """Make sure that all calls were wanted, and each mark was made once: by its stop, or of `late` by a history."""
        more = list(map(str, self._box.scrobbles[self._taken :]))
        assert more == [], more
        found = {
            (mark.title, mark.season, mark.episode): (mark.times, mark.routes, mark.repeats)
            for user in self._box.watched.values()
            for mark in user.values()
        }
        by_stop = {each: (1, ("/scrobble/stop",), ()) for each in self._counted}
        wanted = {**by_stop, **{_named(each): (1, ("/sync/history",), ()) for each in late}}
        assert found == wanted, f"{found}, not {wanted}"

    def sound(self) -> None:
        """Make sure that every request was as Simkl wants it, and none came too soon after another."""
        assert self._box.malformed == [], self._box.malformed
        assert self._box.too_many_posts == [], f"{self._box.too_many_posts} of {self._box.requests}"

    def median(self, *kinds: str) -> float:
        """Return the median of the seconds from events of these kinds to their calls; printed with all of them."""
        for kind in kinds:
            print(f"seconds from {kind} to its call: {[round(each, 2) for each in self.delays.get(kind, [])]}")
        found = median(each for kind in kinds for each in self.delays.get(kind, []))
        print(f"median from {', '.join(kinds)}: {found:.2f} s")
        return found


class Story:
    """The calls of one situation."""

    def __init__(self, arrivals: Arrivals, calls: Tuple[Call, ...]) -> None:
        self._arrivals = arrivals
        self._left = list(calls)

    def next(self, kind: str = "", since: Optional[float] = None) -> None:
        """Wait for the next call of it, which is the right one."""
        self._arrivals.take(self._left.pop(0), kind, since)

    def wait(self) -> None:
        """Wait until the next call has arrived, and leave it there."""
        self._arrivals.wait()

    def rest(self, kind: str = "", since: Optional[float] = None) -> None:
        """Wait for all that are left; only the first belongs to what happened `since`."""
        while self._left:
            self.next(kind, since)
            since = None


def now() -> float:
    """Return the time on the clock of the fake server."""
    return time.monotonic()


def _series(simkl: int, show: Show) -> Series:
    seasons: Dict[int, int] = {}
    for episode in show.episodes:
        seasons[episode.season] = max(episode.number, seasons.get(episode.season, 0))
    own = {(episode.season, episode.number): {"tvdb": episode.ids["tvdb"]} for episode in show.episodes}
    anime = show.genre == "Anime"
    return Series(
        show.title, show.year, simkl, show.ids, seasons, anime=anime, episode_ids=own, runtime=LENGTH / 60
    )  # fmt: skip
