"""The log of the server: one line an event on stderr, as text or JSON, without secrets.

Under systemd's journal a text line carries no time, since the journal writes its own.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Mapping

from lib.system.secrets import RedactingFilter

_PRIORITIES = {"DEBUG": 7, "INFO": 6, "WARNING": 4, "ERROR": 3, "CRITICAL": 2}


class TextLine(logging.Formatter):
    """`2026-11-28T21:44:03Z INFO hooks: delivery 41 of home: queued`; line breaks are escaped."""

    def __init__(self, journal: bool) -> None:
        super().__init__()
        self._journal = journal

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        text = _one_line(f"{record.levelname} {record.name.rpartition('.')[2]}: {_message(record)}")
        if self._journal:
            return f"<{_PRIORITIES.get(record.levelname, 6)}>{text}"
        return f"{_instant(record.created)} {text}"


class JsonLine(logging.Formatter):
    """`{"at": ..., "level": ..., "logger": ..., "message": ..., "delivery": 41}`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one JSON object."""
        event = {
            "at": _instant(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        delivery = getattr(record, "delivery", None)
        if delivery is not None:
            event["delivery"] = delivery
        return json.dumps(event, ensure_ascii=False)


def set_up_log(log_format: str, verbose: int, environ: Mapping[str, str]) -> None:
    """Log to stderr from now on. Libraries are heard from warnings on, since they may log whole addresses."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(RedactingFilter())
    handler.setFormatter(JsonLine() if log_format == "json" else TextLine(bool(environ.get("JOURNAL_STREAM"))))
    logging.basicConfig(level=logging.DEBUG if verbose > 1 else logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("lib").setLevel(logging.DEBUG if verbose else logging.INFO)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of each request that waits for a thread


def _message(record: logging.LogRecord) -> str:
    message = record.getMessage()
    return f"{message}\n{record.exc_text}" if record.exc_text else message


def _one_line(text: str) -> str:
    """Escape what could begin a new line or steer a terminal: a title must not forge an event."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def _instant(at: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
