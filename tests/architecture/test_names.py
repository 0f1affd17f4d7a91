"""One meaning to one public name: nothing public is defined in two modules of `lib`."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import Iterator

from tests.architecture.sources import Source, sources

# What every module may have under the same name: its logger, and the entry function of a front end.
SHARED = {"log", "main"}


def public_names(source: Source) -> Iterator[str]:
    """Yield the public names that a module defines at its top level."""
    for node in source.tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names = [node.name]
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
        else:
            names = []
        yield from (name for name in names if not name.startswith("_"))


def defined_twice(modules: list[Source]) -> dict[str, list[str]]:
    """Return each public name that several modules define, with their paths."""
    places: dict[str, list[str]] = defaultdict(list)
    for source in modules:
        for name in set(public_names(source)) - SHARED:
            places[name].append(source.path)
    return {name: sorted(paths) for name, paths in places.items() if len(paths) > 1}


def test_no_public_name_is_defined_in_two_modules():
    assert defined_twice(sources("lib")) == {}


def test_a_name_that_two_modules_define_is_noticed():
    one = Source("lib/a.py", "LIMIT = 1\ndef read(): pass\nlog = 1\n_x = 1")
    other = Source("lib/b.py", "class Thing: pass\nLIMIT, _y = 1, 2\nlog = 2\n_x = 2")
    third = Source("lib/c.py", "read: int = 1")
    assert defined_twice([one, other, third]) == {"LIMIT": ["lib/a.py", "lib/b.py"], "read": ["lib/a.py", "lib/c.py"]}
