"""Texts that a person may have written, and what they look like once `accounts` is changed."""

import re

import pytest
import yaml

from lib.account.yaml_edit import CannotEdit, replace_accounts

NEW = {"default": {"token": "new"}}
BLOCK, NONE = "accounts:\n  default:\n    token: new", "accounts: {}"
FLOW = "accounts: {default: {token: new}}"

# name: (before, after), where accounts are at @, or at $ in braces
SIMPLE = {
    # nothing in it yet
    "empty": ("", "@\n"),
    "a blank line": ("\n", "\n@\n"),
    "only words": ("# words\n", "# words\n@\n"),
    "no final newline": ("# words", "# words\n@\n"),
    "both markers": ("---\n...\n", "---\n@\n...\n"),
    "a tilde": ("~ # words\n", "@\n# words\n"),
    "null after a marker": ("--- null\n...\n", "--- \n@\n\n...\n"),
    "an indented null": ("  null # w\n", "  \n@\n# w\n"),
    "an anchored nothing": ("&x\n", "@\n\n"),
    "an empty text that is null": ("!!null |\n\n# w\n", "@\n# w\n"),
    "a byte order mark": ("\ufeff", "\ufeff\n@\n"),
    # settings without accounts
    "after the last words": ("a: 1\n\n# last\n", "a: 1\n\n# last\n@\n"),
    "a last line without an end": ("a: 1", "a: 1\n@\n"),
    "a last text without an end": ("a: |\n  x", "@\na: |\n  x"),
    "before an end marker": ("a: 1\n...\n# z\n", "a: 1\n@\n...\n# z\n"),
    "a tagged root": ("--- !!map\na: 1\n", "--- !!map\na: 1\n@\n"),
    "a text that keeps its blank lines": ("a: |+\n  keep\n\n\n", "a: |+\n  keep\n\n\n@\n"),
    "a text that another column would change": ("? a\n: |\n  x\n", "? a\n: |\n  x\n@\n"),
    "a switch that another column would break": ("? a\n: !!bool |-\n  no\n", "? a\n: !!bool |-\n  no\n@\n"),
    "accounts in a text": ("a: |\n  accounts: no\n", "a: |\n  accounts: no\n@\n"),
    "accounts further in": ("a: {accounts: 1}\n", "a: {accounts: 1}\n@\n"),
    "merged accounts": ("b: &b {accounts: {x: 1}}\n<<: *b\n", "b: &b {accounts: {x: 1}}\n<<: *b\n@\n"),
    "a key that is an alias": ("a: &k accounts\n*k : {x: 1}\n", "a: &k accounts\n*k : {x: 1}\n@\n"),
    # settings with accounts
    "empty braces": ("accounts: {}\n", "@\n"),
    "no value": ("accounts:\na: 1\n", "@\na: 1\n"),
    "a lonely key without an end": ("accounts:", "@\n"),
    "on lines of their own": ("accounts:\n  x: 1\na: 1\n", "@\na: 1\n"),
    "words on the same line": ("accounts: {x: 1}  # w\n", "@  # w\n"),
    "words instead of a value": ("accounts: # w\na: 1\n", "@ # w\na: 1\n"),
    "no end of the last line": ("a: 1\naccounts:\n  x: 1", "a: 1\n@\n"),
    "an old Macintosh's line ends": ("a: 1\raccounts: {x: 1}\rb: 2\r", "a: 1\r@\rb: 2\r"),
    "written twice, the last counts": ("accounts: {x: 1}\na: 1\naccounts: {y: 1}\n", "accounts: {x: 1}\na: 1\n@\n"),
    "an anchor that nobody needs": ("accounts: &x {a: 1}\n", "@\n"),
    "a text over many lines": ("accounts: 'a\n\n  b' # w\n", "@ # w\n"),
    "a block of text": ("accounts: |\n  x\n  y\n\na: 1\n", "@\n\na: 1\n"),
    "an indented root": ("  a: 1\n  b: 2\n", "  a: 1\n  b: 2\n  @\n"),
    "an indented root with accounts": ("  accounts: {}\n  a: 1\n", "  @\n  a: 1\n"),
    "Windows' line ends": ("a: 1\r\naccounts:\r\n  x: 1\r\nb: 2\r\n", "a: 1\r\n@\r\nb: 2\r\n"),
    # all in braces
    "empty braces all around": ("{}", "{$}"),
    "braces without accounts": ("{a: 1,}\n", "{$, a: 1,}\n"),
    "braces with accounts": ("{\n  a: 1,\n  accounts: {x: 1}, # w\n b: 2\n}\n", "{\n  a: 1,\n  $, # w\n b: 2\n}\n"),
    "braces without a value": ("{accounts: , a: 1}", "{$ , a: 1}"),
}  # fmt: skip

# name: (before, after accounts = NEW, after accounts = {})
IN_ITS_OWN_WAY = {
    "in the middle, indented by four": (
        "a: 1\naccounts:\n    x: 1\n\n\n# about b\nb: 2\n",
        "a: 1\naccounts:\n    default:\n      token: new\n\n\n# about b\nb: 2\n",
        "a: 1\naccounts: {}\n\n\n# about b\nb: 2\n",
    ),
    "words all around": (
        "# 1\naccounts: # 2\n  # 3\n  x: 1 # 4\n  # 5\n# 6\na: 1 # 7\n",
        "# 1\naccounts: # 2\n  # 3\n  default:\n    token: new # 4\n  # 5\n# 6\na: 1 # 7\n",
        "# 1\naccounts: # 2\n  # 3\n  {} # 4\n  # 5\n# 6\na: 1 # 7\n",
    ),
    "a key in quotes": ("'accounts': {}\n", "'accounts':\n  default:\n    token: new\n", "'accounts': {}\n"),
    "an explicit key": (
        "? accounts\n: {x: 1}\n? a\n: 1\n",
        "? accounts\n:\n    default:\n      token: new\n? a\n: 1\n",
        "? accounts\n: {}\n? a\n: 1\n",
    ),
    "JSON": ('{"accounts":{"x":1},"a":1}', '{"accounts": {default: {token: new}},"a":1}', '{"accounts": {},"a":1}'),
}


def written(text, at, block, inline):
    """Put accounts where @ is, on lines that are as far in and end as the others, or inline where $ is."""
    indent = " " * len(re.split("[\r\n]", at.partition("@")[0])[-1])
    line_end = "\r\n" if "\r\n" in text else "\n"
    return at.replace("@", block.replace("\n", line_end + indent)).replace("$", inline)


TEXTS = {
    **{name: (*row[:1], written(*row, BLOCK, FLOW), written(*row, NONE, NONE)) for name, row in SIMPLE.items()},
    **IN_ITS_OWN_WAY,
}


@pytest.mark.parametrize(("text", "filled", "emptied"), TEXTS.values(), ids=TEXTS.keys())
def test_only_accounts_change(text, filled, emptied):
    assert replace_accounts(text, NEW) == filled
    assert replace_accounts(text, {}) == emptied
    assert (replace_accounts(filled, NEW), replace_accounts(emptied, {})) == (filled, emptied)


def test_letters_are_written_as_they_are_and_what_accounts_have_in_common_twice():
    shared = {"name": "😀"}
    assert replace_accounts("", {"Zoë": shared, "x": shared}) == "accounts:\n  Zoë:\n    name: 😀\n  x:\n    name: 😀\n"


@pytest.mark.parametrize("text", ["", "{}", "a: 1\r\n"])
def test_letters_that_break_lines_come_back_as_they_were(text):
    for letter in "\x85\u2028\u2029\n\r\x0b\x1c\ufeff\ud800\0":
        accounts = {f"a{letter}b": {"name": f" {letter}x{letter}{letter}"}}
        assert yaml.safe_load(replace_accounts(text, accounts))["accounts"] == accounts


TIED = "is tied to other parts of the file"
OTHER = "holds something else than settings"
IMPOSSIBLE = {
    "an alias to the accounts": ("accounts: &x {a: 1}\nb: *x\n", TIED),
    "an alias to one account": ("accounts:\n  a: &x {t: 1}\nb: *x\n", TIED),
    "an alias that looks like ours": ("accounts: {a: &id001 {t: 1}, b: &q {z: 1}, c: *q}\nother: *id001\n", TIED),
    "a key that is no text": ("!!binary accounts: {a: b}\n", TIED),
    "a set": ("!!set {accounts}\n", TIED),
    "a key without a colon": ("{accounts, a: 1}", TIED),
    "two documents": ("a: 1\n---\nb: 2\n", "more than one YAML document"),
    "a list": ("- a\n", OTHER),
    "a word": ("a word", OTHER),
}


@pytest.mark.parametrize(("text", "message"), IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
def test_what_cannot_change_alone_is_not_changed(text, message):
    for accounts in (NEW, {}):
        with pytest.raises(CannotEdit, match=message):
            replace_accounts(text, accounts)


@pytest.mark.parametrize("text", ["a: [", "a:\n\t- b\n", "accounts: {a: b}\t# w\nb: 1\n", "a: \0"])
def test_broken_yaml_is_an_error_of_its_own(text):
    with pytest.raises(yaml.YAMLError):
        replace_accounts(text, NEW)


def test_accounts_that_hold_themselves_are_not_written():
    endless = {}
    endless["me"] = endless
    with pytest.raises(CannotEdit, match="holds itself"):
        replace_accounts("", {"default": endless})
