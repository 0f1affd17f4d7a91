"""Every sentence that a delivery can be kept with, read from the program's own text: none can be written past this."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Iterable, Iterator

from lib.tracking import exclusions, extras, identify
from lib.web import app
from lib.web.hooks import parse

WEB = Path(app.__file__).resolve().parent
VALUE = "8"  # stands where a sentence has a value
# Which argument of a call is the sentence.
SENTENCE_ARGUMENT = {"Meaning": 1, "UnusableHook": 1, "NotReadable": 0, "SettledRemoval": 2, "settle": 2, "Ignored": 0}
# What hands on a sentence that was made elsewhere.
HANDED_ON = {"detail", "reason", "str(error)", "each.detail", "NOT_VIDEO[event.media]"}


def sentences() -> set[str]:
    """Return the sentences in `lib/web`, with a value in each place for one."""
    found = {sentence for path in WEB.rglob("*.py") for sentence in _in_source(path.read_text(encoding="utf-8"))}
    return found | set(parse.NOT_VIDEO.values()) | {"An empty event is not about watching something."}


def reasons() -> set[str]:
    """Return the reasons for which something is not tracked."""
    found = set(_in_source(inspect.getsource(identify)))
    tree = ast.parse(inspect.getsource(exclusions.exclusion_reason))
    returned = [each.value for each in ast.walk(tree) if isinstance(each, ast.Return)]
    found |= {each.value for each in returned if isinstance(each, ast.Constant) and each.value}
    return (found | {extras.TRAILER, extras.SAMPLE, extras.EXTRA}) - {""}


def _in_source(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    constants = dict(_assigned(tree.body))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _in_call(node, constants)
        for name, value in _assigned([node]):
            yield from _texts(value, constants) if name == "detail" else ()


def _assigned(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def _in_call(call: ast.Call, constants: dict[str, ast.expr]) -> Iterator[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    place = SENTENCE_ARGUMENT.get(name, len(call.args))
    given = call.args[place : place + 1] + [each.value for each in call.keywords if each.arg == "detail"]
    for argument in given if name in SENTENCE_ARGUMENT else []:
        yield from _texts(argument, constants)


def _texts(node: ast.expr, constants: dict[str, ast.expr]) -> Iterator[str]:
    """Yield the texts that an expression can be; AssertionError for one that nobody can read from it."""
    if isinstance(node, ast.Name) and node.id in constants:
        yield from _texts(constants[node.id], constants)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, constants)
        yield from _texts(node.orelse, constants)
    elif isinstance(node, ast.Constant):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(each.value if isinstance(each, ast.Constant) else VALUE for each in node.values)
    else:
        assert ast.unparse(node) in HANDED_ON, f"a sentence that no test can find: {ast.unparse(node)}"
