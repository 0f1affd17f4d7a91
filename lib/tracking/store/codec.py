"""Items and plays as the queue's file keeps them, and what is read back of them. What cannot be read is said to be so.

A disk that went bad, or somebody else's hand, may have left anything there; it must not stop what stands beside it.
"""

from __future__ import annotations

import json
from typing import Any

from lib.simkl.api.media import ITEM_KINDS, Item, item_from_json, replace_surrogates
from lib.tracking.play import Play

CORRUPT = "unreadable"
PLAY_COLUMNS = (
    "action", "item", "key", "at", "progress", "mark", "rating", "file", "title", "ref", "art", "state", "why",
    "library_date",
)  # fmt: skip
_COUNTED = ("id", "failed_days", "last_failed_day")
_NAMES = ("action", "at", "progress", "mark", "rating", "file", "title", "ref", "art", "origin", "library_date")
_FIELD_OF_STORED = {"mark": "threshold"}  # files of 0.2 must go on working, so the stored name stays


class CorruptRecord(Exception):
    """What is kept there is not what was put there."""


def encode_item(item: Item | None) -> str | None:
    """Return an item as a text that `decode_item` reads."""
    return None if item is None else json.dumps(item.stored())


def decode_item(text: str | None) -> Item | None:
    """Return the item, None if none was kept. Raises CorruptRecord."""
    if not text:
        return None
    try:
        return _item(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorruptRecord(type(error).__name__) from error


def encode_play(play: Play) -> str:
    """Return a play that is in no line as a text that `decode_play` reads."""
    return json.dumps(
        {
            **{name: getattr(play, _FIELD_OF_STORED.get(name, name)) for name in _NAMES},
            "item": play.item and play.item.stored(),
        }
    )


def decode_play(text: str) -> Play:
    """Return the play. Raises CorruptRecord."""
    try:
        stored: dict[str, Any] = json.loads(text)
        item = stored.pop("item")
        return Play(
            item=None if item is None else _item(item),
            **{_FIELD_OF_STORED.get(name, name): value for name, value in stored.items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorruptRecord(type(error).__name__) from error


def _item(stored: Any) -> Item:
    item = item_from_json(stored)
    if item.kind not in ITEM_KINDS:
        raise ValueError("of no kind that there is")
    return item


def play_to_row(play: Play) -> tuple[Any, ...]:
    """Return the values of a play for `PLAY_COLUMNS`."""
    values = (
        encode_item(play.item) if name == "item" else getattr(play, _FIELD_OF_STORED.get(name, name))
        for name in PLAY_COLUMNS
    )
    return tuple(replace_surrogates(value) if isinstance(value, str) else value for value in values)


def play_from_row(row: Any) -> Play:
    """Return the play of a row of the table, without its item and with the reason if that cannot be read."""
    names = (*(name for name in PLAY_COLUMNS if name not in ("item", "key")), *_COUNTED)
    named = {_FIELD_OF_STORED.get(name, name): row[name] for name in names}
    try:
        item = decode_item(row["item"])
    except CorruptRecord:
        item, named["why"] = None, CORRUPT
    return Play(item=item, origin=row["key"], **named)
