"""One event of a server, and what it means: plays for Simkl, or why there are none."""

from __future__ import annotations

from typing import Sequence

from lib.simkl.api.scrobble import STOP
from lib.tracking.events import PlayerEventKind
from lib.tracking.play import Play
from lib.tracking.playback import MIN_PLAYED_SECONDS, ScrobbleCall
from lib.web.hooks.event import HookEventKind, PlaybackEvent
from lib.web.playing.completion import is_watched, reported_position
from lib.web.playing.meaning import Meaning, TimedPlay, Watching, all_counted, play_of_call, player_event
from lib.web.playing.media import content_keys
from lib.web.playing.playback import PlaybackRecord, ServerPlayback, info_to_json
from lib.web.playing.registry import PlaybackRegistry
from lib.web.store.counted import FIRST_HALF, LEAST_SHARE, CountedPlays
from lib.web.store.deliveries import HookOutcome

LATE_PROGRESS_SECONDS = 30.0


class PlaybackEngine:
    """Follows the playbacks of all servers. Not safe for several threads; every method may raise QueueError."""

    def __init__(self, registry: PlaybackRegistry, counted: CountedPlays) -> None:
        self._registry = registry
        self._counted = counted

    def hear(self, event: PlaybackEvent, watching: Watching, now: float) -> Meaning:
        """Take in an event of a playback. `now` are seconds since 1970."""
        contents = content_keys(watching.identity)
        key = f"{watching.owner}|{contents[0]}"
        plays = self._end_other(event, watching, key, now)
        live = self._registry.get(key)
        if live is not None and self._registry.is_over(live, now):
            live = None
        self._note_rewind(event, watching, live, contents)
        if event.kind in (HookEventKind.STOP, HookEventKind.SCROBBLE):
            meaning = self._finish(event, watching, key, live, now)
        elif live is None or live.record.ended or self._is_new_start(event, live, now):
            meaning = self._begin(event, watching, key, live, now)
        else:
            meaning = self._go_on(event, watching, live, now)
        meaning.plays[:0] = plays
        return meaning

    def tick(self, now: float) -> list[TimedPlay]:
        """Let time go by: starts become due, and what is lost ends."""
        plays: list[TimedPlay] = []
        for playback in self._registry.needing_time():
            before = playback.record.began
            calls = playback.catch_up(now)
            plays += self._timed(playback, calls, now)
            if calls or playback.record.began != before:
                self._registry.save(playback)
        for playback in list(self._registry.lost(now)):
            if not playback.record.ended:
                calls = playback.stop(now, playback.record.reported, False)
                plays += self._timed(playback, calls, now)
                self._note_half_watched(playback)
            self._registry.remove(playback)
        return plays

    def _end_other(self, event: PlaybackEvent, watching: Watching, key: str, now: float) -> list[tuple[Play, int]]:
        """End what played before in the same session: players that go on to the next episode do not always say so."""
        other = self._other(watching, key)
        is_over = event.kind is HookEventKind.START or (other and now - other.record.heard_at > LATE_PROGRESS_SECONDS)
        if other is None or not is_over or event.kind in (HookEventKind.STOP, HookEventKind.SCROBBLE):
            return []
        plays = self._plays(other, other.stop(now, None, False), now, watching.delivery)
        self._registry.save(other)
        return plays

    def _other(self, watching: Watching, key: str) -> ServerPlayback | None:
        """Return what else plays in the session."""
        other = self._registry.of_session(watching.session) if watching.session else None
        return None if other is None or other.record.key == key else other

    def _is_new_start(self, event: PlaybackEvent, live: ServerPlayback, now: float) -> bool:
        """Return whether what was counted already starts again from its first half."""
        if event.kind is not HookEventKind.START or not live.record.counted or event.position is None:
            return False
        last = self._counted.last(live.record.owner, live.contents[0])
        is_later = last is None or now - last[0] >= LEAST_SHARE * live.runtime
        return is_later and live.progress_of(event.position) < 100 * FIRST_HALF

    def _begin(
        self, event: PlaybackEvent, watching: Watching, key: str, ended: ServerPlayback | None, now: float
    ) -> Meaning:
        is_late = ended is not None and ended.record.ended and now - ended.record.heard_at < LATE_PROGRESS_SECONDS
        if event.kind is not HookEventKind.START and (is_late or self._other(watching, key) is not None):
            return Meaning(HookOutcome.POSITION, "It has stopped already.")
        playback = self._new(watching, key, now)
        position = playback.plausible(event.position)
        playback.begin(now, position)
        if position is not None and self._goes_on_after_count(playback, position):
            playback.record.counted = True
            self._registry.save(playback)
            return Meaning(HookOutcome.DUPLICATE, "Played on after it was counted.")
        if event.kind is HookEventKind.PAUSE or event.is_paused:
            playback.hear(PlayerEventKind.PAUSED, now, position)
        self._registry.save(playback)
        return Meaning(HookOutcome.STARTED)

    def _goes_on_after_count(self, playback: ServerPlayback, position: float) -> bool:
        last = self._counted.last(playback.record.owner, playback.contents[-1])
        return last is not None and not last[1] and playback.progress_of(position) >= playback.threshold

    def _go_on(self, event: PlaybackEvent, watching: Watching, live: ServerPlayback, now: float) -> Meaning:
        """Take in what happened to something that plays already."""
        live.record.heard_at = now
        if live.record.counted:
            live.record.at = now
            self._registry.save(live)
            return Meaning(HookOutcome.DUPLICATE, "Already counted; it plays on.")
        calls = live.hear(player_event(event, live.record.paused), now, event.position)
        plays = self._plays(live, calls, now, watching.delivery)
        self._registry.save(live)
        return Meaning(HookOutcome.QUEUED if plays else HookOutcome.POSITION, plays=plays)

    def _finish(
        self, event: PlaybackEvent, watching: Watching, key: str, live: ServerPlayback | None, now: float
    ) -> Meaning:
        """Take in a stop, or the server's word that it was watched."""
        if live is None:
            return self._finish_unseen(event, watching, key, now)
        record = live.record
        was_ended, record.heard_at = record.ended, now
        before = [] if was_ended or record.counted else live.catch_up(now)
        watched = is_watched(event, live.threshold, live)
        if record.counted or (was_ended and not watched):
            record.ended = was_ended or event.kind is HookEventKind.STOP
            self._registry.save(live)
            return Meaning(HookOutcome.DUPLICATE)
        if watched and not was_ended and self._was_skipped(live, event, now):
            live.stop(now, event.position, False)
            self._registry.save(live)
            return Meaning(HookOutcome.NOT_SENT, "Stopped within three seconds after the start.")
        if was_ended:
            calls = all_counted([], live)
        else:
            calls = [*before, *live.stop(now, reported_position(event, live.runtime), watched)]
            calls = all_counted(calls, live) if watched else calls
        record.counted = watched
        record.ended = was_ended or event.kind is HookEventKind.STOP
        plays = self._plays(live, calls, now, watching.delivery)
        if not watched:
            self._note_half_watched(live)
        self._registry.save(live)
        if plays:
            return Meaning(HookOutcome.QUEUED, plays=plays)
        return Meaning(HookOutcome.DUPLICATE) if watched else Meaning(HookOutcome.POSITION, "Stopped; not watched.")

    def _finish_unseen(self, event: PlaybackEvent, watching: Watching, key: str, now: float) -> Meaning:
        """Take in the end of something whose beginning nobody told."""
        watched = is_watched(event, watching.preferences.threshold)
        playback = self._new(watching, key, now)
        position = reported_position(event, playback.runtime)
        record = playback.record
        record.reported, record.counted, record.ended = position, watched, event.kind is HookEventKind.STOP
        calls: list[ScrobbleCall] = []
        if watched:
            calls = all_counted([], playback)
        elif position is not None and playback.runtime and not playback.has_parts:
            calls = [ScrobbleCall(STOP, 0, round(playback.progress_of(position), 2))]
        plays = self._plays(playback, calls, now, watching.delivery, is_seen=False)
        self._registry.save(playback)
        if plays:
            return Meaning(HookOutcome.QUEUED, plays=plays)
        if watched:
            return Meaning(HookOutcome.DUPLICATE)
        return Meaning(HookOutcome.NOT_SENT, "It stopped, and where is not known.")

    def _was_skipped(self, live: ServerPlayback, event: PlaybackEvent, now: float) -> bool:
        """Return whether it was stopped right after its start, such as when somebody looks for the right episode."""
        record = live.record
        if record.began or event.kind is HookEventKind.SCROBBLE:
            return False
        moved = (event.position or 0.0) - (record.started_at or 0.0)
        return record.active + max(0.0, now - record.at) < MIN_PLAYED_SECONDS and moved < MIN_PLAYED_SECONDS

    def _note_rewind(
        self, event: PlaybackEvent, watching: Watching, live: ServerPlayback | None, contents: Sequence[str]
    ) -> None:
        """Note what is seen in its first half, past its very beginning: from there on it can count again."""
        runtime = event.runtime or (live.runtime if live else 0.0)
        position = reported_position(event, runtime)
        if not runtime or not position or event.kind in (HookEventKind.START, HookEventKind.SCROBBLE):
            return
        share = runtime / len(contents)
        part = min(len(contents) - 1, int(position / share))
        if position - part * share < FIRST_HALF * share:
            self._counted.rewind(watching.owner, contents[part])

    def _note_half_watched(self, playback: ServerPlayback) -> None:
        """Note that the first half was watched, where only the time tells so: the rest may be watched another day."""
        record, length = playback.record, playback.runtime
        began_early = record.started_at is not None and record.started_at < FIRST_HALF * length
        if not playback.has_parts and began_early and record.active >= LEAST_SHARE * length:
            self._counted.rewind(record.owner, playback.contents[0])

    def _plays(
        self,
        playback: ServerPlayback,
        calls: Sequence[ScrobbleCall],
        now: float,
        delivery: int,
        is_seen: bool = True,
    ) -> list[tuple[Play, int]]:
        """Return the plays that calls stand for, without those that were counted already."""
        record = playback.record
        share = playback.runtime / playback.identity.parts
        plays: list[tuple[Play, int]] = []
        for call in calls:
            play = play_of_call(playback, call, now)
            content = playback.contents[call.part]
            if not play.counts and self._counted.is_fresh(record.owner, content, now, share):
                continue
            if play.counts:
                first = record.started_at
                in_first_half = None if first is None or not is_seen else first - call.part * share < FIRST_HALF * share
                if self._counted.is_repeated(record.owner, content, now, share, in_first_half, record.active):
                    continue
                self._counted.count(record.owner, content, now)
                record.counted_parts.append(call.part)
            plays.append((play, delivery))
        return plays

    def _timed(self, playback: ServerPlayback, calls: Sequence[ScrobbleCall], now: float) -> list[TimedPlay]:
        record = playback.record
        show_id = "" if playback.info.show_ids else record.show_id
        plays = self._plays(playback, calls, now, record.delivery)
        return [TimedPlay(record.owner, record.server, show_id, play, delivery) for play, delivery in plays]

    def _new(self, watching: Watching, key: str, now: float) -> ServerPlayback:
        record = PlaybackRecord(
            key, watching.owner, watching.account, watching.server, watching.session, watching.delivery,
            watching.show_id, at=now, heard_at=now, info=info_to_json(watching.info),
        )  # fmt: skip
        return ServerPlayback(record, watching.info, watching.identity, watching.preferences)
