"""What a player can tell about what it plays."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Mapping
from urllib.parse import unquote

from lib.simkl.api.media import replace_surrogates

MEDIA_MOVIE, MEDIA_EPISODE, MEDIA_MUSIC_VIDEO, MEDIA_CHANNEL = "movie", "episode", "musicvideo", "channel"
ARCHIVE_SCHEMES = ("zip", "rar", "archive")
DISC_SCHEMES = ("bluray", "udf", "iso9660")
WEB_SCHEMES = ("http", "https", "dav", "davs", "ftp", "ftps", "rtmp", "rtsp", "mms", "udp", "rtp")


@dataclass(frozen=True)
class EpisodeInfo:
    """One episode of the library; `ids` are its own, not the show's; `runtime` are seconds, 0 where it is not known."""

    season: int
    episode: int
    ids: Mapping[str, str] = field(default_factory=dict)
    runtime: float = 0.0


@dataclass(frozen=True)
class MediaInfo:
    """What is known of an item. Whatever is not known is empty, a number that is not known is None.

    `media` is movie, episode, musicvideo, channel or something else; `library_id` is the player's own number for a
    library item, 0 for others. `ids` are those of the item itself: a film's, or an episode's. `show_*` are of the show.
    `given` are the ids that the playing add-on has set for us, JSON texts, the one that counts most first; for an
    episode they are the show's. `episodes` are all of a file that holds several. `addon` is the id of the add-on that
    plays it, `address` where the player found it, if that is not the file: a library's `.strm`, a channel. `total` is
    its length in seconds, 0 while nobody knows. `original_title` is the film's or the show's in its own language.
    `is_trailer` is what the player itself says, `last_played` the library's date, in local time.
    """

    file: str = ""
    media: str = ""
    library_id: int = 0
    title: str = ""
    year: int = 0
    ids: Mapping[str, str] = field(default_factory=dict)
    show_title: str = ""
    show_year: int = 0
    show_ids: Mapping[str, str] = field(default_factory=dict)
    season: int | None = None
    episode: int | None = None
    episodes: tuple[EpisodeInfo, ...] = ()
    genres: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    excluded: bool = False
    addon: str = ""
    address: str = ""
    art: str = ""
    total: float = 0.0
    original_title: str = ""
    is_trailer: bool = False
    last_played: str = ""

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, str):
                object.__setattr__(self, each.name, replace_surrogates(value))

    @property
    def path(self) -> str:
        """The file without what players hang on to an address (`?token`, `|User-Agent=`), and with plain slashes.

        Only web addresses have that; on a disk, on a share, `?`, `|` and `%` are parts of names.
        """
        path = strip_vfs_wrappers(self.file)
        if self.scheme in WEB_SCHEMES or self.scheme == "plugin":
            path = unquote(path.partition("|")[0].partition("?")[0])
        return path.replace("\\", "/").rstrip("/")

    @property
    def scheme(self) -> str:
        """What stands before `://`, in small letters, inside of what is wrapped; empty for a plain path."""
        return _scheme(strip_vfs_wrappers(self.file))

    def alone(self) -> MediaInfo:
        """Return the one episode, without the others that share its file."""
        return replace(self, episodes=())

    @property
    def ref(self) -> str:
        """The library's name for it, such as `episode/12`; empty outside the library."""
        return f"{self.media}/{self.library_id}" if self.library_id > 0 else ""


def strip_vfs_wrappers(address: str) -> str:
    """Return the address inside of Kodi's wrappings: a stack's first part, a file in its archive, a disc or its image.

    An archive or disc stands there quoted, in place of the host. A name with a comma has two of them in a stack.
    """
    scheme = _scheme(address)
    inner = address.partition("://")[2]
    if scheme == "stack":
        return strip_vfs_wrappers(inner.partition(" , ")[0].replace(",,", ","))
    quoted, _, below = inner.partition("/")
    outer = strip_vfs_wrappers(unquote(quoted)).rstrip("/\\") if scheme in (*ARCHIVE_SCHEMES, *DISC_SCHEMES) else ""
    if not outer:
        return address
    return f"{outer}/{below}" if scheme in ARCHIVE_SCHEMES else outer


def outer_schemes(address: str) -> frozenset[str]:
    """Return the schemes of Kodi's wrappings around an address, such as `bluray` and `udf` of a disc's image."""
    scheme = _scheme(address)
    if scheme not in (*ARCHIVE_SCHEMES, *DISC_SCHEMES, "stack"):
        return frozenset()
    inner = unquote(address.partition("://")[2].partition("/")[0]) if scheme != "stack" else ""
    return frozenset((scheme,)) | outer_schemes(inner)


def _scheme(address: str) -> str:
    scheme, colon, _ = address.partition("://")
    return scheme.lower() if colon else ""
