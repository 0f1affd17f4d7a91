"""Which of two things to tell Simkl makes the other one pointless: the newer one of the same title.

What lies aside can be sent again weeks later. By then a person may have watched it, marked it, taken the mark away or
rated it anew, and the old removal or rating must not undo that.
"""

from __future__ import annotations

from lib.simkl.api.media import MOVIE, Item
from lib.simkl.api.scrobble import STOP
from lib.tracking.play import RATING, REMOVED, UNWATCHED, WATCHED, Play


def is_superseded(older: Play, newer: Play) -> bool:
    """Return whether the older one must not be sent any more after the newer one."""
    if older.action == RATING:
        return newer.action in (RATING, REMOVED) and _is_same_title(older, newer)
    if older.action in (UNWATCHED, REMOVED):
        return newer.counts and _is_same(newer, older)
    if older.counts:
        return newer.action in (UNWATCHED, REMOVED) and _is_same(older, newer)
    return newer.action in (STOP, WATCHED, UNWATCHED, REMOVED) and _is_same(older, newer)


def is_part_of(item: Item, whole: Item) -> bool:
    """Return whether an item is this one, or an episode of it where the whole title is meant."""
    if not is_same_title(item, whole):
        return False
    return whole.kind == MOVIE or whole.episode is None or (item.season, item.episode) == (whole.season, whole.episode)


def is_same_title(one: Item, other: Item) -> bool:
    """Return whether both are the same film, or of the same show, as far as ids or else title and year tell."""
    if (one.kind == MOVIE) != (other.kind == MOVIE):
        return False
    ids, others = dict(one.ids), dict(other.ids)
    shared = set(ids) & set(others)
    if shared:
        return all(ids[name] == others[name] for name in shared)
    same_name = one.title.casefold() == other.title.casefold() != ""
    return same_name and (one.year == other.year or not (one.year and other.year))


def _is_same(play: Play, whole: Play) -> bool:
    if play.key == whole.key:
        return True
    return play.item is not None and whole.item is not None and is_part_of(play.item, whole.item)


def _is_same_title(one: Play, other: Play) -> bool:
    if one.key == other.key:
        return True
    return one.item is not None and other.item is not None and is_same_title(one.item, other.item)
