"""A video library of invented films and episodes for a Kodi under test: its files, and what Kodi calls them.

    library = Library(kodi, tmp_path / "videos")
    kodi.rpc("Player.Open", item=library.item(FILMS[0]))

The files are NFOs next to pictures without sound, of 240 seconds unless the table says otherwise. Of those Kodi itself
keeps no resume point before 180 s, nor after 92 %, and marks them as watched at 90 %; of a file of two episodes it
marks both. All films and episodes have ids of their own, and a show others than its episodes.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
import xml.etree.ElementTree as ElementTree
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Dict, Iterator, NamedTuple, Union

from tests.fakes.simkl import Movie
from tests.fakes.simkl import Show as Series
from tests.real_kodi.addons import PROJECT
from tests.real_kodi.debian import CLEAN_PATH
from tests.real_kodi.real_kodi import RealKodi

CACHE = PROJECT / "build" / "kodi-videos"
SCAN_TIMEOUT = 60.0
LENGTH, CLIP, SHORT = 240, 60, 15  # seconds: a usual item, one under the minimum length, one to be seen to its end
FIRST_FILM, FIRST_SHOW = 9100001, 9200001  # Simkl's own ids

Ids = Dict[str, str]


class Film(NamedTuple):
    """A film; `ids` as Kodi calls them: imdb, tmdb. `simkl` is Simkl's own id."""

    title: str
    year: int
    ids: Ids
    simkl: int
    seconds: int = LENGTH

    @property
    def name(self) -> str:
        """The name of its file, without the ending."""
        return f"{self.title} ({self.year})"


class Show(NamedTuple):
    """A show; `episodes` are titles by season and number, those of `double` lie in one file."""

    title: str
    year: int
    ids: Ids
    simkl: int
    episodes: dict[tuple[int, int], str]
    double: tuple[tuple[int, int], ...] = ()
    genre: str = "Drama"

    def part(self, season: int, number: int) -> Part:
        """Return an episode of it."""
        return Part(self, season, number)


class Part(NamedTuple):
    """An episode of a show."""

    show: Show
    season: int
    number: int

    @property
    def ids(self) -> Ids:
        """Its own ids."""
        own = (self.show.simkl - FIRST_SHOW + 1) * 1000 + self.season * 100 + self.number
        return {"tvdb": str(8_000_000 + own), "tmdb": str(7_000_000 + own), "imdb": f"tt98{own:05}"}


Watchable = Union[Film, Part]


def _film(number: int, title: str, year: int, seconds: int = LENGTH) -> Film:
    ids = {"imdb": f"tt99000{number + 1:02}", "tmdb": str(990001 + number)}
    return Film(title, year, ids, FIRST_FILM + number, seconds)


FILMS = (
    _film(0, "The Glass Orchard", 2019),
    _film(1, "Nine Lanterns", 2021),
    _film(2, "Salt and Velvet", 1998),
    _film(3, "A Map of Tuesday", 2005),
    _film(4, "Der stille Hafen", 2011),
    _film(5, "Løven på Taget", 2016),
    _film(6, "Copper Rain", 1974),
    _film(7, "Already Seen Twice", 2008),
    _film(8, "One Minute Clip", 2022, CLIP),
)
HARBOUR = Show(
    "Harbour Lights Inc", 2018, {"imdb": "tt9910001", "tmdb": "991001", "tvdb": "992001"}, FIRST_SHOW,
    {
        (0, 1): "The Lamp That Was Cut", (1, 1): "First Watch", (1, 2): "Fog Horn", (1, 3): "Low Tide",
        (1, 4): "The Keeper",
    },
)  # fmt: skip
PAPER = Show(
    "The Paper Detectives", 2020, {"imdb": "tt9910002", "tmdb": "991002", "tvdb": "992002"}, FIRST_SHOW + 1,
    {
        (1, 1): "Fold One", (1, 2): "Fold Two", (1, 3): "The Missing Staple", (1, 4): "Carbon Copy",
        (1, 5): "Watermark", (2, 1): "Second Ream", (2, 2): "Paper Cut", (2, 3): "Shredded",
    },
    double=((1, 1), (1, 2)),
)  # fmt: skip
KUMO = Show(
    "Kumo no Sanpo", 2017, {"imdb": "tt9910003", "tmdb": "991003", "tvdb": "992003", "anidb": "993003"}, FIRST_SHOW + 2,
    {
        (1, 1): "A Cloud Sets Out", (1, 2): "Above the Rice", (1, 3): "Thunder's Cousin", (1, 4): "Home by Rain",
    },
    genre="Anime",
)  # fmt: skip
SHOWS = (HARBOUR, PAPER, KUMO)


def catalogue() -> list[Movie | Series]:
    """Return the titles of the library as Simkl knows them, for a fake server."""
    films = [Movie(film.title, film.year, film.simkl, film.ids, LENGTH / 60) for film in FILMS]
    return [*films, *map(_series, SHOWS)]


def _series(show: Show) -> Series:
    seasons = {season: number for season, number in sorted(show.episodes)}  # the last one's number counts
    own = {place: {"tvdb": show.part(*place).ids["tvdb"]} for place in show.episodes}
    anime = show.genre == "Anime"
    return Series(
        show.title, show.year, show.simkl, show.ids, seasons, anime=anime, episode_ids=own, runtime=LENGTH / 60
    )  # fmt: skip


class Library:
    """The files of the tables below a folder, which is made, scanned into the library of a Kodi."""

    def __init__(self, kodi: RealKodi, folder: Path) -> None:
        self._kodi = kodi
        self.folder = folder
        for film in FILMS:
            fields = {"title": film.title, "year": film.year}
            _write(video(self.file(film), film.seconds), _nfo("movie", film.ids, "imdb", **fields))
        for show in SHOWS:
            for season, number in sorted(show.episodes):
                self._write_episode(show.part(season, number))
            fields = {"title": show.title, "premiered": f"{show.year}-03-01", "genre": show.genre}
            _write(folder / "Shows" / show.title / "tvshow.nfo", _nfo("tvshow", show.ids, "tvdb", **fields))
        self._scan()

    def _write_episode(self, part: Part) -> None:
        fields = {"title": part.show.episodes[part[1:]], "season": part.season, "episode": part.number}
        _write(video(self.file(part)), _nfo("episodedetails", part.ids, "tvdb", **fields))

    def _scan(self) -> None:
        """Make the folders sources of this Kodi's library and wait until all is in it."""
        databases = (self._kodi.home.userdata / "Database").glob("MyVideos*.db")
        newest = max(databases, key=lambda path: int("".join(filter(str.isdigit, path.stem))))
        with closing(sqlite3.connect(newest, timeout=10)) as connection, connection:
            for name, content in [("Films", "movies"), ("Shows", "tvshows")]:
                connection.execute(
                    "INSERT INTO path (strPath, strContent, strScraper, scanRecursive, useFolderNames, strSettings,"
                    " noUpdate, exclude) VALUES (?, ?, 'metadata.local', 0, 0, '<settings version=\"2\" />', 0, 0)",
                    (f"{self.folder / name}/", content),
                )
        self._kodi.forget_notifications()
        self._kodi.rpc("VideoLibrary.Scan", showdialogs=False)
        self._kodi.wait_for_notification("VideoLibrary.OnScanFinished", timeout=SCAN_TIMEOUT)
        found = (len(self._all("Movies")), len(self._all("Episodes")))
        expected = (len(FILMS), sum(len(show.episodes) for show in SHOWS))
        if found != expected:
            raise AssertionError(f"Kodi found {found} films and episodes, not {expected}")

    @contextmanager
    def held_up_scan(self) -> Iterator[None]:
        """Have Kodi scan its sources for as long as the block lasts: it reads a film's NFO that is not written yet."""
        film = video(self.folder / "Films" / "Held Up (2024).mkv")
        nfo = film.with_suffix(".nfo")
        os.mkfifo(nfo)
        self._kodi.forget_notifications()
        self._kodi.rpc("VideoLibrary.Scan", showdialogs=False)
        with self._kodi.wait_until(lambda: _writer(nfo), SCAN_TIMEOUT, "Kodi reading the NFO"):
            yield
        self._kodi.wait_for_notification("VideoLibrary.OnScanFinished", timeout=SCAN_TIMEOUT)

    def file(self, what: Watchable) -> Path:
        """Return the file of a film, or of an episode; two episodes may share it."""
        if isinstance(what, Film):
            return self.folder / "Films" / f"{what.name}.mkv"
        show, *place = what
        places = show.double if tuple(place) in show.double else [place]
        numbers = "".join(f"E{number:02}" for _, number in places)
        return self.folder / "Shows" / show.title / f"{show.title} S{what.season:02}{numbers}.mkv"

    def item(self, what: Watchable) -> dict[str, int]:
        """Return what Kodi's calls name it by: its id in the library."""
        if isinstance(what, Film):
            return {"movieid": self._id("Movies", title=what.title)}
        show = self.show_id(what.show)
        return {"episodeid": self._id("Episodes", show, season=what.season, episode=what.number)}

    def show_id(self, show: Show) -> int:
        """Return Kodi's id of a show."""
        return self._id("TVShows", title=show.title)

    def _all(self, kind: str, *properties: str, **filters: int) -> list[dict[str, Any]]:
        answer = self._kodi.rpc(f"VideoLibrary.Get{kind}", properties=list(properties), **filters)
        return list(answer.get(kind.lower(), []))

    def _id(self, kind: str, show: int | None = None, **wanted: object) -> int:
        items = self._all(kind, *wanted, **({} if show is None else {"tvshowid": show}))
        (found,) = [item for item in items if all(item[name] == value for name, value in wanted.items())]
        return int(found[f"{kind.lower()[:-1]}id"])


def video(path: Path, seconds: int = LENGTH) -> Path:
    """Put a silent video of this length at `path` and return it: a link to one in `CACHE`, made the first time."""
    made = CACHE / f"{seconds}.mkv"
    if not made.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        draft = CACHE / f"{seconds}-{os.getpid()}.mkv"
        source = ["-f", "lavfi", "-i", "testsrc=size=160x90:rate=5", "-t", str(seconds)]
        # A key frame each second, so that Kodi's seeks land where they were sent.
        command = ["ffmpeg", "-loglevel", "error", "-y", *source, "-c:v", "mpeg4", "-g", "5", str(draft)]
        subprocess.run(command, check=True, timeout=120, stdin=subprocess.DEVNULL, env={"PATH": CLEAN_PATH})
        draft.rename(made)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    try:
        os.link(made, path)
    except OSError:  # another file system
        shutil.copyfile(made, path)
    return path


def _writer(fifo: Path) -> BinaryIO | None:
    """Return the end of a pipe to write into, None while nobody reads the other one."""
    try:
        return os.fdopen(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK), "wb")
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        return None


def _write(file: Path, nfo: str) -> None:
    # Appended: two roots in one file is how Kodi wants a file of two episodes described.
    with file.with_suffix(".nfo").open("a", encoding="utf-8") as written:
        written.write(f"{nfo}\n")


def _nfo(kind: str, ids: Ids, default: str, **fields: object) -> str:
    root = ElementTree.Element(kind)
    for name, value in fields.items():
        ElementTree.SubElement(root, name).text = str(value)
    for name, value in ids.items():
        marked = {"default": "true"} if name == default else {}
        ElementTree.SubElement(root, "uniqueid", {"type": name, **marked}).text = value
    return ElementTree.tostring(root, encoding="unicode")
