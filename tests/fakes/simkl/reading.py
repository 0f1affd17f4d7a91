"""What a test reads of a fake server after the fact; everything is a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.simkl.codes import Code, TooFast
from tests.fakes.simkl.grants import DeadTokenUse, Grant, Refresh
from tests.fakes.simkl.journal import Journal, Recorded
from tests.fakes.simkl.library import Key
from tests.fakes.simkl.model import Model
from tests.fakes.simkl.tracked import (
    HistoryCall,
    Malformed,
    Playback,
    Rating,
    Scrobble,
    TooManyPosts,
    Unwatched,
    Watched,
)

if TYPE_CHECKING:
    from tests.fakes.simkl.tracking import Tracking
    from tests.fakes.simkl.writes import WriteLocks


class Reading:
    """The records of one fake server, as properties."""

    model: Model
    journal: Journal
    tracking: Tracking
    write_locks: WriteLocks

    @property
    def codes(self) -> list[Code]:
        """Every live user code of both generations, oldest first."""
        return self.model.codes

    @property
    def tokens(self) -> list[Grant]:
        """Every live link, oldest first; `.token` is its access token."""
        return self.model.grants

    @property
    def grants(self) -> list[Grant]:
        """Every link there ever was, ended ones included, oldest first."""
        return self.model.links.all

    @property
    def refreshes(self) -> list[Refresh]:
        """Every V2 refresh that succeeded, oldest first, whether or not its answer arrived."""
        return self.model.links.refreshes

    @property
    def dead_token_uses(self) -> list[DeadTokenUse]:
        """Every request with an access token that had already been replaced or revoked."""
        return self.model.links.dead_uses

    @property
    def too_fast(self) -> list[TooFast]:
        """Every poll that came sooner than the interval allows."""
        return self.model.too_fast

    @property
    def requests(self) -> list[Recorded]:
        """Every API request, oldest first."""
        return self.journal.requests

    @property
    def elsewhere(self) -> list[Recorded]:
        """Every request that followed a redirect fault to /elsewhere."""
        return self.journal.elsewhere

    @property
    def unattributed(self) -> list[Recorded]:
        """Every API request that did not say which app it comes from."""
        return [recorded for recorded in self.requests if not recorded.attributed]

    @property
    def scrobbles(self) -> list[Scrobble]:
        """Every scrobble call that got past the gate and the write lock, oldest first."""
        return self.tracking.scrobbles

    @property
    def watched(self) -> dict[str, dict[Key, Watched]]:
        """Every mark there is now, of every user by name, under (simkl id, season, episode)."""
        return self.tracking.watched(self.model.user_names)

    @property
    def unwatched(self) -> list[Unwatched]:
        """Every mark that was taken away, oldest first."""
        return self.tracking.unwatched

    @property
    def history_calls(self) -> list[HistoryCall]:
        """Every POST to /sync/history, /sync/ratings and their /remove, oldest first."""
        return self.tracking.history_calls

    @property
    def ratings(self) -> dict[str, dict[int, Rating]]:
        """Every rating there is now, of every user by name, under the simkl id."""
        return self.tracking.ratings(self.model.user_names)

    @property
    def playbacks(self) -> list[Playback]:
        """Every live resume point, oldest first."""
        return self.tracking.playbacks

    @property
    def too_many_posts(self) -> list[TooManyPosts]:
        """Every POST that came less than a second after the one before it of the same user."""
        return self.tracking.too_many_posts

    @property
    def waiting_writes(self) -> int:
        """How many writes wait for another one of their user."""
        return self.write_locks.waiting

    @property
    def malformed(self) -> list[Malformed]:
        """Everything in a tracking request that the documentation does not allow."""
        return self.tracking.malformed
