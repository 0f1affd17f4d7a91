"""The plugin runs on Python 3.8, the Python of Kodi 19, and so do the libraries that travel in the zip.

vermin judges annotations all or none. Those that are never evaluated are taken out first, so that it can be strict with
the rest: `list[str]` and `X | Y` may stand in an annotation, and nowhere else.
"""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import PLUGIN, sources
from tools.build_zip import BUNDLED

# filelock asks for typing.Self only where Python has it, and only for type checkers.
GUARDED = ("--exclude", "typing.Self")
STRICT = ("--eval-annotations",)
TYPES = {"bool", "bytes", "dict", "float", "frozenset", "int", "list", "object", "set", "str", "tuple", "type"}


class WithoutAnnotations(ast.NodeTransformer):
    """Takes out the annotations, which `from __future__ import annotations` leaves unevaluated."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)


def evaluated(text: str) -> str:
    """Return the part of a module that Python evaluates."""
    tree = ast.parse(text)
    late = any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body)
    return ast.unparse(WithoutAnnotations().visit(tree)) if late else text


def unions(text: str) -> list[str]:
    """Return the unions of types that are evaluated; vermin takes flags such as `os.O_RDWR | os.O_CREAT` for them."""
    tree = ast.parse(evaluated(text))
    pairs = [node for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr)]
    return [ast.unparse(pair) for pair in pairs if _is_a_type(pair.left) or _is_a_type(pair.right)]


def _is_a_type(node: ast.expr) -> bool:
    if isinstance(node, ast.Subscript):
        return _is_a_type(node.value)
    name = ast.unparse(node).rpartition(".")[2]
    return name == "None" or name in TYPES or re.fullmatch(r"[A-Z]\w*[a-z]\w*", name) is not None


def too_new(*paths: Path, how: tuple[str, ...] = ()) -> str:
    """Return what vermin says needs a Python after 3.8; empty when nothing does."""
    vermin = Path(sys.executable).with_name("vermin")
    command = [str(vermin), "--target=3.8-", "--no-tips", "--violations", *GUARDED, *how, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "Minimum required versions" in done.stdout, done.stdout + done.stderr
    return "" if done.returncode == 0 else done.stdout


def test_what_the_plugin_evaluates_needs_no_more_than_python_3_8(tmp_path):
    for source in sources(*PLUGIN):
        assert unions(source.text) == [], source.path
        copy = tmp_path / source.path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(evaluated(source.text), encoding="utf-8")
    assert too_new(tmp_path, how=STRICT) == ""


@pytest.mark.parametrize("distribution", BUNDLED)
def test_a_library_in_the_zip_needs_no_more_than_python_3_8(distribution):
    package = BUNDLED[distribution]
    files = [file for file in importlib.metadata.files(distribution) or () if file.parts[0] == package]
    modules = [Path(str(file.locate())) for file in files if file.suffix == ".py"]
    assert modules
    assert too_new(*modules) == ""


NEWER = {
    "3.9: a builtin generic as a value": "Names = list[str]",
    "3.9: a builtin generic as a base": "class Names(dict[str, int]):\n    pass",
    "3.9: removeprefix": "'x'.removeprefix('y')",
    "3.9: a union of dictionaries": "a = {}\na |= {}",
    "3.10: match": "match 1:\n    case 1:\n        pass",
    "3.11: tomllib": "import tomllib",
}


@pytest.mark.parametrize("text", NEWER.values(), ids=NEWER.keys())
def test_what_is_newer_is_noticed(tmp_path, text):
    sample = tmp_path / "sample.py"
    sample.write_text(evaluated(f"from __future__ import annotations\n{text}\n"), encoding="utf-8")
    assert "sample.py" in too_new(sample, how=STRICT)


@pytest.mark.parametrize("text", ["N = int | float", "isinstance(x, Code | None)", "A = Dict[str, int] | answers.Code"])
def test_a_union_of_types_at_run_time_is_noticed(text):
    assert unions(f"from __future__ import annotations\n{text}")


@pytest.mark.parametrize("text", ["os.O_RDWR | os.O_CREAT", "a | b", "def f(x: int | None): pass", "mode |= 1"])
def test_flags_and_annotations_are_no_union_at_run_time(text):
    assert unions(f"from __future__ import annotations\n{text}") == []


ANNOTATED = "def f(a: list[str], *, b: int | None = None) -> dict[str, int]:\n    c: list[int] = []\n"


@pytest.mark.parametrize(("first", "newer"), [("from __future__ import annotations", False), ("import os", True)])
def test_an_annotation_may_be_newer_where_it_is_not_evaluated(tmp_path, first, newer):
    sample = tmp_path / "sample.py"
    sample.write_text(evaluated(f"{first}\n{ANNOTATED}"), encoding="utf-8")
    assert bool(too_new(sample, how=STRICT)) is newer
