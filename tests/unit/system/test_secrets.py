"""A secret does not show: not when printed, formatted, compared, pickled or put into JSON, and not in a log."""

import copy
import io
import json
import logging
import pickle
import pprint

import pytest

from lib.simkl.auth.tokens import Token
from lib.system import secrets
from lib.system.secrets import HIDDEN, RedactingFilter, Secret, hide, redact

TOKEN = "0123456789abcdef" * 4
WAYS_TO_PRINT = {
    "repr": repr,
    "an f-string": lambda it: f"{it} {it!r} {it!s} {it!a}",
    "in a dict": lambda it: str({it: it}),
    "pprint": lambda it: pprint.pformat({"it": [it]}),
    "in an exception": lambda it: repr(ValueError(it)),
    "JSON that takes anything": lambda it: json.dumps(it, default=str),
}


@pytest.mark.parametrize("show", WAYS_TO_PRINT.values(), ids=WAYS_TO_PRINT.keys())
@pytest.mark.parametrize("value", [Secret(TOKEN), Token(Secret(TOKEN), "a-client")], ids=["a secret", "a token"])
def test_a_secret_shows_that_it_is_one_and_nothing_else(show, value):
    shown = show(value)
    assert TOKEN not in shown
    assert HIDDEN in shown


WAYS_OUT = {
    "pickle": pickle.dumps,
    "a deep copy": copy.deepcopy,
    "JSON": json.dumps,
    "vars": vars,
    "a sum": lambda it: "Bearer " + it,
    "bytes": bytes,
    "a format": lambda it: format(it, ">100"),
}


@pytest.mark.parametrize("way", WAYS_OUT.values(), ids=WAYS_OUT.keys())
def test_a_secret_does_not_leave_by(way):
    with pytest.raises(TypeError) as caught:
        way(Secret(TOKEN))
    assert TOKEN not in str(caught.value)


def test_secrets_are_equal_when_their_texts_are():
    assert Secret(TOKEN).reveal() == TOKEN
    assert Secret(TOKEN) == Secret(TOKEN) != Secret("another")
    assert Secret(TOKEN) != TOKEN
    assert len({Secret(TOKEN), Secret(TOKEN), Secret("another")}) == 2


# logs


SESAME = "open sesame"  # looks like nothing in particular


@pytest.fixture
def log(monkeypatch):
    """A logger with a redacting handler that knows no secret yet, whose text is `log.written()`."""
    monkeypatch.setattr(secrets, "_known", set())
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactingFilter())
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    logger = logging.Logger("a test", logging.DEBUG)
    logger.addHandler(handler)
    logger.written = stream.getvalue
    return logger


def boom(message, cause=None, context=None):
    try:
        raise ValueError(message)
    except ValueError as error:
        error.__cause__, error.__context__, error.__suppress_context__ = cause, context, cause is not None
        return error


RECORDS = {
    "message": lambda log: log.info(f"got {SESAME}!"),
    "message that is no text": lambda log: log.info(boom(f"got {SESAME}!")),
    "one of many arguments": lambda log: log.info("%d %s %r", 1, "x", [SESAME]),
    "argument by name": lambda log: log.info("got %(it)s", {"it": SESAME}),
    "arguments that do not fit": lambda log: log.info(f"{SESAME} %d", SESAME),
    "too few arguments": lambda log: log.info(f"{SESAME} %s %s", "x"),
    "an argument by another name": lambda log: log.info(f"{SESAME} %(it)s", {"that": SESAME}),
    "cause of an exception": lambda log: log.error("oh", exc_info=boom("outer", cause=boom(f"got {SESAME}"))),
    "what an exception interrupted": lambda log: log.error("oh", exc_info=boom("outer", context=KeyError(SESAME))),
    "message and exception": lambda log: log.error("got %s", SESAME, exc_info=boom(SESAME)),
    "traceback written out before": lambda log: log.handle(
        logging.makeLogRecord({"msg": "from a queue", "levelno": 40, "exc_text": f"got {SESAME}"})
    ),
}


@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS.keys())
def test_a_known_secret_is_taken_out_of_the(log, record):
    Secret(SESAME)
    record(log)
    assert SESAME not in log.written() and HIDDEN in log.written()


def test_the_rest_of_a_record_stays_and_a_handler_that_writes_tracebacks_by_itself_finds_none(log):
    Secret(SESAME)
    error = boom(f"because {SESAME}", cause=boom("of that"))
    log.warning("%s got %s", "Simkl", SESAME, exc_info=error)
    lines = log.written().splitlines()
    assert lines[0] == "WARNING Simkl got [hidden]"
    assert lines[-1] == "ValueError: because [hidden]"
    assert "ValueError: of that" in lines and sum("Traceback" in line for line in lines) == 2
    record = logging.makeLogRecord({"msg": "oh", "exc_info": (type(error), error, error.__traceback__)})
    assert RedactingFilter().filter(record) is True
    assert SESAME not in str(vars(record)) and record.exc_info is None


TEXTS = {
    "Authorization: Bearer abc.DEF-1~+/=_x": "Authorization: Bearer [hidden]",
    "authorization:  bearer abc": "authorization:  bearer [hidden]",
    "'Authorization': 'Basic dXNlcjpwYXNz'": "'Authorization': 'Basic [hidden]'",
    f"token={TOKEN}, {TOKEN}.": "token=[hidden], [hidden].",
    "simkl_at_Ab-9_z and simkl_rt_Ab-9_z": "[hidden] and [hidden]",
    "GET /oauth/pin/K7QXM?client_id=a": "GET /oauth/pin/[hidden]?client_id=a",
    "url: /oauth/pin/K7 (Caused": "url: /oauth/pin/[hidden] (Caused",
    '"GET /oauth/pin/K7%2FX" 200': '"GET /oauth/pin/[hidden]" 200',
    # harmless
    "GET /oauth/pin?client_id=a": "GET /oauth/pin?client_id=a",
    "the bear is here": "the bear is here",
    TOKEN[:-1]: TOKEN[:-1],
    TOKEN + "0": TOKEN + "0",
    "simkl-link/0.3.0": "simkl-link/0.3.0",
    "": "",
}


@pytest.mark.parametrize(("text", "wanted"), TEXTS.items())
@pytest.mark.usefixtures("log")
def test_only_what_looks_secret_is_hidden_without_being_known(text, wanted):
    assert redact(text) == wanted


@pytest.mark.usefixtures("log")
def test_a_text_under_four_characters_would_blot_out_ordinary_words_and_is_not_hidden():
    for short in ("", "a", "ab", "abc"):
        hide(short)
    assert redact("abc ab a, cabbage") == "abc ab a, cabbage"
    hide("abcd")
    hide("abcdefgh")
    assert redact("abcdefgh abcd abc") == "[hidden] [hidden] abc", "nothing is left of the longer one"
