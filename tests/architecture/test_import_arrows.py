"""Imports run one way: plugin.py, a face, tracking, account, simkl, and then only the libraries each room may use."""

from __future__ import annotations

import sys
from pathlib import PurePosixPath

import pytest

from tests.architecture.sources import PLUGIN, ROOT, Found, Source, sources

KODI = ("xbmc", "xbmcaddon", "xbmcgui", "xbmcplugin", "xbmcvfs")
FACES = ("lib.kodi", "lib.terminal", "lib.web")
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
LIBRARIES_OF_ONE_MODULE = {"lib/simkl/http/transport.py": ("urllib3",), "lib/simkl/http/connections.py": ("urllib3",)}
DYNAMIC = ("importlib", "__import__", "runpy", "pkgutil")


def room_of(path: str) -> str:
    """Return the room a module belongs to: plugin.py, lib, or one of its folders."""
    parts = PurePosixPath(path).parts
    if len(parts) == 1:
        return parts[0]
    return "lib" if parts[1] == "__init__.py" else f"lib.{parts[1]}"


def rooms_within_reach(room: str) -> tuple[str, ...]:
    """Return the rooms that a room may import from."""
    if room == "plugin.py":
        return FACES
    if room in FACES:
        return (room, *INWARDS)
    return INWARDS[INWARDS.index(room) :] if room in INWARDS else ()


def wrong_imports(source: Source) -> list[Found]:
    """Return the imports that the room of this module may not make."""
    room = room_of(source.path)
    if room not in LIBRARIES:
        return [Found(source.path, 1, f"{room} is not a room of the house")]
    libraries = {*LIBRARIES[room], *LIBRARIES_OF_ONE_MODULE.get(source.path, ())}
    wrong = []
    for name, node in source.imports():
        top = name.partition(".")[0]
        if top == "lib":
            near = any(name == reach or name.startswith(f"{reach}.") for reach in rooms_within_reach(room))
            if not near:
                wrong.append(source.found(node, f"{room} imports {name}"))
        elif top not in libraries and top not in sys.stdlib_module_names and top != "__future__":
            wrong.append(source.found(node, f"{room} imports {top}"))
    if room != "plugin.py":
        for name, node in [*source.imports(), *source.references()]:
            if name.partition(".")[0] in DYNAMIC:
                wrong.append(source.found(node, f"{room} imports by name: {name}"))
    return wrong


@pytest.mark.parametrize("source", sources(*PLUGIN), ids=lambda source: source.path)
def test_a_module_imports_only_inwards(source):
    assert wrong_imports(source) == []


def test_every_room_was_looked_at_and_arrows_were_seen():
    arrows = {
        (room_of(source.path), room_of(name.replace(".", "/")))
        for source in sources(*PLUGIN)
        for name, _ in source.imports()
        if name.startswith("lib.")
    }
    assert {("lib.kodi", "lib.account"), ("lib.terminal", "lib.account"), ("lib.account", "lib.simkl")} <= arrows
    rooms = {f"lib.{path.name}" for path in (ROOT / "lib").iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert rooms <= set(LIBRARIES)


WRONG = {
    "simkl asks account": ("lib/simkl/auth/pin.py", "from lib.account.settings import Settings"),
    "simkl asks a face": ("lib/simkl/auth/pin.py", "import lib.kodi.addon"),
    "simkl takes the whole of lib": ("lib/simkl/auth/pin.py", "import lib"),
    "simkl asks account relatively": ("lib/simkl/auth/pin.py", "from ...account import store"),
    "simkl asks account in a function": ("lib/simkl/auth/pin.py", "def f():\n    from lib.account import settings"),
    "simkl asks account for types": (
        "lib/simkl/auth/pin.py",
        "if TYPE_CHECKING:\n    from lib.account import settings",
    ),
    "account asks a face": ("lib/account/sign_in/by_code.py", "from lib.terminal.texts import clock"),
    "account asks tracking": ("lib/account/sign_in/by_code.py", "from lib.tracking import queue"),
    "tracking asks a face": ("lib/tracking/store/queue.py", "from lib import kodi"),
    "a face asks another": ("lib/terminal/commands.py", "from lib.kodi.addon import Addon"),
    "the web asks the terminal": ("lib/web/pages.py", "from lib.terminal import words"),
    "the door asks past the faces": ("plugin.py", "from lib.account import link"),
    "the package itself asks anything": ("lib/__init__.py", "from lib.simkl import pin"),
    "the terminal imports Kodi": ("lib/terminal/commands.py", "import xbmc"),
    "account imports Kodi": ("lib/system/files.py", "import xbmcvfs as files"),
    "simkl imports yaml": ("lib/simkl/api/users.py", "import yaml"),
    "account imports requests": ("lib/account/sign_in/by_code.py", "import requests"),
    "urllib3 outside transport": ("lib/simkl/auth/pin.py", "import urllib3.exceptions"),
    "urllib3 in the listener": ("lib/simkl/auth/redirect_server.py", "import urllib3"),
    "a library in the listener": ("lib/simkl/auth/redirect_server.py", "import flask"),
    "an OAuth library in a flow": ("lib/simkl/auth/browser.py", "import authlib"),
    "a library nobody declared": ("lib/kodi/sign_in/window.py", "from PIL import Image"),
    "an import by name": (
        "lib/account/sign_in/by_code.py",
        "import importlib\nimportlib.import_module('lib.kodi.addon')",
    ),
    "an import by builtin": ("lib/account/sign_in/by_code.py", "__import__('lib.kodi.addon')"),
    "a module beside the rooms": ("lib/utils.py", "import os"),
}


@pytest.mark.parametrize(("path", "text"), WRONG.values(), ids=WRONG.keys())
def test_an_arrow_the_wrong_way_is_noticed(path, text):
    assert wrong_imports(Source(path, text))


RIGHT = {
    "the door opens a face": ("plugin.py", "import importlib\nfrom lib.kodi import entry"),
    "a face asks all the way in": (
        "lib/kodi/x.py",
        "import xbmc\nfrom lib.account import link\nimport lib.simkl.auth.pin",
    ),
    "the web asks tracking": ("lib/web/x.py", "from lib.tracking import queue"),
    "tracking asks account": ("lib/tracking/x.py", "from lib.account import link"),
    "a room asks itself": ("lib/account/x.py", "from . import disk\nfrom lib.system.files import read"),
    "the listener uses the standard library": ("lib/simkl/auth/redirect_server.py", "import http.server, html"),
    "connections use urllib3": ("lib/simkl/http/connections.py", "import socket\nfrom urllib3 import connection"),
    "transport uses urllib3": ("lib/simkl/http/transport.py", "import socket\nimport requests\nimport urllib3"),
}


@pytest.mark.parametrize(("path", "text"), RIGHT.values(), ids=RIGHT.keys())
def test_an_arrow_inwards_is_allowed(path, text):
    assert wrong_imports(Source(path, text)) == []
