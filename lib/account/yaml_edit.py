"""Changing one part of a YAML text that a person wrote, and leaving every other byte as it is.

PyYAML's events tell where each piece of the text begins and ends. Only the value of `accounts` is replaced. Whatever
the text looks like, the outcome is read back and compared with what was wanted before anybody gets to see it.
"""

from __future__ import annotations

from typing import Any, Iterator, Mapping, NamedTuple

import yaml

ACCOUNTS_KEY = "accounts"
# What PyYAML's constructors let out beside YAMLError: `!!bool perhaps` is a KeyError, `!!int ''` an IndexError.
CONSTRUCTOR_ERRORS = (ArithmeticError, AttributeError, LookupError, ValueError)


class CannotEdit(ValueError):
    """The text is put together in a way that does not let `accounts` change alone."""


class _Pair(NamedTuple):
    key: list[yaml.Event]
    value: list[yaml.Event]


class _Document(NamedTuple):
    root: yaml.Event | None
    pairs: list[_Pair]
    end: yaml.Event | None


def replace_accounts(text: str, accounts: Mapping[str, Any]) -> str:
    """Return `text` with `accounts` as the value of that key, and everything else byte for byte.

    `text` is a YAML document holding a mapping or nothing. Raises CannotEdit, and yaml.YAMLError for a broken text.
    """
    before = _document(text)
    try:
        for candidate in _candidates(text, before, accounts):
            if _is_what_we_want(candidate, before, accounts):
                return candidate
    except RecursionError as error:
        raise CannotEdit(f"`{ACCOUNTS_KEY}` holds itself, or is nested too deeply") from error
    raise CannotEdit(f"`{ACCOUNTS_KEY}` is tied to other parts of the file, perhaps by an anchor or an alias")


def _candidates(text: str, document: _Document, accounts: Mapping[str, Any]) -> Iterator[str]:
    root = document.root
    pair = next((p for p in reversed(document.pairs) if _is_key(p.key)), None)
    block = _Block(text, accounts)
    if pair is not None and getattr(root, "flow_style", False):
        start, end = _span(text, pair.value)
        space = " " * (start > 0 and text[start - 1] == ":")
        yield text[:start] + space + _dump(accounts, flow=True).strip() + text[end:]
    elif pair is not None:
        start, end = _span(text, pair.value)
        key_end = _mark(pair.key[-1].end_mark).index
        yield block.replacing(start, end, key_end, column=_mark(pair.key[0].start_mark).column)
    elif isinstance(root, yaml.MappingStartEvent) and root.flow_style:
        more = ", " if document.pairs else ""
        at = _mark(root.end_mark).index
        yield f"{text[:at]}{ACCOUNTS_KEY}: {_dump(accounts, flow=True).strip()}{more}{text[at:]}"
    elif isinstance(root, yaml.MappingStartEvent) and document.end is not None:
        top = _mark(root.start_mark)
        for column in (_mark(document.pairs[0].key[0].start_mark).column, top.column):  # differ after a `?` or a tag
            yield block.inserted(_mark(document.end.start_mark).index, column)
            yield block.inserted(top.index - top.column, column)
    elif root is not None:
        if yaml.safe_load(text) is not None:
            raise CannotEdit("it holds something else than settings")
        yield block.inserted(_mark(root.end_mark).index, 0, without=_mark(root.start_mark).index)
    else:
        yield block.inserted(len(text), 0)


class _Block:
    """Accounts in YAML's block style, ready to be put into a text."""

    def __init__(self, text: str, accounts: Mapping[str, Any]) -> None:
        self._text = text
        self._newline = "\r\n" if "\r\n" in text else "\n"
        self._lines = _dump(accounts, flow=False).splitlines()
        self._inline = not accounts

    def replacing(self, start: int, end: int, key_end: int, column: int) -> str:
        """Put the block in place of text[start:end], the value of a key at `column` that ends at `key_end`."""
        head, tail = self._text[:start], self._text[end:]
        if self._inline:
            if self._text[key_end:start].strip() == ":":
                head = head.rstrip()
            return head + " " * (not head[-1].isspace()) + "{}" + self._closing(tail)
        line_start = max(head.rfind("\n"), head.rfind("\r")) + 1
        if not head[line_start:].strip() and start - line_start > column:
            return head + self._indented(start - line_start).lstrip(" ") + self._closing(tail)
        return head.rstrip(" ") + self._newline + self._indented(column + 2) + self._closing(tail)

    def inserted(self, at: int, column: int, without: int | None = None) -> str:
        """Put key and block on lines of their own at `at`, instead of text[without:at] if given."""
        head, tail = self._text[: at if without is None else without], self._text[at:]
        if head and not head.endswith(("\n", "\r")):
            head += self._newline
        value = " {}" if self._inline else self._newline + self._indented(column + 2)
        rest = tail if without is None else tail.lstrip(" ")
        return f"{head}{' ' * column}{ACCOUNTS_KEY}:{value}{self._newline}{rest}"

    def _indented(self, column: int) -> str:
        return self._newline.join(" " * column + line for line in self._lines)

    def _closing(self, tail: str) -> str:
        return tail or self._newline


class _PlainDumper(yaml.SafeDumper):
    """Writes no anchors, which could be mistaken for those of the text."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _dump(accounts: Mapping[str, Any], flow: bool) -> str:
    """Write as YAML, letters as they are unless PyYAML takes one of them for a line break."""
    for as_they_are in (True, False):
        dumped = yaml.dump(
            dict(accounts),
            Dumper=_PlainDumper,
            sort_keys=False,
            allow_unicode=as_they_are,
            width=float("inf"),
            default_flow_style=flow,
        )
        if not any(line_break in dumped for line_break in "\x85\u2028\u2029"):
            break
    return str(dumped)


def _span(text: str, value: list[yaml.Event]) -> tuple[int, int]:
    """Return where a value begins and ends, without the comments and blank lines that follow it."""
    start = _mark(value[0].start_mark).index
    end = max(_mark(event.end_mark).index for event in value if not _is_block_end(event))
    return start, max(start, len(text[:end].rstrip()))


def _is_block_end(event: yaml.Event) -> bool:
    ends = isinstance(event, yaml.CollectionEndEvent)
    return ends and _mark(event.start_mark).index == _mark(event.end_mark).index


def _mark(mark: Any) -> yaml.Mark:
    """Return the mark of an event; a parser that reads text always sets it."""
    assert isinstance(mark, yaml.Mark)
    return mark


def _is_key(key: list[yaml.Event]) -> bool:
    return len(key) == 1 and isinstance(key[0], yaml.ScalarEvent) and key[0].value == ACCOUNTS_KEY


def _document(text: str) -> _Document:
    """Cut the events of the text into the pairs of its outermost mapping."""
    events = [e for e in yaml.parse(text, Loader=yaml.SafeLoader)][1:-1]
    inner = [e for e in events if not isinstance(e, (yaml.DocumentStartEvent, yaml.DocumentEndEvent))]
    if len(events) - len(inner) > 2:
        raise CannotEdit("the file holds more than one YAML document")
    if not inner:
        return _Document(None, [], None)
    if not isinstance(inner[0], yaml.MappingStartEvent):
        return _Document(inner[0], [], None)
    nodes, position = [], 1
    while position < len(inner) - 1:
        size = _size(inner, position)
        nodes.append(inner[position : position + size])
        position += size
    return _Document(inner[0], [_Pair(k, v) for k, v in zip(nodes[::2], nodes[1::2])], inner[-1])


def _size(events: list[yaml.Event], position: int) -> int:
    """Return how many events the node at `position` is made of."""
    depth = 0
    for count, event in enumerate(events[position:], 1):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth == 0:
            return count
    raise CannotEdit("the file ends in the middle")  # pragma: no cover - the parser never lets that through


def _is_what_we_want(candidate: str, before: _Document, accounts: Mapping[str, Any]) -> bool:
    try:
        after = _document(candidate)
        loaded = yaml.safe_load(candidate)
    except (yaml.YAMLError, *CONSTRUCTOR_ERRORS):
        return False
    return bool(_others(after) == _others(before) and loaded.get(ACCOUNTS_KEY) == accounts)


def _others(document: _Document) -> list[list[tuple[Any, ...]]]:
    """Return what the pairs other than accounts are made of, without their places in the text."""
    return [[_essence(e) for e in p.key + p.value] for p in document.pairs if not _is_key(p.key)]


def _essence(event: yaml.Event) -> tuple[Any, ...]:
    fields = ("anchor", "tag", "implicit", "value", "style", "flow_style")
    return (type(event), *(getattr(event, name, None) for name in fields))
