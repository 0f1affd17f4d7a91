"""The plugin runs on Python 3.8, the Python of Kodi 19, and so do the libraries that travel in the zip.

vermin judges annotations all or none. Those that are never evaluated are taken out first, so that it can be strict with
the rest: `list[str]` and `X | Y` may stand in an annotation, and nowhere else.
"""

from __future__ import annotations

import ast
import importlib.metadata
import re
from pathlib import Path
from typing import Iterator

import vermin

from tests.architecture.sources import PLUGIN, Found, Source, misjudged, offenders
from tools.build_zip import BUNDLED

TYPES = {"bool", "bytes", "dict", "float", "frozenset", "int", "list", "object", "set", "str", "tuple", "type"}
LATE = "from __future__ import annotations\n"


def evaluated(text: str) -> tuple[ast.Module, list[ast.BinOp]]:
    """Return the part of a module that Python evaluates, and each `|` in it."""
    tree = ast.parse(text)
    is_late = any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body)
    unions: list[ast.BinOp] = []
    nodes: list[ast.AST] = [tree]
    while nodes:
        node = nodes.pop()
        if is_late and isinstance(node, ast.arg):
            node.annotation = None
        elif is_late and isinstance(node, ast.FunctionDef):
            node.returns = None
        elif is_late and isinstance(node, ast.AnnAssign):
            node.annotation = ast.copy_location(ast.Constant(None), node)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            unions.append(node)
        nodes += ast.iter_child_nodes(node)
    return tree, unions


def too_new(source: Source) -> Iterator[Found]:
    """Find what needs a Python after 3.8: as vermin says, and unions of types, which it takes for flags of `os`."""
    tree, unions = evaluated(source.text)
    config = vermin.Config()
    config.set_eval_annotations(True)
    config.set_verbose(3)  # names the lines
    config.add_exclusion("typing.Self")  # filelock asks for it only where Python has it, and only for type checkers
    visitor = vermin.SourceVisitor(config, source.path, source.text)
    visitor.set_no_lines(set())
    visitor.tour(tree)
    if visitor.minimum_versions()[-1] > (3, 8):
        yield Found(source.path, 1, visitor.output_text())
    yield from (
        source.found(node, ast.unparse(node)) for node in unions if is_a_type(node.left) or is_a_type(node.right)
    )


def is_a_type(node: ast.expr) -> bool:
    name = ast.unparse(node.value if isinstance(node, ast.Subscript) else node).rpartition(".")[2]
    return name == "None" or name in TYPES or bool(re.fullmatch(r"[A-Z]\w*[a-z]\w*", name))


def test_the_plugin_and_the_libraries_in_the_zip_need_no_more_than_python_3_8():
    assert offenders(too_new, *PLUGIN) == []
    for distribution, package in BUNDLED.items():
        files = [file for file in importlib.metadata.files(distribution) or () if file.parts[0] == package]
        modules = [Path(str(file.locate())) for file in files if file.suffix == ".py"]
        assert modules
        for module in modules:
            assert list(too_new(Source(str(module), module.read_text(encoding="utf-8")))) == []


def test_what_is_newer_is_told_from_what_is_not_evaluated():
    annotated = "def f(a: list[str], *, b: int | None = None) -> dict[str, int]:\n    c: list[int] = []\n"
    newer = [
        "Names = list[str]", "class Names(dict[str, int]):\n    pass", "'x'.removeprefix('y')", "a = {}\na |= {}",
        "match 1:\n    case 1:\n        pass", "import tomllib", "N = int | float", "isinstance(x, Code | None)",
        "A = Dict[str, int] | answers.Code",
    ]  # fmt: skip
    kept = ["os.O_RDWR | os.O_CREAT", "a | b", "def f(x: int | None): pass", "mode |= 1", annotated]
    assert misjudged(too_new, [LATE + text for text in newer], [LATE + text for text in kept]) == []
    assert misjudged(too_new, [annotated]) == []
