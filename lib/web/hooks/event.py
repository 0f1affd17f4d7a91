"""One thing that happened at a media server, the same for every kind of server."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Mapping


class HookEventKind(Enum):
    """What happened. `SCROBBLE` is the server's own word that it was watched, `MARK` and `UNMARK` are by hand."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    PROGRESS = "progress"
    STOP = "stop"
    SCROBBLE = "scrobble"
    MARK = "mark"
    UNMARK = "unmark"
    TEST = "test"


class UnusableReason(Enum):
    """Why a request holds no event that could be used."""

    NOT_READABLE = "not_readable"
    NOT_RECOGNISED = "not_recognised"
    NOT_PLAYBACK = "not_playback"
    NOT_MEDIA = "not_media"


@dataclass(frozen=True)
class UnusableHook:
    """A request that holds no event that could be used; `detail` is a sentence for the admin of the server."""

    reason: UnusableReason
    detail: str
    sender: str = ""
    server_version: str = ""


@dataclass(frozen=True)
class PlaybackEvent:
    """What a sender told. A text that is not known is empty, a number that is not known is None.

    `ids` are those of the film or of the episode itself, under the sender's names in small letters; `show_ids` are the
    show's. `year` is the film's, `show_year` the show's. `position` and `runtime` are seconds. `completed` is whether
    the sender says that it was played to its end. `user_id` is a GUID without dashes where the sender has GUIDs, in
    small letters. `device` tells the players of one user apart; `device_name` is for people. `item_id` and `show_id`
    are the server's own. `episode_end` is the last episode of a file that holds several. `occurred_at` are seconds
    since 1970.
    """

    sender: str
    kind: HookEventKind
    media: str = ""
    title: str = ""
    year: int = 0
    ids: Mapping[str, str] = field(default_factory=dict)
    show_title: str = ""
    show_year: int = 0
    show_ids: Mapping[str, str] = field(default_factory=dict)
    season: int | None = None
    episode: int | None = None
    episode_end: int | None = None
    genres: tuple[str, ...] = ()
    item_id: str = ""
    show_id: str = ""
    position: float | None = None
    runtime: float | None = None
    is_paused: bool | None = None
    completed: bool | None = None
    user_id: str = ""
    user_name: str = ""
    device: str = ""
    device_name: str = ""
    library: str = ""
    library_id: str = ""
    path: str = ""
    server_id: str = ""
    server_name: str = ""
    server_version: str = ""
    occurred_at: float | None = None

    @property
    def label(self) -> str:
        """A name for people: `The Glass Harbour`, `Lantern Street 2x04`."""
        if self.media != "episode":
            return self.title
        number = "" if self.episode is None else f"{self.season}x{self.episode:02}"
        if self.episode is not None and self.season is None:
            number = f"{self.episode:02}"
        return " ".join(part for part in (self.show_title or self.title, number) if part)
