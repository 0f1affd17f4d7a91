"""Packages: their arrows run one way, there are no circles, and each names the modules that others may use."""

from __future__ import annotations

import ast
from typing import Iterator

from tests.architecture.graph import Graph, circle, graph_of_lib, module_name, units
from tests.architecture.sources import PLUGIN, Found, Source, misjudged, offenders, sources

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
MOST_ARROWS_IN_KODI = 50
ENTRY = "entry"  # of a front end: plugin.py imports it by the name of the front end
TOKEN_OWNERS = ("lib/account/", "lib/simkl/")


def package_of(source: Source) -> str:
    """Return the package that a module is in."""
    name = module_name(source.path)
    return name if source.path.endswith("/__init__.py") else name.rpartition(".")[0]


def test_no_modules_import_each_other_in_a_circle():
    assert sorted(set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}))) == ["a", "b", "c"]
    assert circle(graph_of_lib()) == []


def test_a_base_package_imports_only_what_is_below_it():
    packages = {module_name(source.path): package_of(source) for source in sources("lib")}
    assert set(MAY_IMPORT) <= set(packages.values())
    wrong = [
        f"{name} imports {target}"
        for name, targets in graph_of_lib().items()
        for target in targets
        if packages[name] in MAY_IMPORT and packages[target] not in (packages[name], *MAY_IMPORT[packages[name]])
    ]
    assert wrong == []


def test_the_core_does_not_know_the_sign_in_and_the_store_does_not_know_the_delivery():
    graph = graph_of_lib()
    for name, targets in graph.items():
        if name.startswith("lib.account.") and not name.startswith("lib.account.sign_in"):
            assert not any(target.startswith("lib.account.sign_in") for target in targets), name
        if name.startswith("lib.tracking.") and not name.startswith("lib.tracking.delivery"):
            assert not any(target.startswith("lib.tracking.delivery") for target in targets), name


def test_few_files_lie_directly_in_kodi_and_few_arrows_run_between_them_and_the_folders():
    files = [source for source in sources("lib") if package_of(source) == "lib.kodi"]
    assert len(files) <= MOST_FILES_IN_KODI
    graph = {
        "lib.kodi.menu.main_menu": {"lib.kodi.addon", "lib.kodi.menu.rows"},
        "lib.kodi.entry": {"lib.simkl.errors"},
    }
    assert units(graph, "lib.kodi") == {("menu", "addon")}
    assert len(units(graph_of_lib(), "lib.kodi")) <= MOST_ARROWS_IN_KODI


def packages() -> dict[str, Source]:
    """Return the packages below lib by name, each with its `__init__`."""
    inits = [source for source in sources("lib") if source.path.endswith("/__init__.py")]
    return {module_name(source.path): source for source in inits if source.path != "lib/__init__.py"}


def named(init: Source) -> set[str]:
    """Return what `__all__` of a package names."""
    for node in init.tree.body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["__all__"]:
            return set(ast.literal_eval(node.value))
    return set()


def used_from_outside(graph: Graph, package: str) -> set[str]:
    """Return the modules and packages directly in a package of which others import something."""
    inside = f"{package}."
    outsiders = {name: targets for name, targets in graph.items() if name != package and not name.startswith(inside)}
    imported = {target for targets in outsiders.values() for target in targets if target.startswith(inside)}
    return {target[len(inside) :].partition(".")[0] for target in imported}


def test_a_package_names_the_modules_that_others_may_use_and_keeps_the_rest_to_itself():
    """Whoever wants another one adds it to `__all__` of the package's `__init__`; one that nobody wants leaves it."""
    inits = packages()
    assert len(inits) > 20
    for package, init in inits.items():
        assert init.imports == [], f"{package} imports its modules: a menu must not pay for `requests`"
        assert named(init) - {ENTRY} == used_from_outside(graph_of_lib(), package) - {ENTRY}, package


def test_a_module_that_is_not_named_is_noticed():
    graph = {"lib.a.one": {"lib.b.two", "lib.b.c.four"}, "lib.b.three": {"lib.b.five"}}
    assert used_from_outside(graph, "lib.b") == {"two", "c"}
    assert used_from_outside(graph, "lib.b.c") == {"four"}
    assert named(Source("lib/b/__init__.py", '__all__ = ["two", "c"]')) == {"two", "c"}


def sends_a_token(source: Source) -> Iterator[Found]:
    """Find what gives a token to Simkl by another way than an AccountClient's `call`."""
    by_client = {
        id(inner)
        for call in source.calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "call"
        for argument in (*call.args, *(each.value for each in call.keywords))
        for inner in ast.walk(argument)
    }
    for node in source.nodes:
        if isinstance(node, ast.Call) and id(node) not in by_client:
            given = {ast.unparse(each).rpartition(".")[2].strip("_") for each in node.args}
            asked = source.full_name(node.func)
            is_own = asked.startswith("lib.account.")
            if ({"transport", "token"} <= given and not is_own) or asked.startswith("lib.simkl.api.users.fetch"):
                yield source.found(node, ast.unparse(node.func))
        elif isinstance(node, ast.Attribute) and node.attr == "access" and "token" in ast.unparse(node.value):
            yield source.found(node, ast.unparse(node))


def test_only_the_account_asks_simkl_with_a_token():
    past_the_account = [
        "send_scrobble(transport, token, play)",
        "send(self._transport, account.token)",
        "way.get('/users/settings', account.token.access)",
        "from lib.simkl.api.users import fetch_user\nfetch_user(way, told)",
    ]
    assert misjudged(sends_a_token, past_the_account, ["client.call(lambda: send(transport, token))"]) == []
    assert [each for each in offenders(sends_a_token, "lib") if not each.path.startswith(TOKEN_OWNERS)] == []


def too_long(source: Source) -> Iterator[Found]:
    """Find the functions that do not fit a screen."""
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 >= LONGEST_FUNCTION:
            yield source.found(node, node.name)


def test_a_function_fits_a_screen():
    lines = ["def f():", *["    x = 1"] * (LONGEST_FUNCTION - 1)]
    assert misjudged(too_long, ["\n".join(lines)], ["\n".join(lines[:-1])]) == []
    assert offenders(too_long, *PLUGIN) == []
