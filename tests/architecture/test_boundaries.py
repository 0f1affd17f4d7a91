"""What only some packages may do: print, talk to the network, open files, read YAML, catch everything."""

from __future__ import annotations

import ast
from typing import Iterator

import pytest

from tests.architecture.sources import PLUGIN, ROOT, Found, Source, sources

NETWORK = {
    "asyncio", "ftplib", "http", "imaplib", "poplib", "requests", "select", "selectors", "smtplib", "socket",
    "socketserver", "ssl", "telnetlib", "urllib.request", "urllib3", "wsgiref", "xmlrpc",
}  # fmt: skip
FILE_MODULES = {
    "codecs", "dbm", "fileinput", "io.open", "logging.FileHandler", "mmap", "shelve", "shutil", "sqlite3", "tempfile",
    "zipfile", "xbmcvfs.File", "xbmcvfs.copy", "xbmcvfs.delete", "xbmcvfs.mkdir", "xbmcvfs.mkdirs", "xbmcvfs.rename",
}  # fmt: skip
FILE_CALLS_OF_OS = {
    "chmod", "fchmod", "fdopen", "link", "makedirs", "mkdir", "mkfifo", "open", "remove", "removedirs", "rename",
    "renames", "replace", "rmdir", "symlink", "truncate", "unlink", "utime",
}  # fmt: skip
FILE_METHODS = {
    "chmod", "hardlink_to", "mkdir", "open", "read_bytes", "read_text", "rename", "rmdir", "symlink_to", "touch",
    "unlink", "write_bytes", "write_text",
}  # fmt: skip
NO_FILES = {"os", "webbrowser"}  # what these do is told apart by its name, or opens an address
LOADERS = {"yaml.SafeLoader", "yaml.CSafeLoader"}
TAKES_A_LOADER = {"yaml.compose", "yaml.compose_all", "yaml.load", "yaml.load_all", "yaml.parse", "yaml.scan"}
NEVER_OF_YAML = {
    "add_constructor", "dump_all", "full_load", "full_load_all", "unsafe_load", "unsafe_load_all", "BaseLoader",
    "CLoader", "FullLoader", "Loader", "UnsafeLoader", "YAMLObject",
}  # fmt: skip

# Each with its reason. One that is no longer needed has to go.
MAY_TOUCH_FILES = {
    (
        "lib/kodi/sign_in/window.py",
        "save",
    ): "segno draws the QR code into a picture file, which is how Kodi takes pictures",
    ("lib/kodi/sign_in/window.py", "os.mkdir"): "in a folder of its own, since Kodi may have listed an older one",
    ("lib/kodi/sign_in/window.py", "os.remove"): "the picture of the QR code is removed with the window",
    ("lib/kodi/sign_in/window.py", "os.rmdir"): "and its folder",
    ("lib/tracking/store/salvage.py", "sqlite3"): "what can be read of a damaged queue is read by sqlite",
    ("lib/tracking/store/database.py", "sqlite3"): "the queue is a database of sqlite, which opens its file itself",
    ("lib/web/access/access_store.py", "sqlite3"): "the pages' database, which sqlite opens itself",
    ("lib/web/backup.py", "zipfile"): "the backup is packed in memory",
    ("lib/system/locks.py", "os.open"): "a lock file is opened to see whether this storage has locks at all",
    ("lib/account/sign_in/by_code.py", "touch"): "PendingCode.touch, which goes through files.py",
    ("lib/terminal/output.py", "os.open"): "stdout becomes the null device once it takes nothing any more",
}
LISTENS = "the browser comes back to a listener on this machine, which is a step of the sign-in"
CONNECTS = "the transport's own sockets, so that another thread can shut them down"
READS = "the body of an answer is read within a bound"
MAY_PRINT = {
    ("lib/web/entry.py", "sys.stdout"): "what `serve --check` and `serve --set-password` say",
    ("lib/web/log_format.py", "sys.stderr"): "the server's log",
}
MAY_TALK_TO_THE_NETWORK = {
    ("lib/simkl/auth/redirect_server.py", "http.server"): LISTENS,
    ("lib/simkl/auth/redirect_server.py", "select"): LISTENS,
    ("lib/simkl/auth/redirect_server.py", "socket"): LISTENS,
    ("lib/simkl/auth/redirect_server.py", "socketserver"): LISTENS,
    ("lib/simkl/http/bodies.py", "requests"): READS,
    ("lib/simkl/http/bodies.py", "urllib3.exceptions.ProtocolError"): READS,
    ("lib/simkl/http/connections.py", "socket"): CONNECTS,
    ("lib/simkl/http/connections.py", "requests"): CONNECTS,
    ("lib/simkl/http/connections.py", "requests.adapters.HTTPAdapter"): CONNECTS,
    ("lib/simkl/http/connections.py", "urllib3.connection.HTTPConnection"): CONNECTS,
    ("lib/simkl/http/connections.py", "urllib3.connection.HTTPSConnection"): CONNECTS,
    ("lib/simkl/http/connections.py", "urllib3.connectionpool.HTTPConnectionPool"): CONNECTS,
    ("lib/simkl/http/connections.py", "urllib3.connectionpool.HTTPSConnectionPool"): CONNECTS,
    ("lib/simkl/http/connections.py", "urllib3.exceptions.NewConnectionError"): CONNECTS,
}
MAY_CATCH_EVERYTHING = {
    ("lib/system/threads.py", "Worker._guarded"): "a front end must not wait for a thread that died",
    ("lib/kodi/entry.py", "main"): "Kodi's outermost guard",
    ("lib/terminal/entry.py", "main"): "the terminal's outermost guard",
    ("lib/web/entry.py", "main"): "the server's outermost guard",
    ("lib/web/pages/hook.py", "HookApplication.__call__"): "the hooks' outermost guard",
    ("lib/web/hooks/receiver.py", "HookReceiver._take_in_batch"): "an error is for its own sender to hear of",
    ("lib/web/access/access_store.py", "AccessStore.transaction"): "whatever breaks a change off, it is rolled back",
    ("lib/web/access/access_store.py", "AccessStore._open"): "whatever breaks it off, the file is closed",
    (
        "lib/tracking/store/database.py",
        "Database.changing",
    ): "whatever breaks a change off, it is rolled back and goes on",
    ("lib/tracking/delivery/sender.py", "Sender.step"): "whatever one play leads to, the others must not wait for it",
    ("lib/tracking/store/database.py", "Database._open"): "whatever breaks it off, the file is closed and it goes on",
}


def prints(source: Source) -> Iterator[Found]:
    """Find what writes to the terminal, outside of the package that may."""
    if not source.path.startswith("lib/terminal/"):
        for name, node in source.references():
            if name in ("print", "builtins.print", "sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__"):
                yield source.found(node, name)


def talks_to_the_network(source: Source) -> Iterator[Found]:
    """Find what opens sockets, outside of the transport and the web front end."""
    if source.path != "lib/simkl/http/transport.py" and not source.path.startswith("lib/web/"):
        for name, node in source.imports():
            if any(name == module or name.startswith(f"{module}.") for module in NETWORK):
                yield source.found(node, name)


def touches_files(source: Source) -> Iterator[Found]:
    """Find what opens, makes, moves or removes files, outside of the module that does it safely."""
    if source.path == "lib/system/files.py":
        return
    methods = FILE_METHODS | ({"save"} if any(name.startswith("segno") for name, _ in source.imports()) else set())
    for name, node in [*source.references(), *source.imports()]:
        head, _, tail = name.rpartition(".")
        if name == "open" or name in FILE_MODULES or (head == "os" and tail in FILE_CALLS_OF_OS):
            yield source.found(node, name)
        elif isinstance(node, ast.Attribute) and tail in methods and head not in NO_FILES and not _is_ours(head):
            yield source.found(node, tail)


def _is_ours(module: str) -> bool:
    return module.startswith("lib.") and (ROOT / f"{module.replace('.', '/')}.py").is_file()


def reads_yaml_unsafely(source: Source) -> Iterator[Found]:
    """Find YAML that could make objects of any class."""
    for name, node in [*source.references(), *source.imports()]:
        if name.startswith("yaml.") and name.split(".")[1] in NEVER_OF_YAML:
            yield source.found(node, name)
    for call in (node for node in source.nodes if isinstance(node, ast.Call)):
        if source.full_name(call.func) in TAKES_A_LOADER:
            given = [keyword.value for keyword in call.keywords if keyword.arg == "Loader"] or call.args[1:2]
            if not given or source.full_name(given[0]) not in LOADERS:
                yield source.found(call, f"{source.full_name(call.func)} without a safe loader")
        elif source.full_name(call.func) == "yaml.dump" and "Dumper" not in {k.arg for k in call.keywords}:
            yield source.found(call, "yaml.dump without a dumper, which writes objects of any class")


def catches_everything(source: Source) -> Iterator[Found]:
    """Find the functions that swallow every exception; `what` is the function's name."""
    for function, node in _with_function(source.tree):
        caught: list[ast.expr | None] = []
        if isinstance(node, ast.ExceptHandler):
            caught = list(node.type.elts) if isinstance(node.type, ast.Tuple) else [node.type]
        elif isinstance(node, ast.Call) and source.full_name(node.func) == "contextlib.suppress":
            caught = list(node.args)
        if any(kind is None or source.full_name(kind) in ("Exception", "BaseException") for kind in caught):
            yield source.found(node, function)


def _with_function(node: ast.AST, inside: str = "") -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        name = inside
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            name = f"{inside}.{child.name}".lstrip(".")
        yield name, child
        yield from _with_function(child, name)


RULES = {
    "only the terminal prints": (prints, PLUGIN, MAY_PRINT),
    "only the transport and the web open sockets": (talks_to_the_network, PLUGIN, MAY_TALK_TO_THE_NETWORK),
    "only disk.py touches files": (touches_files, PLUGIN, MAY_TOUCH_FILES),
    "yaml makes no objects": (reads_yaml_unsafely, (*PLUGIN, "tools"), {}),
    "only the outermost guards catch everything": (catches_everything, (*PLUGIN, "tools"), MAY_CATCH_EVERYTHING),
}


@pytest.mark.parametrize(("rule", "places", "allowed"), RULES.values(), ids=RULES.keys())
def test_the_rooms_keep_to_their_work(rule, places, allowed):
    found = [each for source in sources(*places) for each in rule(source)]
    assert [each for each in found if (each.path, each.what) not in allowed] == []
    assert {(each.path, each.what) for each in found} == set(allowed), "an exception that nobody needs any more"


BROKEN = {
    "print": (prints, "print('x')"),
    "print as a value": (prints, "say = print"),
    "stdout": (prints, "import sys\nsys.stdout.write('x')"),
    "stderr by another name": (prints, "from sys import stderr as err\nerr.write('x')"),
    "socket": (talks_to_the_network, "import socket"),
    "socket in a function": (talks_to_the_network, "def f():\n    from socket import create_connection"),
    "urllib.request": (talks_to_the_network, "from urllib.request import urlopen"),
    "urllib.request as an attribute": (talks_to_the_network, "import urllib.request as r"),
    "http.client": (talks_to_the_network, "import http.client"),
    "requests": (talks_to_the_network, "import requests"),
    "a listener": (talks_to_the_network, "import http.server"),
    "open": (touches_files, "open('x')"),
    "open as a value": (touches_files, "reader = open"),
    "io.open": (touches_files, "import io\nio.open('x')"),
    "os.open": (touches_files, "import os\nos.open('x', 0)"),
    "os.fdopen by another name": (touches_files, "from os import fdopen as f\nf(3)"),
    "os.replace": (touches_files, "import os\nos.replace('a', 'b')"),
    "Path.open": (touches_files, "path.open()"),
    "Path.read_text": (touches_files, "Path('x').read_text()"),
    "Path.write_bytes": (touches_files, "(folder / 'x').write_bytes(b'')"),
    "Path.unlink": (touches_files, "self.path.unlink()"),
    "a path of ours": (touches_files, "from lib.account.settings import DEFAULTS_FILE\nDEFAULTS_FILE.unlink()"),
    "tempfile": (touches_files, "import tempfile"),
    "shutil": (touches_files, "import shutil"),
    "a log file": (touches_files, "import logging\nlogging.FileHandler('x')"),
    "Kodi's files": (touches_files, "import xbmcvfs\nxbmcvfs.File('x')"),
    "a QR code": (touches_files, "import segno\nsegno.make('x').save('x.png')"),
    "yaml.load without a loader": (reads_yaml_unsafely, "import yaml\nyaml.load(text)"),
    "yaml.load with a wrong one": (reads_yaml_unsafely, "import yaml\nyaml.load(text, yaml.Loader)"),
    "yaml.load with a named one": (reads_yaml_unsafely, "from yaml import load, Loader\nload(t, Loader=Loader)"),
    "yaml.compose without a loader": (reads_yaml_unsafely, "import yaml\nyaml.compose(text)"),
    "yaml.dump without a dumper": (reads_yaml_unsafely, "import yaml\nyaml.dump(thing)"),
    "yaml.full_load": (reads_yaml_unsafely, "from yaml import full_load"),
    "yaml.dump": (reads_yaml_unsafely, "import yaml\nyaml.dump(data)"),
    "except Exception": (catches_everything, "try:\n    f()\nexcept Exception:\n    pass"),
    "except BaseException": (catches_everything, "try:\n    f()\nexcept BaseException as error:\n    raise"),
    "except": (catches_everything, "try:\n    f()\nexcept:\n    pass"),
    "except one of several": (catches_everything, "try:\n    f()\nexcept (OSError, Exception):\n    pass"),
    "suppress": (catches_everything, "import contextlib\nwith contextlib.suppress(Exception):\n    f()"),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "text"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_rule_is_noticed(rule, text):
    assert list(rule(Source("lib/kodi/sample.py", text)))


KEPT = {
    "the terminal prints": (prints, "lib/terminal/frontends.py", "print('x')"),
    "a log is no print": (prints, "lib/simkl/auth/pin.py", "log.info('print')"),
    "the transport opens sockets": (talks_to_the_network, "lib/simkl/http/transport.py", "import socket, requests"),
    "the web opens sockets": (talks_to_the_network, "lib/web/pages.py", "import http.server"),
    "an address is parsed": (talks_to_the_network, "lib/simkl/auth/pin.py", "from urllib.parse import quote"),
    "disk.py opens files": (touches_files, "lib/system/files.py", "open('x')"),
    "a file is looked for": (touches_files, "lib/kodi/addon.py", "path.exists() or list(path.glob('*'))"),
    "an address is opened": (touches_files, "lib/terminal/x.py", "import webbrowser\nwebbrowser.open(url)"),
    "text is replaced": (touches_files, "lib/kodi/addon.py", "text.replace('a', 'b')"),
    "an account is unlinked": (
        touches_files,
        "lib/kodi/x.py",
        "from lib.account import status\nstatus.unlink_account(accounts, 'x')",
    ),
    "accounts are saved": (touches_files, "lib/account/sign_in/by_code.py", "accounts.save('x', account)"),
    "yaml is read safely": (
        reads_yaml_unsafely,
        "lib/account/settings.py",
        "import yaml\nyaml.safe_load(text)\nyaml.compose(text, Loader=yaml.SafeLoader)\nyaml.load(t, yaml.SafeLoader)",
    ),
    "one error is caught": (catches_everything, "lib/system/files.py", "try:\n    f()\nexcept OSError:\n    pass"),
}


@pytest.mark.parametrize(("rule", "path", "text"), KEPT.values(), ids=KEPT.keys())
def test_what_is_right_is_left_alone(rule, path, text):
    assert list(rule(Source(path, text))) == []


def test_a_guard_is_known_by_its_function():
    text = (
        "class Worker:\n    def run(self):\n        try:\n            f()\n        except Exception:\n            pass"
    )
    assert [each.what for each in catches_everything(Source("lib/x.py", text))] == ["Worker.run"]
