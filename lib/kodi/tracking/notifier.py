"""What the person and other add-ons hear of the tracking: toasts, as far as they are wanted, and Kodi's notifications.

Never a window, and while a video plays nothing at all unless that is wanted: it waits until the end.
"""

from __future__ import annotations

import threading
from typing import Any, Callable, Sequence

import xbmc

from lib.kodi import rpc, strings
from lib.kodi.addon import ADDON_ID, NOTIFICATION_MS, Addon
from lib.kodi.settings import NOTIFY_ALL, NOTIFY_PROBLEMS
from lib.simkl.api.scrobble import PAUSE, START, STOP
from lib.simkl.errors import QuotaSpent, SimklError
from lib.system.errors import InternalError, LinkError
from lib.tracking.play import RATING, REMOVED, UNWATCHED, WATCHED, Play

PROBLEM_NOTIFICATION_MS = 5000
MAX_HELD = 3
PLAY_MESSAGES = {
    START: "watching", PAUSE: "paused", STOP: "stopped", WATCHED: "watched", UNWATCHED: "unwatched", REMOVED: "removed",
}  # fmt: skip


class Notifier:
    """Tells. `ask` is called to have the person rate what they watched.

    `on_queue_drained` is called when Simkl has got more than what goes on just now.
    """

    def __init__(
        self,
        addon: Addon,
        ask: Callable[[Play], None],
        on_queue_drained: Callable[[], None] = lambda: None,
    ) -> None:
        self._addon = addon
        self._ask = ask
        self._on_queue_drained = on_queue_drained
        self._held: list[tuple[str, int, str, str]] = []
        self._to_rate: Play | None = None
        self._unknown: set[str] = set()  # what Simkl does not know cannot be rated there
        self._lock = threading.Lock()
        self._told_of_unmarks = False

    def watched(self, play: Play) -> None:
        """Remember what to ask about once the playback is over."""
        self._to_rate = play

    def playback_over(self) -> None:
        """Tell what was held back, and ask for a rating; nothing plays any more."""
        with self._lock:
            held, self._held = self._held, []
        for each in held:
            self._addon.toast(*each)
        play, self._to_rate = self._to_rate, None
        if play is not None and play.key not in self._unknown:
            self._ask(play)

    def delivered(self, plays: Sequence[Play]) -> None:
        """Tell what Simkl has got."""
        for play in plays:
            rpc.tell_others(ADDON_ID, _message(play), _data(play))
            self._unknown.discard(play.key)
        self._say_marks([play for play in plays if play.counts], strings.MARKED, strings.MARKED_MANY)
        unmarked = [play for play in plays if play.action == UNWATCHED]
        self._say_marks(unmarked, strings.UNMARKED, strings.UNMARKED_MANY)
        if not all(play.is_live for play in plays):
            self._on_queue_drained()

    def not_recognised(self, play: Play) -> None:
        """Tell what Simkl does not know."""
        self._unknown.add(play.key)
        rpc.tell_others(ADDON_ID, "not_recognised", _data(play))
        self._say(NOTIFY_PROBLEMS, play.label, play.art, self._addon.text(strings.NOT_RECOGNISED))
        self._on_queue_drained()

    def unmarks_left_alone(self, plays: Sequence[Play]) -> None:
        """Tell once that marks were taken away in Kodi only, and how to take them away at Simkl as well."""
        if not self._told_of_unmarks:
            self._told_of_unmarks = True
            self._say(NOTIFY_PROBLEMS, self._addon.text(strings.UNMARKS_LEFT_ALONE), plays[0].art)

    def refused(self, play: Play, error: SimklError) -> None:
        """Tell what Simkl does not take."""
        self._say(NOTIFY_PROBLEMS, play.label, play.art, self._addon.text(strings.NOT_TAKEN))
        self._on_queue_drained()

    def trouble(self, error: Exception) -> None:
        """Tell why nothing is sent."""
        if isinstance(error, QuotaSpent):
            self._say(NOTIFY_PROBLEMS, self._addon.text(strings.QUOTA_WAITS))
        else:
            self._say(
                NOTIFY_PROBLEMS,
                self._addon.short_error_text(error if isinstance(error, LinkError) else InternalError()),
            )

    def _say_marks(self, plays: Sequence[Play], one: int, many: int) -> None:
        """Tell what was marked: its name, or how many of which show."""
        if len(plays) == 1:
            self._say(NOTIFY_ALL, plays[0].label, plays[0].art, self._addon.text(one))
        elif plays:
            told = self._addon.text(many, count=str(len(plays)))
            title = common_title(plays)
            if title:
                self._say(NOTIFY_ALL, title, plays[0].art, told)
            else:
                self._say(NOTIFY_ALL, told)

    def _say(self, level: int, message: str, picture: str = "", heading: str = "") -> None:
        wanted = self._addon.settings
        if level > wanted.notify:
            return
        milliseconds = PROBLEM_NOTIFICATION_MS if level == NOTIFY_PROBLEMS else NOTIFICATION_MS
        if wanted.quiet and xbmc.Player().isPlayingVideo():
            with self._lock:
                told = message, milliseconds, picture, heading
                self._held = [*self._held, told][-MAX_HELD:]
        else:
            self._addon.toast(message, milliseconds, picture, heading)


def common_title(plays: Sequence[Play]) -> str:
    """Return the title that all of these share, such as their show's; an empty text if they do not share one."""
    titles = {play.item.title if play.item is not None else "" for play in plays}
    return titles.pop() if len(titles) == 1 else ""


def _message(play: Play) -> str:
    if play.action == RATING:
        return "rated"
    return PLAY_MESSAGES[WATCHED if play.counts else play.action]


def _data(play: Play) -> dict[str, Any]:
    """Return what other add-ons are told: what it is, how far, and the name that the library has for it."""
    item = play.item.stored() if play.item is not None else {"file": play.file}
    rated = {"rating": play.rating} if play.action == RATING else {}
    return {**item, **rated, "title": play.label, "progress": play.progress, "library": play.ref}
