"""A linked Kodi with a small library: its service, its player and the fake Simkl live by one clock that jumps."""

import contextlib
import sqlite3
import threading
from datetime import datetime, timezone
from types import SimpleNamespace
from unittest import mock

from tests.fakes.kodi.sleepers import Bell, Letters, Sleepers
from tests.fakes.simkl import Movie, Show
from tests.frontends.kodi.tv import BOUND, Tv

EVENING = datetime(2026, 3, 5, 18, 0, tzinfo=timezone.utc)  # when every test begins
FOUR_MINUTES = 240.0
WORKER = "simkl-"
VIEWER = "sample_viewer"

FILM = Movie("The Glass Harbour", 2018, 9000002, {"imdb": "tt9900001", "tmdb": "990001"}, runtime=4)
OTHER_FILM = Movie("Salt Letters", 2020, 9000003, {"imdb": "tt9900002", "tmdb": "990002"}, runtime=4)
SHOW = Show(
    "Lantern Street", 2021, 9000010, {"imdb": "tt9910001", "tmdb": "991001", "tvdb": "992001"}, {0: 2, 1: 8, 2: 10},
    episode_ids={(2, 4): {"tvdb": "8002004"}}, runtime=4, titles={(2, 4): "Low Tide"},
)  # fmt: skip
ANIME = Show("Moon Kitchen", 2017, 9000020, {"mal": "99103", "anidb": "993003"}, {1: 12}, anime=True, runtime=4)
LONG_SHOW = Show("The Long Evening", 2001, 9000030, {"imdb": "tt9910030"}, {1: 60, 2: 60}, runtime=4)
CATALOGUE = (FILM, OTHER_FILM, SHOW, ANIME, LONG_SHOW)


class Couch(Tv):
    """`film`, `other_film`, `show`, `anime`, `special`, `first` to `third`, `double` are numbers in Kodi's library."""

    def __init__(self, profile, box, **options):
        super().__init__(profile, box, **{"real_wait": 0.0, **options})
        self._fill_library()

    @contextlib.contextmanager
    def inside(self):
        """Have the threads of the service sleep by Kodi's clock."""
        with super().inside():
            sleepers = Sleepers(self.kodi.clock, self.kodi.changes, WORKER, BOUND)
            sleepers.is_over = lambda: self.kodi.aborted
            self.kodi.waiting.sleepers = sleepers
            threads = SimpleNamespace(Event=lambda: Bell(sleepers))
            with contextlib.ExitStack() as patches:
                for module in ("playback.player_thread", "tracking.tracking_service"):
                    patches.enter_context(mock.patch(f"lib.kodi.{module}.Mailbox", lambda: Letters(sleepers)))
                patches.enter_context(mock.patch("lib.kodi.tracking.delivery_thread.threading", threads))
                yield

    def run(self, *argv):
        """Run the add-on, which must not come to an internal error."""
        code = super().run(*argv)
        assert (code, "internal error" in self.kodi.log_text()) == (0, False), self.kodi.log_text()
        assert self.kodi.windows_at_the_end == [], "a window was asked for while Kodi ends"
        return code

    def sleep(self, seconds):
        """Stand in for time.sleep: the add-on's threads sleep by Kodi's clock, and nobody else has a reason to."""
        assert threading.current_thread().name.startswith(WORKER), f"{threading.current_thread().name} sleeps"
        self.kodi.waiting.sleepers.sleep(seconds)

    def wall(self):
        """Return the seconds since 1970."""
        return EVENING.timestamp() + self.now()

    def restart(self, profile=None, **options):
        before = self.kodi
        super().restart(profile, **options)
        self.kodi.library = before.library
        before.library._kodi = self.kodi

    def at(self, seconds, act, *args, **kwargs):
        """Plan what happens so many seconds from now."""
        self.kodi.at(self.now() + seconds, lambda: act(*args, **kwargs))

    def plan(self, begins, ends, play=None):
        """Plan that a film, or what `play` plays, plays from second to second."""
        self.at(begins, play or self.play_film)
        self.at(ends, self.kodi.playback.stop)

    def play_film(self):
        self.kodi.playback.start_from_library("movie", self.film)

    def play_other_film(self):
        self.kodi.playback.start_from_library("movie", self.other_film)

    def play_episode(self, number):
        self.kodi.playback.start_from_library("episode", number)

    def watch(self, begin, *steps, until=FOUR_MINUTES):
        """Run the service with a playback from second 1 on; steps are (seconds after its beginning, method name)."""
        self.at(1, begin)
        for seconds, step, *args in steps:
            self.at(1 + seconds, getattr(self.kodi.playback, step), *args)
        return self.service(until + 30)

    # what Simkl has got

    def calls(self):
        """Return (action, title with number, progress in whole percent) of what was scrobbled."""
        return [(one.action, _named(one), round(one.progress)) for one in self.box.scrobbles]

    def sent(self, path="/scrobble/stop"):
        """Return the bodies that were posted there."""
        return [request.body for request in self.box.requests if request.path == path]

    def marks(self):
        """Return the films and episodes that are watched at Simkl, and how often."""
        return {_named(mark): mark.times for mark in self.box.watched[VIEWER].values()}

    def queued(self, owner="900001"):
        """Return (action, label, state) of what is left in the queue."""
        with self.queue() as queue:
            found = queue.listing(owner, "waiting", "unknown", "stuck")
            return [(one.action, one.label, one.state) for one in found]

    def _fill_library(self):
        library = self.kodi.library
        library.wall = self.wall
        self.film = library.add_film(FILM.title, FILM.year, dict(FILM.ids), "/films/The Glass Harbour (2018).mkv")
        self.other_film = library.add_film(OTHER_FILM.title, OTHER_FILM.year, dict(OTHER_FILM.ids))
        show = self.show_id = library.add_show(SHOW.title, SHOW.year, dict(SHOW.ids), genre=["Drama"])
        self.special = library.add_episode(show, 0, 1)
        self.first = library.add_episode(show, 2, 4, {"tvdb": "8002004", "imdb": "tt9802004"})
        self.second = library.add_episode(show, 2, 5)
        both = {"file": "/shows/Lantern Street S01E01E02.mkv", "runtime": 480}
        self.double = [library.add_episode(show, 1, number, **both) for number in (1, 2)]
        anime = library.add_show(ANIME.title, ANIME.year, {"anidb": "993003"}, genre=["Anime"])
        self.anime = library.add_episode(anime, 1, 3)


def change_queue(couch, statement):
    """Change the file of the queue behind the service's back."""
    with contextlib.closing(sqlite3.connect(str(couch.data / "queue.db"))) as connection, connection:
        connection.execute(statement)


def _named(one):
    """Return a title with its number: `Lantern Street 2x04`."""
    season = "" if one.season is None else f"{one.season}x"
    return one.title if one.episode is None else f"{one.title} {season}{one.episode:02}"
