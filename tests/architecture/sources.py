"""The project's Python as the rules see it: every module's text, and what a name in it stands for."""

from __future__ import annotations

import ast
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Iterator, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ("plugin.py", "lib")


class Found(NamedTuple):
    """Something a rule speaks about: where it is, and what it is."""

    path: str
    line: int
    what: str


class Source:
    """One module; `path` is relative to the checkout, so that a sample can pretend to be anywhere.

    What many rules ask for is found out once.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text

    @cached_property
    def tree(self) -> ast.Module:
        """The module's syntax tree."""
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree, the outer ones first."""
        return list(ast.walk(self.tree))

    def found(self, node: ast.AST, what: str) -> Found:
        """Name a place in this module."""
        return Found(self.path, getattr(node, "lineno", 1), what)

    def imports(self) -> list[tuple[str, ast.AST]]:
        """Return every imported name in full, wherever the import stands, `from . import x` resolved."""
        return self._imports

    def references(self) -> list[tuple[str, ast.AST]]:
        """Return every name and every attribute in full: `o.remove` after `import os as o` is `os.remove`.

        What belongs to a value of unknown type begins with a question mark: `?.read_text`.
        """
        return self._references

    def full_name(self, node: ast.AST) -> str:
        """Return what a name or attribute stands for."""
        if isinstance(node, ast.Attribute):
            return f"{self.full_name(node.value)}.{node.attr}"
        if isinstance(node, ast.Name):
            return self._names.get(node.id, node.id)
        return "?"

    @cached_property
    def _imports(self) -> list[tuple[str, ast.AST]]:
        found: list[tuple[str, ast.AST]] = []
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found += [(alias.name, node) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                found += [(f"{self._from(node)}.{alias.name}", node) for alias in node.names]
        return found

    @cached_property
    def _references(self) -> list[tuple[str, ast.AST]]:
        return [(self.full_name(node), node) for node in self.nodes if isinstance(node, (ast.Name, ast.Attribute))]

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(self._bindings())

    def _bindings(self) -> Iterator[tuple[str, str]]:
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.partition(".")[0]
                    yield (alias.asname, alias.name) if alias.asname else (top, top)
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    yield alias.asname or alias.name, f"{self._from(node)}.{alias.name}"

    def _from(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = self.path.split("/")[: -node.level]
        return ".".join([*package, *([node.module] if node.module else [])])


def sources(*places: str) -> list[Source]:
    """Return every module in these files and folders of the checkout."""
    paths: list[Path] = []
    for place in places:
        path = ROOT / place
        paths += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return [_read(path) for path in paths]


@lru_cache(maxsize=None)
def _read(path: Path) -> Source:
    return Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
