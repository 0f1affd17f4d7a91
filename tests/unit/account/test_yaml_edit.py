"""Texts that a person may have written, and what they look like once `accounts` is changed."""

from __future__ import annotations

import pytest
import yaml

from lib.account.yaml_edit import CannotEdit, replace_accounts

NEW = {"default": {"token": "new"}}
BLOCK = "accounts:\n  default:\n    token: new"

# name: (before, after accounts = NEW, after accounts = {})
TEXTS = {
    # nothing in it yet
    "empty": ("", f"{BLOCK}\n", "accounts: {}\n"),
    "a blank line": ("\n", f"\n{BLOCK}\n", "\naccounts: {}\n"),
    "only words": ("# words\n", f"# words\n{BLOCK}\n", "# words\naccounts: {}\n"),
    "no final newline": ("# words", f"# words\n{BLOCK}\n", "# words\naccounts: {}\n"),
    "a start marker": ("---\n", f"---\n{BLOCK}\n", "---\naccounts: {}\n"),
    "both markers": ("---\n...\n", f"---\n{BLOCK}\n...\n", "---\naccounts: {}\n...\n"),
    "a tilde": ("~ # words\n", f"{BLOCK}\n# words\n", "accounts: {}\n# words\n"),
    "an empty value with a tag": ("--- !!null\n", f"--- \n{BLOCK}\n\n", "--- \naccounts: {}\n\n"),
    "null after a marker": ("--- null\n...\n", f"--- \n{BLOCK}\n\n...\n", "--- \naccounts: {}\n\n...\n"),
    "an indented null": ("  null # w\n", f"  \n{BLOCK}\n# w\n", "  \naccounts: {}\n# w\n"),
    "an anchored nothing": ("&x\n", f"{BLOCK}\n\n", "accounts: {}\n\n"),
    "an empty text that is null": ("!!null |\n\n# w\n", f"{BLOCK}\n# w\n", "accounts: {}\n# w\n"),
    "a byte order mark": ("\ufeff", f"\ufeff\n{BLOCK}\n", "\ufeff\naccounts: {}\n"),
    # settings without accounts
    "at the end": ("simkl: a\n", f"simkl: a\n{BLOCK}\n", "simkl: a\naccounts: {}\n"),
    "after the last words": ("a: 1\n\n# last\n", f"a: 1\n\n# last\n{BLOCK}\n", "a: 1\n\n# last\naccounts: {}\n"),
    "a last line without an end": ("a: 1", f"a: 1\n{BLOCK}\n", "a: 1\naccounts: {}\n"),
    "a last text without an end": ("a: |\n  x", f"{BLOCK}\na: |\n  x", "accounts: {}\na: |\n  x"),
    "before an end marker": ("a: 1\n...\n# z\n", f"a: 1\n{BLOCK}\n...\n# z\n", "a: 1\naccounts: {}\n...\n# z\n"),
    "an indented root": (
        "  a: 1\n  b: 2\n",
        "  a: 1\n  b: 2\n  accounts:\n    default:\n      token: new\n",
        "  a: 1\n  b: 2\n  accounts: {}\n",
    ),
    "a tagged root": ("--- !!map\na: 1\n", f"--- !!map\na: 1\n{BLOCK}\n", "--- !!map\na: 1\naccounts: {}\n"),
    "a directive": (
        "%YAML 1.1\n---\na: 1\n",
        f"%YAML 1.1\n---\na: 1\n{BLOCK}\n",
        "%YAML 1.1\n---\na: 1\naccounts: {}\n",
    ),
    "an explicit key at the end": ("? a\n: 1\n", f"? a\n: 1\n{BLOCK}\n", "? a\n: 1\naccounts: {}\n"),
    "after a text that keeps its blank lines": (
        "a: |+\n  keep\n\n\n",
        f"a: |+\n  keep\n\n\n{BLOCK}\n",
        "a: |+\n  keep\n\n\naccounts: {}\n",
    ),
    "accounts in a text": (
        "a: |\n  accounts: no\n",
        f"a: |\n  accounts: no\n{BLOCK}\n",
        "a: |\n  accounts: no\naccounts: {}\n",
    ),
    "accounts further in": ("a: {accounts: 1}\n", f"a: {{accounts: 1}}\n{BLOCK}\n", "a: {accounts: 1}\naccounts: {}\n"),
    "merged accounts": (
        "b: &b {accounts: {x: 1}}\n<<: *b\n",
        f"b: &b {{accounts: {{x: 1}}}}\n<<: *b\n{BLOCK}\n",
        "b: &b {accounts: {x: 1}}\n<<: *b\naccounts: {}\n",
    ),
    "a key that is an alias": (
        "a: &k accounts\n*k : {x: 1}\n",
        f"a: &k accounts\n*k : {{x: 1}}\n{BLOCK}\n",
        "a: &k accounts\n*k : {x: 1}\naccounts: {}\n",
    ),
    "a text that another column would change": (
        "? a\n: |\n  x\n",
        f"? a\n: |\n  x\n{BLOCK}\n",
        "? a\n: |\n  x\naccounts: {}\n",
    ),
    "a switch that another column would break": (
        "? a\n: !!bool |-\n  no\n",
        f"? a\n: !!bool |-\n  no\n{BLOCK}\n",
        "? a\n: !!bool |-\n  no\naccounts: {}\n",
    ),
    # settings with accounts
    "empty braces": ("accounts: {}\n", f"{BLOCK}\n", "accounts: {}\n"),
    "no value": ("accounts:\na: 1\n", f"{BLOCK}\na: 1\n", "accounts: {}\na: 1\n"),
    "a lonely key without an end": ("accounts:", f"{BLOCK}\n", "accounts: {}\n"),
    "on lines of their own": ("accounts:\n  x: 1\na: 1\n", f"{BLOCK}\na: 1\n", "accounts: {}\na: 1\n"),
    "in the middle": (
        "a: 1\naccounts:\n    x: 1\n\n\n# about b\nb: 2\n",
        "a: 1\naccounts:\n    default:\n      token: new\n\n\n# about b\nb: 2\n",
        "a: 1\naccounts: {}\n\n\n# about b\nb: 2\n",
    ),
    "words on the same line": ("accounts: {x: 1}  # w\n", f"{BLOCK}  # w\n", "accounts: {}  # w\n"),
    "words all around": (
        "# 1\naccounts: # 2\n  # 3\n  x: 1 # 4\n  # 5\n# 6\na: 1 # 7\n",
        "# 1\naccounts: # 2\n  # 3\n  default:\n    token: new # 4\n  # 5\n# 6\na: 1 # 7\n",
        "# 1\naccounts: # 2\n  # 3\n  {} # 4\n  # 5\n# 6\na: 1 # 7\n",
    ),
    "words instead of a value": ("accounts: # w\na: 1\n", f"{BLOCK} # w\na: 1\n", "accounts: {} # w\na: 1\n"),
    "no end of the last line": ("a: 1\naccounts:\n  x: 1", f"a: 1\n{BLOCK}\n", "a: 1\naccounts: {}\n"),
    "Windows' line ends": (
        "a: 1\r\naccounts:\r\n  x: 1\r\nb: 2\r\n",
        "a: 1\r\naccounts:\r\n  default:\r\n    token: new\r\nb: 2\r\n",
        "a: 1\r\naccounts: {}\r\nb: 2\r\n",
    ),
    "an old Macintosh's line ends": (
        "a: 1\raccounts: {x: 1}\rb: 2\r",
        f"a: 1\r{BLOCK}\rb: 2\r",
        "a: 1\raccounts: {}\rb: 2\r",
    ),
    "an indented root with accounts": (
        "  accounts: {}\n  a: 1\n",
        "  accounts:\n    default:\n      token: new\n  a: 1\n",
        "  accounts: {}\n  a: 1\n",
    ),
    "a key in quotes": ("'accounts': {}\n", "'accounts':\n  default:\n    token: new\n", "'accounts': {}\n"),
    "an explicit key": (
        "? accounts\n: {x: 1}\n? a\n: 1\n",
        "? accounts\n:\n    default:\n      token: new\n? a\n: 1\n",
        "? accounts\n: {}\n? a\n: 1\n",
    ),
    "a key with an anchor": (
        "&k accounts: {x: 1}\na: *k\n",
        "&k accounts:\n  default:\n    token: new\na: *k\n",
        "&k accounts: {}\na: *k\n",
    ),
    "written twice, of which the last counts": (
        "accounts: {x: 1}\na: 1\naccounts: {y: 1}\n",
        f"accounts: {{x: 1}}\na: 1\n{BLOCK}\n",
        "accounts: {x: 1}\na: 1\naccounts: {}\n",
    ),
    "an anchor that nobody needs": ("accounts: &x {a: 1}\n", f"{BLOCK}\n", "accounts: {}\n"),
    "a text over many lines": ("accounts: 'a\n\n  b' # w\n", f"{BLOCK} # w\n", "accounts: {} # w\n"),
    "a block of text": ("accounts: |\n  x\n  y\n\na: 1\n", f"{BLOCK}\n\na: 1\n", "accounts: {}\n\na: 1\n"),
    # all in braces
    "empty braces all around": ("{}", "{accounts: {default: {token: new}}}", "{accounts: {}}"),
    "braces without accounts": ("{a: 1,}\n", "{accounts: {default: {token: new}}, a: 1,}\n", "{accounts: {}, a: 1,}\n"),
    "braces with accounts": (
        "{\n  a: 1,\n  accounts: {x: 1}, # w\n  b: 2\n}\n",
        "{\n  a: 1,\n  accounts: {default: {token: new}}, # w\n  b: 2\n}\n",
        "{\n  a: 1,\n  accounts: {}, # w\n  b: 2\n}\n",
    ),
    "JSON": ('{"accounts":{"x":1},"a":1}', '{"accounts": {default: {token: new}},"a":1}', '{"accounts": {},"a":1}'),
    "braces without a value": (
        "{accounts: , a: 1}",
        "{accounts: {default: {token: new}} , a: 1}",
        "{accounts: {} , a: 1}",
    ),
}


@pytest.mark.parametrize(("text", "filled", "emptied"), TEXTS.values(), ids=TEXTS.keys())
def test_only_accounts_change(text, filled, emptied):
    assert replace_accounts(text, NEW) == filled
    assert replace_accounts(text, {}) == emptied


@pytest.mark.parametrize(("text", "filled", "emptied"), TEXTS.values(), ids=TEXTS.keys())
def test_filling_and_emptying_again_is_stable(text, filled, emptied):
    assert replace_accounts(filled, NEW) == filled
    assert replace_accounts(emptied, {}) == emptied


def test_letters_are_written_as_they_are():
    assert replace_accounts("", {"Zoë": {"name": "😀"}}) == "accounts:\n  Zoë:\n    name: 😀\n"


@pytest.mark.parametrize("letter", ["\x85", "\u2028", "\u2029", "\n", "\r", "\x0b", "\x1c", "\ufeff", "\ud800", "\0"])
@pytest.mark.parametrize("text", ["", "{}", "a: 1\r\n"])
def test_letters_that_break_lines_come_back_as_they_were(text, letter):
    accounts = {f"a{letter}b": {"name": f" {letter}x{letter}{letter}"}}
    assert yaml.safe_load(replace_accounts(text, accounts))["accounts"] == accounts


def test_what_accounts_have_in_common_is_written_twice():
    shared = {"t": 1}
    result = replace_accounts("", {"x": shared, "y": shared})
    assert result == "accounts:\n  x:\n    t: 1\n  y:\n    t: 1\n"


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
    "a list in brackets": ("[a]", OTHER),
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
