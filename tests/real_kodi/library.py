"""A video library of 30 invented items for a Kodi under test: its files, and what Kodi calls them.

    library = build(tmp_path / "videos")
    library.scan_into(kodi)
    kodi.rpc("Player.Open", item={"movieid": library.film_id(kodi, FILMS[0])})

The items are the table in `library_items`. The files are NFOs next to pictures without sound, of 240 seconds unless the
table says otherwise. Of those Kodi itself keeps no resume point before 180 s, nor after 92 %, and marks them as watched
at 90 %; of a file of two episodes it marks both.
"""

import errno
import os
import shutil
import sqlite3
import subprocess
import xml.etree.ElementTree as ElementTree
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Dict, Iterator, List, Optional

from tests.real_kodi.dependencies import PROJECT
from tests.real_kodi.library_items import FILMS, LENGTH, SHOWS, Episode, Film, Ids, Show
from tests.real_kodi.requirements import CLEAN_PATH

if TYPE_CHECKING:
    from tests.real_kodi.real_kodi import RealKodi

CACHE = PROJECT / "build" / "kodi-videos"
SCAN_TIMEOUT = 60.0

_SOURCES = {"Films": "movies", "Shows": "tvshows"}


class Library:
    """The files of the table below one folder, and what Kodi calls them once it has scanned them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def film(self, film: Film) -> Path:
        """Return the file of a film."""
        return self.folder / "Films" / f"{film.name}.mkv"

    def episode(self, show: Show, season: int, number: int) -> Path:
        """Return the file of an episode; two episodes may share it."""
        for episodes in show.files():
            if any((episode.season, episode.number) == (season, number) for episode in episodes):
                return self.folder / "Shows" / show.title / f"{show.name(episodes)}.mkv"
        raise LookupError(f"{show.title} has no S{season:02}E{number:02}")

    def scan_into(self, kodi: "RealKodi") -> None:
        """Make the folders sources of this Kodi's library and wait until all is in it."""
        database = sorted((kodi.home.userdata / "Database").glob("MyVideos*.db"), key=_version)[-1]
        with closing(sqlite3.connect(database, timeout=10)) as connection, connection:
            for name, content in _SOURCES.items():
                connection.execute(
                    "INSERT INTO path (strPath, strContent, strScraper, scanRecursive, useFolderNames, strSettings,"
                    " noUpdate, exclude) VALUES (?, ?, 'metadata.local', 0, 0, '<settings version=\"2\" />', 0, 0)",
                    (f"{self.folder / name}/", content),
                )
        self.scan_again(kodi)
        found = (len(_all(kodi, "Movies", "movies")), len(_all(kodi, "Episodes", "episodes")))
        expected = (len(FILMS), sum(len(show.episodes) for show in SHOWS))
        if found != expected:
            raise AssertionError(f"Kodi found {found} films and episodes, not {expected}")

    def scan_again(self, kodi: "RealKodi") -> None:
        """Have Kodi look for what is new in its sources, and wait for the end of that."""
        kodi.forget_notifications()
        kodi.rpc("VideoLibrary.Scan", showdialogs=False)
        kodi.wait_for_notification("VideoLibrary.OnScanFinished", timeout=SCAN_TIMEOUT)

    @contextmanager
    def held_up_scan(self, kodi: "RealKodi") -> Iterator[None]:
        """Have Kodi scan its sources for as long as the block lasts: it reads a film's NFO that is not written yet."""
        film = self.folder / "Films" / "Held Up (2024).mkv"
        nfo = film.with_suffix(".nfo")
        video(film)
        os.mkfifo(nfo)
        kodi.forget_notifications()
        kodi.rpc("VideoLibrary.Scan", showdialogs=False)
        writer = kodi.wait_until(lambda: _writer(nfo), SCAN_TIMEOUT, "Kodi reading the NFO")
        try:
            yield
        finally:
            writer.close()
            kodi.wait_for_notification("VideoLibrary.OnScanFinished", timeout=SCAN_TIMEOUT)

    def film_id(self, kodi: "RealKodi", film: Film) -> int:
        """Return Kodi's id of a film."""
        return _id(_all(kodi, "Movies", "movies", "title"), "movieid", title=film.title)

    def show_id(self, kodi: "RealKodi", show: Show) -> int:
        """Return Kodi's id of a show."""
        return _id(_all(kodi, "TVShows", "tvshows", "title"), "tvshowid", title=show.title)

    def episode_id(self, kodi: "RealKodi", show: Show, season: int, number: int) -> int:
        """Return Kodi's id of an episode."""
        episodes = _all(kodi, "Episodes", "episodes", "season", "episode", tvshowid=self.show_id(kodi, show))
        return _id(episodes, "episodeid", season=season, episode=number)


def build(folder: Path, cache: Path = CACHE) -> Library:
    """Write all NFOs and videos below `folder`, which is made; the videos are links to those in `cache`."""
    library = Library(folder)
    for film in FILMS:
        _item(library.film(film), film.seconds, [_film_nfo(film)], cache)
    for show in SHOWS:
        for episodes in show.files():
            file = library.episode(show, episodes[0].season, episodes[0].number)
            _item(file, episodes[0].seconds, [_episode_nfo(episode) for episode in episodes], cache)
        _write(folder / "Shows" / show.title / "tvshow.nfo", [_show_nfo(show)])
    return library


def video(path: Path, seconds: int = LENGTH, cache: Path = CACHE) -> Path:
    """Put a silent video of this length at `path` and return it; one in `cache` is made the first time."""
    made = cache / f"{seconds}.mkv"
    if not made.exists():
        cache.mkdir(parents=True, exist_ok=True)
        draft = cache / f"{seconds}-{os.getpid()}.mkv"
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


def _item(file: Path, seconds: int, nfo: List[ElementTree.Element], cache: Path) -> None:
    video(file, seconds, cache)
    _write(file.with_suffix(".nfo"), nfo)


def _writer(fifo: Path) -> Optional[BinaryIO]:
    """Return the end of a pipe to write into, None while nobody reads the other one."""
    try:
        return os.fdopen(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK), "wb")
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        return None


def _write(path: Path, roots: List[ElementTree.Element]) -> None:
    # Two roots in one file is how Kodi wants a file of two episodes described.
    path.write_text("\n".join(ElementTree.tostring(root, encoding="unicode") for root in roots), encoding="utf-8")


def _film_nfo(film: Film) -> ElementTree.Element:
    return _nfo("movie", film.ids, "imdb", title=film.title, year=film.year, playcount=film.watched or None)


def _show_nfo(show: Show) -> ElementTree.Element:
    return _nfo("tvshow", show.ids, "tvdb", title=show.title, premiered=f"{show.year}-03-01", genre=show.genre)


def _episode_nfo(episode: Episode) -> ElementTree.Element:
    return _nfo(
        "episodedetails", episode.ids, "tvdb", title=episode.title, season=episode.season, episode=episode.number
    )


def _nfo(kind: str, ids: Ids, default: str, **fields: Optional[object]) -> ElementTree.Element:
    root = ElementTree.Element(kind)
    for name, value in fields.items():
        if value is not None:
            ElementTree.SubElement(root, name).text = str(value)
    for name, value in ids.items():
        element = ElementTree.SubElement(root, "uniqueid", type=name)
        element.text = value
        if name == default:
            element.set("default", "true")
    return root


def _version(database: Path) -> int:
    return int("".join(filter(str.isdigit, database.stem)))


def _all(kodi: "RealKodi", what: str, key: str, *properties: str, **filters: object) -> List[Dict[str, object]]:
    answer = kodi.rpc(f"VideoLibrary.Get{what}", properties=list(properties), **filters)
    return list(answer.get(key, []))


def _id(items: List[Dict[str, object]], key: str, **wanted: object) -> int:
    found = [item[key] for item in items if all(item[name] == value for name, value in wanted.items())]
    if len(found) != 1:
        raise LookupError(f"{len(found)} items in Kodi's library with {wanted}")
    return int(str(found[0]))
