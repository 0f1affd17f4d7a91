"""Imports run one way: plugin.py, a front end, tracking, account, simkl.

And then only the libraries each package may use.
"""

from __future__ import annotations

import sys
from pathlib import PurePosixPath

from tests.architecture.sources import PLUGIN, ROOT, Found, Source, misjudged, offenders, sources

KODI = ("xbmc", "xbmcaddon", "xbmcgui", "xbmcplugin", "xbmcvfs")
FRONT_ENDS = ("lib.kodi", "lib.terminal", "lib.web")
INWARDS = ("lib.tracking", "lib.account", "lib.simkl", "lib.system")  # each of them may only ask those after it
LIBRARIES = {
    "plugin.py": (),
    "lib": (),
    "lib.kodi": (*KODI, "segno"),
    "lib.terminal": ("pyfiglet", "rich", "segno"),
    "lib.web": ("flask", "polib", "prometheus_client", "requests", "segno", "waitress", "werkzeug"),
    "lib.tracking": (),
    "lib.account": ("filelock", "yaml"),
    "lib.simkl": ("requests",),
    "lib.system": ("filelock", "schedule"),
}
LIBRARIES_OF_ONE_MODULE = {
    "lib/simkl/http/bodies.py": ("urllib3",),
    "lib/simkl/http/connections.py": ("urllib3",),
    "lib/simkl/http/transport.py": ("urllib3",),
}
DYNAMIC = ("importlib", "__import__", "runpy", "pkgutil")


def package_of(path: str) -> str:
    """Return the package a module belongs to: plugin.py, lib, or one of its folders."""
    parts = PurePosixPath(path).parts
    if len(parts) == 1:
        return parts[0]
    return "lib" if parts[1] == "__init__.py" else f"lib.{parts[1]}"


def packages_within_reach(package: str) -> tuple[str, ...]:
    """Return the packages that a package may import from."""
    if package == "plugin.py":
        return FRONT_ENDS
    if package in FRONT_ENDS:
        return (package, *INWARDS)
    return INWARDS[INWARDS.index(package) :] if package in INWARDS else ()


def wrong_imports(source: Source) -> list[Found]:
    """Return the imports that the package of this module may not make."""
    package = package_of(source.path)
    if package not in LIBRARIES:
        return [Found(source.path, 1, f"{package} is not a package of lib")]
    libraries = {*LIBRARIES[package], *LIBRARIES_OF_ONE_MODULE.get(source.path, ())}
    wrong = []
    for name, node in source.imports:
        top = name.partition(".")[0]
        if top == "lib":
            near = any(name == reach or name.startswith(f"{reach}.") for reach in packages_within_reach(package))
            if not near:
                wrong.append(source.found(node, f"{package} imports {name}"))
        elif top not in libraries and top not in sys.stdlib_module_names and top != "__future__":
            wrong.append(source.found(node, f"{package} imports {top}"))
    if package != "plugin.py":
        for name, node in source.used:
            if name.partition(".")[0] in DYNAMIC:
                wrong.append(source.found(node, f"{package} imports by name: {name}"))
    return wrong


def test_every_module_imports_only_inwards():
    assert offenders(wrong_imports, *PLUGIN) == []


def test_every_package_was_looked_at_and_arrows_were_seen():
    arrows = {
        (package_of(source.path), package_of(name.replace(".", "/")))
        for source in sources(*PLUGIN)
        for name, _ in source.imports
        if name.startswith("lib.")
    }
    assert {("lib.kodi", "lib.account"), ("lib.terminal", "lib.account"), ("lib.account", "lib.simkl")} <= arrows
    packages = {f"lib.{path.name}" for path in (ROOT / "lib").iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert packages <= set(LIBRARIES)


WRONG = [
    ("lib/simkl/auth/pin.py", "from lib.account.settings import Settings"),
    ("lib/simkl/auth/pin.py", "import lib"),
    ("lib/simkl/auth/pin.py", "from ...account import store"),
    ("lib/simkl/auth/pin.py", "def f():\n    from lib.account import settings"),
    ("lib/simkl/auth/pin.py", "if TYPE_CHECKING:\n    from lib.account import settings"),
    ("lib/account/sign_in/by_code.py", "from lib.terminal.texts import clock"),
    ("lib/tracking/store/queue.py", "from lib import kodi"),
    ("lib/terminal/commands.py", "from lib.kodi.addon import Addon"),
    ("plugin.py", "from lib.account import link"),
    ("lib/__init__.py", "from lib.simkl import pin"),
    ("lib/system/files.py", "import xbmcvfs as files"),
    ("lib/account/sign_in/by_code.py", "import requests"),
    ("lib/simkl/auth/pin.py", "import urllib3.exceptions"),
    ("lib/kodi/sign_in/window.py", "from PIL import Image"),
    ("lib/account/sign_in/by_code.py", "import importlib\nimportlib.import_module('lib.kodi.addon')"),
    ("lib/account/sign_in/by_code.py", "__import__('lib.kodi.addon')"),
    ("lib/utils.py", "import os"),
]
RIGHT = [
    ("plugin.py", "import importlib\nfrom lib.kodi import entry"),
    ("lib/kodi/x.py", "import xbmc\nfrom lib.account import link\nimport lib.simkl.auth.pin"),
    ("lib/web/x.py", "from lib.tracking import queue"),
    ("lib/tracking/x.py", "from lib.account import link"),
    ("lib/account/x.py", "from . import disk\nfrom lib.system.files import read"),
    ("lib/simkl/auth/redirect_server.py", "import http.server, html"),
    ("lib/simkl/http/connections.py", "import socket\nfrom urllib3 import connection"),
]


def test_an_arrow_the_wrong_way_is_told_from_one_inwards():
    assert [each for each in WRONG if not wrong_imports(Source(*each))] == []
    assert misjudged(wrong_imports, kept=RIGHT) == []
