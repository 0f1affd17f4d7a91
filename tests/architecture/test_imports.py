"""Imports run one way, a package names the modules that others may use, and only the account asks with a token."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from functools import lru_cache
from typing import Iterable, Iterator, Mapping

import graphlib

from tests.architecture.sources import PLUGIN, Found, Source, misjudged, offenders, sources

Graph = Mapping[str, "set[str]"]
FRONT_ENDS = ("lib.kodi", "lib.terminal", "lib.web")
# Each of them may only ask itself and those before it. A module belongs to the longest name that fits.
INWARDS = (
    "lib.system", "lib.simkl", "lib.simkl.http", "lib.simkl.auth", "lib.simkl.api",
    "lib.account", "lib.account.sign_in", "lib.tracking", "lib.tracking.delivery",
)  # fmt: skip
LIBRARIES = {
    "lib.kodi": ("xbmc", "xbmcaddon", "xbmcgui", "xbmcplugin", "xbmcvfs", "segno"),
    "lib.terminal": ("pyfiglet", "rich", "segno"),
    "lib.web": ("flask", "polib", "prometheus_client", "requests", "segno", "waitress", "werkzeug"),
    "lib.account": ("filelock", "yaml"),
    "lib.simkl": ("requests",),
    "lib.system": ("filelock", "schedule"),
}
MAY_USE_URLLIB3 = {f"lib.simkl.http.{name}" for name in ("bodies", "connections", "transport")}
DYNAMIC = ("importlib", "__import__", "runpy", "pkgutil")
MOST_FILES_IN_KODI = 16
MOST_ARROWS_IN_KODI = 50
ENTRY = "entry"  # of a front end: plugin.py imports it by the name of the front end


def layer(name: str) -> str:
    """Return the package in the order of imports that a module belongs to."""
    fitting = [each for each in (*INWARDS, *FRONT_ENDS) if name == each or name.startswith(f"{each}.")]
    return max(fitting, key=len, default="")


def within_reach(source: Source) -> tuple[str, ...]:
    """Return the packages that a module may import from."""
    own = layer(source.module)
    if source.module == "plugin":
        return FRONT_ENDS
    return INWARDS[: INWARDS.index(own) + 1] if own in INWARDS else (*INWARDS, own) if own else ()


def wrong_imports(source: Source) -> Iterator[Found]:
    """Find the imports that a module may not make."""
    if source.module not in ("plugin", "lib") and not layer(source.module):
        yield Found(source.path, 1, "is in no package of lib")
    libraries = {"__future__", *LIBRARIES.get(".".join(source.module.split(".")[:2]), ())}
    if source.module in MAY_USE_URLLIB3:
        libraries.add("urllib3")
    for name, node in source.imports:
        top = name.partition(".")[0]
        is_right = layer(name) in within_reach(source) if top == "lib" else top in sys.stdlib_module_names | libraries
        if not is_right:
            yield source.found(node, name)
    if source.module != "plugin":
        for name, node in source.used:
            if name.partition(".")[0] in DYNAMIC:
                yield source.found(node, f"{name} imports by name")


WRONG = [
    ("lib/simkl/auth/pin.py", "from lib.account.settings import Settings"),
    ("lib/simkl/auth/pin.py", "import lib"),
    ("lib/simkl/auth/pin.py", "from ...account import store"),
    ("lib/simkl/auth/pin.py", "def f():\n    from lib.account import settings"),
    ("lib/simkl/http/transport.py", "from lib.simkl.auth import tokens"),
    ("lib/account/store.py", "from lib.account.sign_in.approval import Linked"),
    ("lib/tracking/store/queue.py", "from lib.tracking.delivery import sender"),
    ("lib/tracking/store/queue.py", "from lib import kodi"),
    ("lib/terminal/commands.py", "from lib.kodi.addon import Addon"),
    ("plugin.py", "from lib.account import link"),
    ("lib/__init__.py", "from lib.simkl import pin"),
    ("lib/system/files.py", "import xbmcvfs as files"),
    ("lib/simkl/auth/pin.py", "import urllib3.exceptions"),
    ("lib/account/sign_in/by_code.py", "import importlib\nimportlib.import_module('lib.kodi.addon')"),
    ("lib/account/sign_in/by_code.py", "__import__('lib.kodi.addon')"),
    ("lib/utils.py", "import os"),
]
RIGHT = [
    ("plugin.py", "import importlib\nfrom lib.kodi import entry"),
    ("lib/kodi/x.py", "import xbmc\nfrom lib.account import link\nimport lib.simkl.auth.pin"),
    ("lib/tracking/delivery/x.py", "from lib.tracking import queue\nfrom . import sender"),
    ("lib/simkl/http/connections.py", "import socket\nfrom urllib3 import connection"),
]


def test_every_module_imports_only_inwards():
    assert [each for each in WRONG if not list(wrong_imports(Source(*each)))] == []
    assert misjudged(wrong_imports, kept=RIGHT) == []
    assert offenders(wrong_imports, *PLUGIN) == []


def import_graph(modules: Iterable[Source]) -> Graph:
    """Return which modules each module imports, wherever the import stands."""
    by_name = {source.module: source for source in modules}
    graph: dict[str, set[str]] = defaultdict(set)
    for name, source in by_name.items():
        for imported, _ in source.imports:
            target = imported if imported in by_name else imported.rpartition(".")[0]
            if target in by_name and target != name:
                graph[name].add(target)
    return graph


@lru_cache(maxsize=None)
def graph_of_lib() -> Graph:
    return import_graph(sources("lib"))


def circle(graph: Graph) -> list[str]:
    """Return modules that import each other in a circle; none if there is none."""
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return sorted(set(error.args[1]))
    return []


def test_no_modules_import_each_other_in_a_circle():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == ["a", "b", "c"]
    assert circle(graph_of_lib()) == []


def inside(name: str, package: str) -> str:
    """Return what of a package a module is or lies in, directly below it; nothing for one elsewhere."""
    return name[len(package) + 1 :].partition(".")[0] if name.startswith(f"{package}.") else ""


def arrows_inside(graph: Graph, package: str) -> set[tuple[str, str]]:
    """Return the arrows between the files and folders directly in a package."""
    pairs = {(inside(name, package), inside(target, package)) for name in graph for target in graph[name]}
    return {(one, other) for one, other in pairs if one and other and one != other}


def test_few_files_lie_directly_in_kodi_and_few_arrows_run_between_them_and_the_folders():
    graph = {"lib.kodi.menu.main": {"lib.kodi.addon", "lib.kodi.menu.rows"}, "lib.kodi.entry": {"lib.simkl.errors"}}
    assert arrows_inside(graph, "lib.kodi") == {("menu", "addon")}
    assert len(arrows_inside(graph_of_lib(), "lib.kodi")) <= MOST_ARROWS_IN_KODI
    assert len([source for source in sources("lib/kodi") if source.path.count("/") == 2]) <= MOST_FILES_IN_KODI


def named(init: Source) -> set[str]:
    """Return what `__all__` of a package names."""
    for node in init.tree.body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["__all__"]:
            return set(ast.literal_eval(node.value))
    return set()


def used_from_outside(graph: Graph, package: str) -> set[str]:
    """Return the modules and packages directly in a package of which others import something."""
    outsiders = [name for name in graph if name != package and not inside(name, package)]
    return {inside(target, package) for name in outsiders for target in graph[name]} - {""}


def test_a_package_names_the_modules_that_others_may_use_and_keeps_the_rest_to_itself():
    """Whoever wants another one adds it to `__all__` of the package's `__init__`; one that nobody wants leaves it."""
    graph = {"lib.a.one": {"lib.b.two", "lib.b.c.four"}, "lib.b.three": {"lib.b.five"}}
    assert used_from_outside(graph, "lib.b") == {"two", "c"}
    assert used_from_outside(graph, "lib.b.c") == {"four"}
    assert named(Source("lib/b/__init__.py", '__all__ = ["two", "c"]')) == {"two", "c"}
    packages = [source for source in sources("lib") if source.path.endswith("/__init__.py") and source.module != "lib"]
    assert len(packages) > 20
    for init in packages:
        assert init.imports == [], f"{init.module} imports its modules: a menu must not pay for `requests`"
        assert named(init) - {ENTRY} == used_from_outside(graph_of_lib(), init.module) - {ENTRY}, init.module


def sends_a_token(source: Source) -> Iterator[Found]:
    """Find what gives a token to Simkl by another way than an AccountClient's `call`."""
    if source.path.startswith(("lib/account/", "lib/simkl/")):
        return
    by_client = {
        id(inner)
        for call in source.calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "call"
        for argument in (*call.args, *(each.value for each in call.keywords))
        for inner in ast.walk(argument)
    }
    for call in source.calls:
        given = {ast.unparse(each).rpartition(".")[2].strip("_") for each in call.args}
        asked = source.full_name(call.func)
        has_both = {"transport", "token"} <= given and not asked.startswith("lib.account.")
        if id(call) not in by_client and (has_both or asked.startswith("lib.simkl.api.users.fetch")):
            yield source.found(call, ast.unparse(call.func))
    for node in source.nodes:
        if isinstance(node, ast.Attribute) and node.attr == "access" and "token" in ast.unparse(node.value):
            yield source.found(node, ast.unparse(node))


def test_only_the_account_asks_simkl_with_a_token():
    past_the_account = [
        "send_scrobble(transport, token, play)",
        "send(self._transport, account.token)",
        "way.get('/users/settings', account.token.access)",
        "from lib.simkl.api.users import fetch_user\nfetch_user(way, told)",
    ]
    assert misjudged(sends_a_token, past_the_account, ["client.call(lambda: send(transport, token))"]) == []
    assert offenders(sends_a_token, "lib") == []
