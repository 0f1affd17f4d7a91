"""The server's log: one line an event, as text or JSON, and no title forges one."""

from __future__ import annotations

import json
import logging

import pytest

from lib.system.secrets import Secret
from lib.web.log_format import JsonLine, TextLine, set_up_log


def record(message: str, *arguments: object, level: int = logging.INFO, **extra: object) -> logging.LogRecord:
    of_program = {"name": "lib.web.hooks.receiver", "levelno": level, "levelname": logging.getLevelName(level)}
    more = {"msg": message, "args": arguments, "created": 1_795_816_000.0, **extra}
    return logging.makeLogRecord({**of_program, **more})


def test_a_line_has_the_time_for_the_journal_the_priority_and_as_json_the_delivery():
    line = TextLine(journal=False).format(record("delivery %d: queued", 41))
    assert line == "2026-11-27T21:46:40Z INFO receiver: delivery 41: queued"
    assert TextLine(journal=True).format(record("x", level=logging.ERROR)) == "<3>ERROR receiver: x"
    line = {"at": "2026-11-27T21:46:40Z", "level": "info", "logger": "lib.web.hooks.receiver", "message": "x"}
    assert json.loads(JsonLine().format(record("x"))) == line
    assert json.loads(JsonLine().format(record("x", delivery=41))) == {**line, "delivery": 41}


@pytest.mark.parametrize("title", ["A\nINFO receiver: forged", "A\r\x1b[2J", "A\u2028B"])
def test_a_title_forges_no_line(title):
    line = TextLine(journal=False).format(record("%s", title))
    assert line.isprintable()
    assert len(json.loads(JsonLine().format(record("%s", title)))["message"]) == len(title)
    assert "\n" not in JsonLine().format(record("%s", title))


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_an_internal_error_is_told_in_full_and_without_secrets(capsys, log_format):
    set_up_log(log_format, 0, {})
    secret = Secret("planted-in-an-exception")
    try:
        raise RuntimeError(f"it was {secret.reveal()}")
    except RuntimeError as error:
        logging.getLogger("lib.web.app").error("internal error at %s", "x", exc_info=error)
    (line,) = capsys.readouterr().err.splitlines()
    assert "Traceback" in line and "planted" not in line
    logging.getLogger("lib.web.app").debug("quiet")
    set_up_log("text", 1, {"JOURNAL_STREAM": "8:1"})
    logging.getLogger("lib.web.app").debug("loud")
    assert capsys.readouterr().err == "<7>DEBUG app: loud\n"
