"""Nothing secret gets into a log: what is known to be secret, and what merely looks like it."""

from __future__ import annotations

import io
import logging

import pytest

from lib.simkl.auth.pin import PinFlow
from lib.system import secrets
from lib.system.secrets import HIDDEN, RedactingFilter, Secret, hide, redact
from tests.unit.simkl.simkl_says import API, APPROVED, CODE, STARTED, TOKEN, flow


@pytest.fixture(autouse=True)
def _nothing_is_known_yet(monkeypatch):
    """Other tests make secrets while they are collected, such as "12345678", which is part of harmless texts here."""
    monkeypatch.setattr(secrets, "_known", set())


SESAME = "open sesame"  # looks like nothing in particular
HEX = "0123456789abcdef" * 4


@pytest.fixture
def log():
    """A logger with a redacting handler, whose text is `log.written()`."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactingFilter())
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger = logging.Logger("a test", logging.DEBUG)
    logger.addHandler(handler)
    logger.written = stream.getvalue
    return logger


def boom(message, cause=None):
    try:
        raise ValueError(message) from cause
    except ValueError as error:
        return error


RECORDS = {
    "message": lambda log: log.info(f"got {SESAME}!"),
    "message that is no text": lambda log: log.info(boom(f"got {SESAME}!")),
    "argument": lambda log: log.info("got %s", SESAME),
    "one of many arguments": lambda log: log.info("%d %s %r", 1, "x", [SESAME]),
    "argument by name": lambda log: log.info("got %(it)s", {"it": SESAME}),
    "arguments that do not fit": lambda log: log.info(f"{SESAME} %d", SESAME),
    "too few arguments": lambda log: log.info(f"{SESAME} %s %s", "x"),
    "an argument by another name": lambda log: log.info(f"{SESAME} %(it)s", {"that": SESAME}),
    "exception": lambda log: log.error("oh", exc_info=boom(f"got {SESAME}")),
    "cause of an exception": lambda log: log.error("oh", exc_info=boom("outer", cause=boom(f"got {SESAME}"))),
    "what an exception interrupted": lambda log: interrupted(log),
    "message and exception": lambda log: log.error("got %s", SESAME, exc_info=boom(SESAME)),
}


def interrupted(log):
    try:
        try:
            raise KeyError(SESAME)
        except KeyError:
            raise ValueError("outer")  # noqa: B904 - the context is the point
    except ValueError:
        log.exception("oh")


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS.keys())
def test_a_known_secret_is_taken_out_of_the(log, record):
    Secret(SESAME)
    record(log)
    assert log.written() and SESAME not in log.written()
    assert HIDDEN in log.written()


def test_the_rest_of_a_record_stays(log):
    Secret(SESAME)
    log.warning("%s got %s", "Simkl", SESAME, exc_info=boom(f"because {SESAME}", cause=boom("of that")))
    lines = log.written().splitlines()
    assert lines[0] == "WARNING Simkl got [hidden]"
    assert lines[-1] == "ValueError: because [hidden]"
    assert "ValueError: of that" in lines and sum("Traceback" in line for line in lines) == 2


def test_a_traceback_that_another_handler_has_written_out_already_is_redacted_too(log):
    Secret(SESAME)
    log.handlers.insert(0, logging.StreamHandler(io.StringIO()))
    log.error("oh", exc_info=boom(f"got {SESAME}"))
    assert "ValueError: got [hidden]" in log.written()
    record = logging.makeLogRecord({"msg": "from a queue", "levelno": 40, "exc_text": f"got {SESAME}"})
    log.handle(record)
    assert "from a queue\ngot [hidden]" in log.written() and SESAME not in log.written()


def test_a_handler_that_writes_tracebacks_by_itself_finds_none():
    Secret(SESAME)
    error = boom(f"got {SESAME}")
    record = logging.makeLogRecord({"msg": "oh", "exc_info": (type(error), error, error.__traceback__)})
    RedactingFilter().filter(record)
    assert SESAME not in str(vars(record)) and record.exc_info is None


def test_the_filter_lets_every_record_pass():
    for level in (logging.DEBUG, logging.CRITICAL):
        assert RedactingFilter().filter(logging.makeLogRecord({"levelno": level, "msg": "x"})) is True


LOOKS_SECRET = {
    "a bearer": ("Authorization: Bearer abc.DEF-1~+/=_x", "Authorization: Bearer [hidden]"),
    "a bearer in lower case": ("authorization:  bearer abc", "authorization:  bearer [hidden]"),
    "a password": ("'Authorization': 'Basic dXNlcjpwYXNz'", "'Authorization': 'Basic [hidden]'"),
    "a V1 token or a client id": (f"token={HEX}, {HEX}.", "token=[hidden], [hidden]."),
    "a V2 token": ("simkl_at_Ab-9_z and simkl_rt_Ab-9_z", "[hidden] and [hidden]"),
    "a code in an address": ("GET /oauth/pin/K7QXM?client_id=a", "GET /oauth/pin/[hidden]?client_id=a"),
    "a code in an error": ("url: /oauth/pin/K7 (Caused", "url: /oauth/pin/[hidden] (Caused"),
    "a code in quotes": ('"GET /oauth/pin/K7%2FX" 200', '"GET /oauth/pin/[hidden]" 200'),
}
LOOKS_HARMLESS = [
    "GET /oauth/pin?client_id=a",
    "the bear is here",
    "0123456789abcdef",
    HEX[:-1],
    HEX + "0",
    "simkl-link/0.3.0",
    "https://simkl.com/pin",
    "",
]


@pytest.mark.parametrize(("text", "wanted"), LOOKS_SECRET.values(), ids=LOOKS_SECRET.keys())
def test_what_looks_secret_is_hidden_without_being_known(text, wanted):
    assert redact(text) == wanted


@pytest.mark.parametrize("text", LOOKS_HARMLESS)
def test_what_looks_harmless_is_left_alone(text):
    assert redact(text) == text


def test_a_text_under_four_characters_would_blot_out_ordinary_words_and_is_not_hidden():
    for short in ("", "a", "ab", "abc"):
        hide(short)
    assert redact("abc ab a, cabbage") == "abc ab a, cabbage"
    hide("abcd")
    assert redact("abcd abc") == "[hidden] abc"


def test_a_secret_within_a_secret_leaves_nothing_of_the_longer_one():
    hide("abcd")
    hide("abcdefgh")
    assert redact("abcdefgh abcd") == "[hidden] [hidden]"


def test_a_link_leaves_neither_code_nor_token_in_a_log(requests_mock, log, monkeypatch):
    requests_mock.get(f"{API}/oauth/pin", json=STARTED)
    requests_mock.get(f"{API}/oauth/pin/K7QXM", json=APPROVED)
    monkeypatch.setattr("lib.simkl.http.transport.log", log)
    link: PinFlow = flow()
    log.info("%s %s", link.start(), link.check(CODE))
    log.info("linked with %s", TOKEN)
    assert log.written().count("GET /oauth/pin") == 2
    assert "K7QXM" not in log.written() and TOKEN not in log.written()
