"""Who imports whom, module by module, as the text of `lib` says."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import Iterable, Mapping

import graphlib

from tests.architecture.sources import Source, sources

Graph = Mapping[str, "set[str]"]


def module_name(path: str) -> str:
    """Return the dotted name of a file: `lib/simkl/__init__.py` is `lib.simkl`."""
    return path[: -len(".py")].replace("/", ".").removesuffix(".__init__")


def import_graph(sources: Iterable[Source]) -> Graph:
    """Return which modules each module imports, wherever the import stands."""
    by_name = {module_name(source.path): source for source in sources}
    graph: dict[str, set[str]] = defaultdict(set)
    for name, source in by_name.items():
        for imported, _ in source.imports:
            target = imported if imported in by_name else imported.rpartition(".")[0]
            if target in by_name and target != name:
                graph[name].add(target)
    return graph


@lru_cache(maxsize=None)
def graph_of_lib() -> Graph:
    """Return who imports whom in lib."""
    return import_graph(sources("lib"))


def circle(graph: Graph) -> list[str]:
    """Return modules that import each other in a circle, from one of them to itself again; none if there is none."""
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def units(graph: Graph, package: str) -> set[tuple[str, str]]:
    """Return the arrows between the files and folders directly in a package."""
    depth = package.count(".") + 1

    def unit(name: str) -> str:
        parts = name.split(".")
        return parts[depth] if name.startswith(f"{package}.") else ""

    pairs = {(unit(name), unit(target)) for name, targets in graph.items() for target in targets}
    return {(one, other) for one, other in pairs if one and other and one != other}
