"""What a tracker has sent to a fake Simkl server, and how much of it was wrong.

A call is wrong if nobody wanted it, if Simkl refused it, if it is about another title, or if it never came. A watched
mark may come as a stop past the mark or as an entry of the history, but only once.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Iterator

from tests.fakes.simkl import FakeSimkl, sent
from tests.fakes.simkl.catalogue import Episode, Title
from tests.fakes.simkl.history import KINDS, episodes, whole_title
from tests.fakes.simkl.journal import Recorded

READS = ("GET", "HEAD", "OPTIONS")
ASKS = ("/search", "/oauth")
HISTORY = "history"


@dataclass(frozen=True)
class Act:
    """One thing that is said in a call.

    `at` is the fake server's clock, `refused` the status with which Simkl said no.
    """

    action: str
    item: str
    watched: bool = False
    at: float = 0.0
    refused: int | None = None

    def __str__(self) -> str:
        if self.refused:
            return f"{self.action} (refused, {self.refused})"
        return f"{self.action} as {'' if self.watched else 'not '}watched" if self.action == "stop" else self.action


@dataclass(frozen=True)
class Wanted:
    """A call that should come. `at` is when the person did it, None where nobody can tell; `first` opens the play."""

    action: str
    item: str
    watched: bool = False
    at: float | None = None
    first: bool = False


@dataclass(frozen=True)
class Verdict:
    """The outcome: what was wrong in words, how much of it was missing, and seconds from event to call by kind."""

    wrong: list[str]
    missing: int
    starts: list[float]
    others: list[float]


def name_of(title: str, season: int | None = None, number: int | None = None) -> str:
    """Return how a film or an episode is called here."""
    return title if season is None else f"{title} S{season:02}E{number:02}"


def calls(box: FakeSimkl) -> list[Recorded]:
    """Return the requests that change something of the user's, by whatever verb."""
    return [each for each in box.requests if not each.path.startswith(ASKS) and (_writes(each) or _body(each))]


def _writes(request: Recorded) -> bool:
    return request.method not in READS or request.path.startswith("/scrobble")


def acts(box: FakeSimkl) -> list[Act]:
    """Return everything that was said in these requests, in order, read as the fake server reads it."""
    return [act for request in calls(box) for act in _said(box, request)]


def _said(box: FakeSimkl, request: Recorded) -> Iterator[Act]:
    path, body, wrong = request.path.rstrip("/"), _body(request), sent.Complaints()
    status = request.status or 200
    refused = None if status < 400 or status == 409 else status
    if path.startswith("/scrobble/"):
        action = path.rpartition("/")[2]
        asked = sent.scrobble(action, body, request.query, wrong)
        found = sent.match(box.tracking.catalogue, asked.kind, asked.media, asked.episode) if asked.kind else None
        item = _item(found.title, found.episode) if found else f"unknown {asked.media.get('title', '')}".strip()
        yield Act(action, item, action == "stop" and asked.progress >= asked.min_progress, request.at, refused)
    elif path == "/sync/history":
        yield from (Act(HISTORY, item, True, request.at, refused) for item in _marked(box, body, wrong))
    else:
        yield Act(f"{request.method} {path}", "", False, request.at, refused)


def _marked(box: FakeSimkl, body: Any, wrong: sent.Complaints) -> Iterator[str]:
    for name, row in sent.items(body, tuple(KINDS), wrong):
        title = next(iter(box.tracking.catalogue.find(KINDS[name], row)), None)
        if title is None:
            yield f"unknown {row.get('title', '')}".strip()
        elif name == "movies":
            yield _item(title, None)
        elif whole_title(row):
            yield f"all of {title.title}"
        else:
            tvdb = row.get("use_tvdb_anime_seasons") is True
            yield from (_item(title, meant.episode) for meant in episodes(title, row, tvdb) if meant.episode)


def _body(request: Recorded) -> Any:
    if not isinstance(request.body, bytes):
        return request.body
    try:  # sent as something else than JSON, as some do
        return json.loads(request.body)
    except ValueError:
        return request.body


def _item(title: Title, episode: Episode | None) -> str:
    return name_of(title.title, episode.tvdb_season, episode.tvdb_number) if episode else title.title


def judge(wanted: list[Wanted], said: list[Act]) -> Verdict:
    """Compare what was wanted with what was said."""
    left, unwanted = list(wanted), []
    starts, others = [], []
    for act in said:
        match = None if act.refused else next((each for each in left if _fits(each, act)), None)
        if match is None:
            unwanted.append(act)
            continue
        left.remove(match)
        if match.at is not None:
            (starts if match.first else others).append(act.at - match.at)
    return Verdict(_in_words(unwanted, left), len(left), starts, others)


def _fits(wanted: Wanted, act: Act) -> bool:
    if act.action == HISTORY:
        return wanted.watched and wanted.item == act.item
    return (wanted.action, wanted.item, wanted.watched) == (act.action, act.item, act.watched)


def _in_words(unwanted: list[Act], missing: list[Wanted]) -> list[str]:
    """Return one line for each wrong call; what came and what should have come for an item make one line."""
    came, lacks = defaultdict(list), defaultdict(list)
    for act in unwanted:
        came[act.item].append(str(act))
    for each in missing:
        lacks[each.item].append(str(Act(each.action, each.item, each.watched)))
    lines = []
    for item in {**came, **lacks}:
        for there, lacking in zip_longest(came[item], lacks[item]):
            what = f"{there}, unwanted" if lacking is None else f"{lacking}, {'missing' if there is None else there}"
            if there is not None and lacking is not None:
                what = f"{there} in place of {lacking}"
            lines.append(f"{item or 'no title'}: {what}")
    return lines
