"""What a test reads of a fake server after the fact; everything is a copy."""

from __future__ import annotations

from operator import attrgetter
from typing import Any


def _copy(place: str, what: str) -> Any:
    return property(lambda self: list(attrgetter(place)(self)), doc=what)


class Reading:
    """The records of one fake server, as properties; lists are sorted oldest first."""

    codes = _copy("model.codes", "Every live user code of both generations.")
    tokens = _copy("model.links.live", "Every live link; `.token` is its access token.")
    grants = _copy("model.links.all", "Every link there ever was, ended ones included.")
    refreshes = _copy("model.links.refreshes", "Every V2 refresh that succeeded, whether or not its answer arrived.")
    dead_token_uses = _copy("model.links.dead_uses", "Every request with an access token replaced or revoked before.")
    too_fast = _copy("model.too_fast", "Every poll that came sooner than the interval allows.")
    requests = _copy("journal.requests", "Every API request.")
    elsewhere = _copy("journal.elsewhere", "Every request that followed a redirect fault to /elsewhere.")
    scrobbles = _copy("tracking.scrobbles", "Every scrobble call that got past the gate and the write lock.")
    history_calls = _copy("tracking.history_calls", "Every POST to /sync/history, its /remove and /sync/ratings.")
    unwatched = _copy("tracking.library.unwatched", "Every mark that was taken away.")
    playbacks = _copy("tracking.playbacks", "Every resume point.")
    too_many_posts = _copy("tracking.too_many_posts", "Every POST less than a second after one of the same user.")
    malformed = _copy("tracking.malformed", "Everything in a tracking request that the documentation does not allow.")
    watched = property(
        lambda self: self.tracking.watched(self.model.users),
        doc="Every mark there is now, of every user by name, under (simkl id, season, episode).",
    )
    ratings = property(
        lambda self: self.tracking.ratings(self.model.users),
        doc="Every rating there is now, of every user by name, under the simkl id.",
    )
    unattributed = property(
        lambda self: [recorded for recorded in self.requests if not recorded.attributed],
        doc="Every API request that did not say which app it comes from.",
    )
