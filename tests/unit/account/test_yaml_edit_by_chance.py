"""Whatever YAML a person may have written survives a change of `accounts`: texts made by chance."""

from __future__ import annotations

import os
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lib.account.settings_file import SettingsError
from lib.account.store import Account, AccountStore
from lib.account.yaml_edit import CannotEdit, replace_accounts
from tests.trials import trials
from tests.unit.account.world import TOKEN

pytestmark = pytest.mark.chance

by_chance = settings(max_examples=trials(100), deadline=None, derandomize=True)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["accounts", "null", "1", "yes", "a: b", "# no comment", "...", "---", "- x", "a\nb\n\nc", "\u2028", "é\x85", " x "]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.dates() | words


def nested(leaves: Any) -> Any:
    """Return lists and sections of these, and of each other."""
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=8
    )


values = nested(scalars | st.binary())
accounts_data = st.dictionaries(words, st.dictionaries(words, nested(scalars), max_size=4), max_size=3)
other_settings = st.dictionaries(words.filter(lambda word: word != "accounts"), values, max_size=4)
blanks = st.sampled_from(["\n", "# words\n", "    # indented words: {a: b}\n", "#\n", "  \n"])
between = st.lists(blanks, max_size=3).map("".join)


@st.composite
def pairs(draw: Any, key: Any, value: Any, plain_only: bool = False) -> str:
    """Return lines that hold one pair, in one of the styles that PyYAML can write."""
    options = {
        "default_flow_style": draw(st.sampled_from([None, False])),
        "indent": draw(st.integers(2, 8)),
        "width": draw(st.sampled_from([20, 80, 1000])),
        "allow_unicode": draw(st.booleans()),
        "default_style": draw(st.sampled_from([None] if plain_only else [None, "'", '"', "|", ">"])),
    }
    return yaml.safe_dump({key: value}, **options)


@st.composite
def files(draw: Any) -> tuple[str, str, str]:
    """Return a settings file as three texts: what is before the value of `accounts`, the value, what is after it."""
    lines = [draw(between) + draw(pairs(key, value)) for key, value in draw(other_settings).items()]
    position = draw(st.integers(0, len(lines)))
    head = draw(st.sampled_from(["", "\ufeff", "---\n", "%YAML 1.1\n---\n", "# my settings\n\n"]))
    tail = draw(st.sampled_from(["", "...\n", "# the end", "...\n# after the end\n"]))
    before, value, after = head + "".join(lines[:position]) + draw(between), "", ""
    if draw(st.booleans()):
        before += "accounts:"
        mine = draw(pairs("accounts", draw(accounts_data | st.none()), plain_only=True))
        value = mine.rstrip("\n").removeprefix("accounts:")
        after = draw(st.sampled_from(["", " # said on the same line"])) + "\n"
    after += draw(between) + "".join(lines[position:]) + draw(between) + tail
    indent = draw(st.sampled_from(["", "  "])) if "..." not in tail and head == "" else ""
    line_break = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    before, value, after = (part.replace("\n", line_break + indent) for part in (indent + before, value, after))
    return before, value, after


BROKEN = object()


def load(text: str) -> Any:
    """Return what the text holds, BROKEN if it cannot be read; settings that are broken are never changed."""
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, LookupError, ArithmeticError, AttributeError):
        return BROKEN


def holds(text: str, accounts: Any, before: dict[Any, Any] | None) -> bool:
    """Return whether a text has these accounts, and else what was there before; not every value equals itself."""
    others = [{key: value for key, value in (data or {}).items() if key != "accounts"} for data in (load(text), before)]
    return load(text)["accounts"] == accounts and repr(others[0]) == repr(others[1])


@by_chance
@given(file=files(), new=accounts_data)
def test_every_byte_outside_accounts_survives_and_a_second_change_does_nothing(file, new):
    text = "".join(file)
    data = load(text)
    assume(isinstance(data, (dict, type(None))))
    result = replace_accounts(text, new)
    assert holds(result, new, data)
    assert replace_accounts(result, new) == result
    if data and "accounts" in data:
        assert result.startswith(file[0]) and result.endswith(file[2])
        assert len(result) >= len(file[0]) + len(file[2])
    else:
        head, tail = (len(os.path.commonprefix(texts)) for texts in ([text, result], [text[::-1], result[::-1]]))
        assert head + tail >= len(text)


def mostly(usual: str, *others: str) -> Any:
    """Return a choice that is the usual one half of the time."""
    return st.sampled_from([usual] * len(others) + list(others))


keys = mostly("accounts", "simkl", "'accounts'", "&k accounts", "!!str accounts", "? accounts", "<<", "*x", "- a")
written = mostly("{a: b}", "", "1", "{}", "&x {t: 1}", "*x", "|", "|+", ">-", "'open", '"shut"', "!!map", "a\n   b")
separators = mostly(": ", ":", " : ", ":\n  ", " ", ":\n    a: ", ": # words\n  ")
ends = mostly("", " # words", "\t", " ", ",", "\n  # words", "\n  a: b")
breaks = mostly("\n", "\r\n", "\r", "\n\n", "\x85", "\u2028", "")
indents = mostly("", "  ", "\t", "{", "---\n", "# words\n")
lines = st.tuples(indents, keys, separators, written, ends, breaks).map("".join)
unique_lines = st.integers(0, 9).map("key{}: {{a: b}}\n".format)
odd_lines = st.sampled_from(["---\n", "...\n", "# words\n", "\n", "%YAML 1.1\n", "\ufeff", "}", "  deep: 1\n", "null"])
scribble = st.lists(lines | unique_lines | unique_lines | odd_lines | st.text(max_size=3), max_size=4).map("".join)


@settings(by_chance, max_examples=trials(300))
@given(text=scribble, new=accounts_data)
def test_a_scribble_is_changed_rightly_or_not_at_all(text, new):
    data = load(text)
    assume(data is not BROKEN)
    try:
        result = replace_accounts(text, new)
    except (CannotEdit, yaml.YAMLError):
        return
    assert isinstance(data, (dict, type(None))), "what holds no settings must not be overwritten"
    assert holds(result, new, data)


@by_chance
@given(content=scribble.map(str.encode) | st.binary(max_size=30))
def test_a_file_of_any_bytes_takes_an_account_or_stays_as_it_is(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "settings.yaml"
    path.write_bytes(content)
    accounts = AccountStore(path)
    try:
        accounts.save("default", Account(TOKEN, ""))
    except SettingsError:
        assert path.read_bytes() == content
    else:
        assert accounts.get("default") == Account(TOKEN, "")
