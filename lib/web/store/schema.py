"""The tables of the server, beside those of the play queue."""

from __future__ import annotations

from lib.tracking.store.database import Database, QueueError

HOOK_SCHEMA_PART = "hooks"
HOOK_SCHEMA_VERSION = 2
_VERSIONS = "CREATE TABLE IF NOT EXISTS web_schema (part TEXT PRIMARY KEY, version INTEGER NOT NULL)"
_TABLES = """
CREATE TABLE hook_deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, received_at REAL NOT NULL, server TEXT NOT NULL, sender TEXT NOT NULL,
    event TEXT NOT NULL, user_id TEXT NOT NULL, user_name TEXT NOT NULL, account TEXT NOT NULL, label TEXT NOT NULL,
    outcome TEXT NOT NULL, detail TEXT NOT NULL, remote TEXT NOT NULL);
CREATE INDEX hook_deliveries_by_time ON hook_deliveries (received_at);
CREATE INDEX hook_deliveries_by_server ON hook_deliveries (server, id);
CREATE INDEX hook_deliveries_by_account ON hook_deliveries (account, outcome, id);
CREATE INDEX hook_deliveries_by_outcome ON hook_deliveries (outcome, id);
CREATE TABLE hook_plays (play_id INTEGER PRIMARY KEY, owner TEXT NOT NULL, delivery_id INTEGER NOT NULL,
    server TEXT NOT NULL, show_id TEXT NOT NULL, counts INTEGER NOT NULL);
CREATE INDEX hook_plays_by_owner ON hook_plays (owner);
CREATE INDEX hook_plays_by_delivery ON hook_plays (delivery_id);
CREATE TABLE hook_users (server TEXT NOT NULL, user_key TEXT NOT NULL, user_id TEXT NOT NULL, user_name TEXT NOT NULL,
    first_at REAL NOT NULL, last_at REAL NOT NULL, last_label TEXT NOT NULL, PRIMARY KEY (server, user_key));
CREATE TABLE hook_senders (server TEXT NOT NULL, sender TEXT NOT NULL, version TEXT NOT NULL, name TEXT NOT NULL,
    first_at REAL NOT NULL, last_at REAL NOT NULL, PRIMARY KEY (server, sender));
CREATE TABLE hook_playbacks (key TEXT PRIMARY KEY, state TEXT NOT NULL, last_at REAL NOT NULL);
CREATE TABLE hook_counted (key TEXT PRIMARY KEY, at REAL NOT NULL, rewound INTEGER NOT NULL DEFAULT 0);
CREATE TABLE hook_shows (server TEXT NOT NULL, show_id TEXT NOT NULL, ids TEXT NOT NULL, asked_at REAL NOT NULL,
    PRIMARY KEY (server, show_id));
CREATE TABLE hook_removals (id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, show TEXT NOT NULL,
    content TEXT NOT NULL, play TEXT NOT NULL, at REAL NOT NULL, delivery_id INTEGER NOT NULL,
    settled INTEGER NOT NULL DEFAULT 0);
"""

# What brings a store of an older version to the next one.
_UPGRADES = {
    1: """
DROP INDEX hook_deliveries_by_account;
CREATE INDEX hook_deliveries_by_account ON hook_deliveries (account, outcome, id)""",
}


def create_hook_tables(database: Database) -> None:
    """Make the tables, or bring them to this version. Raises QueueError, for tables of a newer version too."""
    with database.changing() as connection:
        connection.execute(_VERSIONS)
        rows = connection.execute("SELECT version FROM web_schema WHERE part = ?", (HOOK_SCHEMA_PART,)).fetchall()
        version = rows[0][0] if rows else 0
        if version > HOOK_SCHEMA_VERSION:
            raise QueueError(f"{database.path} is of version {version}, from a newer Simkl Link. Update this one.")
        if version == HOOK_SCHEMA_VERSION:
            return
        steps = [_UPGRADES[older] for older in range(version, HOOK_SCHEMA_VERSION)] if version else [_TABLES]
        for statement in ";".join(steps).split(";"):
            connection.execute(statement)
        connection.execute("INSERT OR REPLACE INTO web_schema VALUES (?, ?)", (HOOK_SCHEMA_PART, HOOK_SCHEMA_VERSION))
