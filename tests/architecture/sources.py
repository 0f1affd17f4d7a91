"""The project's Python as the rules see it: every module's text, and what a name in it stands for."""

from __future__ import annotations

import ast
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Callable, Iterable, Iterator, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ("plugin.py", "lib")


class Found(NamedTuple):
    """Something a rule speaks about: where it is, and what it is."""

    path: str
    line: int
    what: str


class Source:
    """One module, walked once for all rules; `path` is relative to the checkout, so a sample can be anywhere."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text

    @cached_property
    def module(self) -> str:
        """The module's dotted name: `lib/simkl/__init__.py` is `lib.simkl`."""
        return self.path[: -len(".py")].replace("/", ".").removesuffix(".__init__")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree, the outer ones first."""
        return list(ast.walk(self.tree))

    def found(self, node: ast.AST, what: str) -> Found:
        return Found(self.path, getattr(node, "lineno", 1), what)

    def full_name(self, node: ast.AST) -> str:
        """Return what a name or attribute stands for."""
        if isinstance(node, ast.Attribute):
            return f"{self.full_name(node.value)}.{node.attr}"
        if isinstance(node, ast.Name):
            return self._names.get(node.id, node.id)
        return "?"

    @cached_property
    def imports(self) -> list[tuple[str, ast.AST]]:
        """Every imported name in full, wherever the import stands, `from . import x` resolved."""
        found: list[tuple[str, ast.AST]] = []
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found += [(alias.name, node) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                found += [(f"{self._from(node)}.{alias.name}", node) for alias in node.names]
        return found

    @cached_property
    def references(self) -> list[tuple[str, ast.AST]]:
        """Every name and every attribute in full: `o.remove` after `import os as o` is `os.remove`.

        What belongs to a value of unknown type begins with a question mark: `?.read_text`.
        """
        return [(self.full_name(node), node) for node in self.nodes if isinstance(node, (ast.Name, ast.Attribute))]

    @cached_property
    def used(self) -> list[tuple[str, ast.AST]]:
        return [*self.references, *self.imports]

    @cached_property
    def calls(self) -> list[ast.Call]:
        return [node for node in self.nodes if isinstance(node, ast.Call)]

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


Rule = Callable[[Source], Iterable[Found]]


def sources(*places: str) -> list[Source]:
    """Return every module in these files and folders of the checkout; each is read and parsed once."""
    paths: list[Path] = []
    for place in places:
        path = ROOT / place
        paths += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return [_read(path) for path in paths]


@lru_cache(maxsize=None)
def _read(path: Path) -> Source:
    return Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))


def offenders(rule: Rule, *places: str, allowed: Iterable[tuple[str, str]] = ()) -> list[Found]:
    """Return all that breaks a rule, and every exception (path, what) that nobody needs any more."""
    found = [each for source in sources(*places) for each in rule(source)]
    unused = set(allowed) - {(each.path, each.what) for each in found}
    return [each for each in found if (each.path, each.what) not in allowed] + [
        Found(path, 0, f"no longer needs the exception for {what}") for path, what in unused
    ]


def misjudged(rule: Rule, broken: Iterable[str] = (), kept: Iterable[str | tuple[str, str]] = ()) -> list[str]:
    """Return the samples in which a rule overlooks something, and those (or path and text) that it wrongly accuses."""
    overlooked = [text for text in broken if not list(rule(Source("lib/kodi/sample.py", text)))]
    right = [each if isinstance(each, tuple) else ("lib/kodi/sample.py", each) for each in kept]
    return overlooked + [text for path, text in right if list(rule(Source(path, text)))]
