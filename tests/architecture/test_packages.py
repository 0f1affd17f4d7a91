"""Packages: their arrows run one way, there are no circles, and each names the modules that others may use."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.graph import circles, import_graph, module_name, units
from tests.architecture.sources import PLUGIN, ROOT, Source, sources

# Each package with the packages that it may import, besides itself. What is not in here may not exist.
MAY_IMPORT = {
    "lib.system": (),
    "lib.simkl": ("lib.system",),
    "lib.simkl.http": ("lib.simkl", "lib.system"),
    "lib.simkl.auth": ("lib.simkl", "lib.simkl.http", "lib.system"),
    "lib.simkl.api": ("lib.simkl", "lib.simkl.http", "lib.simkl.auth", "lib.system"),
}
LONGEST_FUNCTION = 40
MOST_FILES_IN_KODI = 16


def package_of(source: Source) -> str:
    """Return the package that a module is in."""
    name = module_name(source.path)
    return name if source.path.endswith("/__init__.py") else name.rpartition(".")[0]


def test_no_modules_import_each_other_in_a_circle():
    assert circles(import_graph(sources("lib"))) == []


def test_a_circle_is_noticed():
    graph = {"lib.a": {"lib.b"}, "lib.b": {"lib.c"}, "lib.c": {"lib.a"}, "lib.d": {"lib.a"}}
    assert circles(graph) == [["lib.a", "lib.b", "lib.c"]]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_base_package_imports_only_what_is_below_it(package):
    inside = [source for source in sources("lib") if package_of(source) == package]
    names = {module_name(source.path) for source in sources("lib")}
    assert inside
    for source in inside:
        for name, _ in source.imports():
            target = name if name in names else name.rpartition(".")[0]
            if target.startswith("lib."):
                home = target if (ROOT / target.replace(".", "/")).is_dir() else target.rpartition(".")[0]
                assert home in (package, *MAY_IMPORT[package]), f"{source.path} imports {name}"


def test_the_core_does_not_know_the_sign_in_and_the_store_does_not_know_the_delivery():
    graph = import_graph(sources("lib"))
    for name, targets in graph.items():
        if name.startswith("lib.account.") and not name.startswith("lib.account.sign_in"):
            assert not any(target.startswith("lib.account.sign_in") for target in targets), name
        if name.startswith("lib.tracking.") and not name.startswith("lib.tracking.delivery"):
            assert not any(target.startswith("lib.tracking.delivery") for target in targets), name


def test_few_files_lie_directly_in_kodi():
    files = [source for source in sources("lib") if package_of(source) == "lib.kodi"]
    assert len(files) <= MOST_FILES_IN_KODI


def too_long(source: Source) -> list[str]:
    """Return the functions that do not fit a screen."""
    functions = [node for node in source.nodes if isinstance(node, ast.FunctionDef)]
    lengths = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions}
    return [f"{source.path}: {name}, {lines} lines" for name, lines in lengths.items() if lines >= LONGEST_FUNCTION]


@pytest.mark.parametrize("source", sources(*PLUGIN), ids=lambda source: source.path)
def test_a_function_fits_a_screen(source):
    assert too_long(source) == []


def test_a_long_function_is_noticed():
    body = "    x = 1\n" * LONGEST_FUNCTION
    assert too_long(Source("lib/sample.py", f"def f():\n{body}"))


def test_arrows_are_counted_between_files_and_folders():
    graph = {
        "lib.kodi.menu.main_menu": {"lib.kodi.addon", "lib.kodi.menu.rows"},
        "lib.kodi.entry": {"lib.simkl.errors"},
    }
    assert units(graph, "lib.kodi") == {("menu", "addon")}
