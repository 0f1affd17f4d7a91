"""What can still be read of a damaged sqlite file, copied into a new one.

An index that is damaged costs no row, since tables are read without them. Of a table with a damaged page the rows
before and behind it are read. The damaged file itself is opened for reading only.

Source: SQLite's pages `recovery` and `lang_indexedby` (NOT INDEXED).
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from pathlib import Path
from typing import Any, Iterator
from urllib.parse import quote

from lib.system.exceptions import ignored

log = logging.getLogger(__name__)


def copy_readable_rows(damaged: Path, connection: sqlite3.Connection) -> int:
    """Copy rows, and tables that only the damaged file has; return how many rows.

    What cannot be read is left out. Raises sqlite3.Error if the new file cannot be written.
    """
    copied = 0
    with ignored(sqlite3.DatabaseError), contextlib.closing(_opened_for_reading(damaged)) as source:
        for table, statement in _tables(source):
            if not _columns(connection, table):
                connection.execute(statement)
            shared = [each for each in _columns(connection, table) if each in _columns(source, table)]
            if shared:
                copied += _copy_table(source, connection, table, shared)
    return copied


def _opened_for_reading(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)
    connection.text_factory = lambda content: content.decode("utf-8", "replace")
    return connection


def _tables(source: sqlite3.Connection) -> list[tuple[str, str]]:
    found = source.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid").fetchall()
    return [(name, sql) for name, sql in found if sql and not name.startswith("sqlite_")]


def _columns(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """Return the names of the columns, and their types as they were declared."""
    return {row[1]: row[2].upper() for row in connection.execute(f'PRAGMA table_info("{table}")')}


def _copy_table(source: sqlite3.Connection, connection: sqlite3.Connection, table: str, columns: list[str]) -> int:
    types = _columns(connection, table)
    names, places = ", ".join(f'"{each}"' for each in columns), ", ".join("?" * len(columns))
    rows = {
        row[0]: row[1:]
        for row in _readable(source, f'SELECT rowid, {names} FROM "{table}" NOT INDEXED')
        if all(_fits(value, types[column]) for value, column in zip(row[1:], columns))
    }
    for _, row in sorted(rows.items()):
        connection.execute(f'INSERT OR IGNORE INTO "{table}" ({names}) VALUES ({places})', row)
    return len(rows)


def _readable(source: sqlite3.Connection, query: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows before the first damage and those behind the last one."""
    for order in ("ASC", "DESC"):
        with ignored(sqlite3.DatabaseError):
            yield from source.execute(f"{query} ORDER BY rowid {order}")
            return
        log.info("a table can be read in part only: %s", query)


def _fits(value: object, declared: str) -> bool:
    """Return whether a value is of the type that its column has; damage can leave anything there."""
    if value is None:
        return True
    return isinstance(value, str) if declared == "TEXT" else isinstance(value, (int, float))
