"""A secret does not show: not when printed, formatted, compared, pickled or put into JSON."""

from __future__ import annotations

import copy
import json
import operator
import pickle
import pprint
import string

import pytest

from lib.simkl.auth.tokens import V1, Token
from lib.system.secrets import HIDDEN, Secret
from tests.unit.simkl.simkl_says import TOKEN

WAYS_TO_PRINT = {
    "repr": repr,
    "str": str,
    "an f-string": lambda it: f"{it} {it!r} {it!s} {it!a}",
    "percent": lambda it: operator.mod("%s %r", (it, it)),
    "a template": lambda it: string.Template("$it").substitute(it=it),
    "ascii": ascii,
    "in a list": lambda it: str([it]),
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
    "an old pickle": lambda it: pickle.dumps(it, protocol=0),
    "a copy": copy.copy,
    "a deep copy": copy.deepcopy,
    "JSON": json.dumps,
    "vars": vars,
    "a sum": lambda it: "Bearer " + it,
    "bytes": bytes,
    "iteration": list,
    "a format": lambda it: format(it, ">100"),
}


@pytest.mark.parametrize("way", WAYS_OUT.values(), ids=WAYS_OUT.keys())
def test_a_secret_does_not_leave_by(way):
    with pytest.raises(TypeError) as caught:
        way(Secret(TOKEN))
    assert TOKEN not in str(caught.value)


def test_a_secret_is_told_to_who_asks_for_it_by_name():
    assert Secret(TOKEN).reveal() == TOKEN


def test_secrets_are_equal_when_their_texts_are():
    assert Secret(TOKEN) == Secret(TOKEN)
    assert Secret(TOKEN) != Secret("another")
    assert Secret(TOKEN) != TOKEN
    assert len({Secret(TOKEN), Secret(TOKEN), Secret("another")}) == 2


def test_a_token_is_a_secret_with_the_client_id_it_belongs_to():
    token = Token(Secret(TOKEN), "a-client")
    assert (token.access.reveal(), token.client_id, token.auth) == (TOKEN, "a-client", V1) and V1 == "v1"
    assert token == Token(Secret(TOKEN), "a-client", "v1")
    assert token != Token(Secret(TOKEN), "another-client")
    rest = "refresh=None, expires_at=None, scope=''"
    assert str(token) == f"Token(access=Secret([hidden]), client_id='a-client', auth='v1', {rest})"
