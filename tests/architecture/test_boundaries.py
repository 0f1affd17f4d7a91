"""What only some modules may do: print, talk to the network, open files, read clocks, catch everything."""

from __future__ import annotations

import ast
from typing import Iterator, Mapping, NamedTuple

import pytest

from tests.architecture.sources import PLUGIN, ROOT, Found, Rule, Source, misjudged, offenders

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
NOT_FILES = {"os", "webbrowser"}  # what these do is told apart by its name, or opens an address
LOADERS = {"yaml.SafeLoader", "yaml.CSafeLoader"}
TAKES_A_LOADER = {"yaml.compose", "yaml.compose_all", "yaml.load", "yaml.load_all", "yaml.parse", "yaml.scan"}
NEVER_OF_YAML = {
    "add_constructor", "dump_all", "full_load", "full_load_all", "unsafe_load", "unsafe_load_all", "BaseLoader",
    "CLoader", "FullLoader", "Loader", "UnsafeLoader", "YAMLObject",
}  # fmt: skip
READS_A_CLOCK = {
    "clock", "clock_gettime", "clock_gettime_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns",
    "sleep", "time", "time_ns",
}  # fmt: skip
NOW_BY_DEFAULT = {"asctime": 0, "ctime": 0, "gmtime": 0, "localtime": 0, "strftime": 1}  # by the arguments before it
DATES = {"datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow", "datetime.date.today"}
IN_KODI = ("lib/kodi", "lib/tracking", "lib/account", "lib/simkl", "lib/system")
REMADE = ("sqlite3.", "_queue.", "queue.", "ssl.", "socket.")  # C modules: `lib/system/exceptions.py` says why
EVERYTHING = ("", "Exception", "BaseException")

# Each with its reason. One that is no longer needed has to go.
MAY_TOUCH_FILES = {
    ("lib/kodi/sign_in/window.py", "save"): "segno draws the QR code into a picture, which is how Kodi takes it",
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
MAY_READ_A_CLOCK = {
    ("lib/system/timetable.py", "datetime.datetime.now"): "`schedule` keeps its times by it, and this moves them along",
}
MAY_PRINT = {
    ("lib/web/entry.py", "sys.stdout"): "what `serve --check` and `serve --set-password` say",
    ("lib/web/log_format.py", "sys.stderr"): "the server's log",
}
# The listener is a step of the sign-in; bodies are read within a bound; the transport's sockets can be shut down.
MAY_TALK_TO_THE_NETWORK = {
    (path, name)
    for path, names in {
        "lib/simkl/auth/redirect_server.py": "http.server select socket socketserver",
        "lib/simkl/http/bodies.py": "requests urllib3.exceptions.ProtocolError",
        "lib/simkl/http/connections.py": "requests requests.adapters.HTTPAdapter socket"
        " urllib3.connection.HTTPConnection urllib3.connection.HTTPSConnection"
        " urllib3.connectionpool.HTTPConnectionPool urllib3.connectionpool.HTTPSConnectionPool"
        " urllib3.exceptions.NewConnectionError",
    }.items()
    for name in names.split()
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
    ("lib/tracking/store/database.py", "Database.changing"): "whatever breaks a change off, it is rolled back",
    ("lib/tracking/delivery/sender.py", "Sender.step"): "whatever one play leads to, the others must not wait for it",
    ("lib/tracking/store/database.py", "Database._open"): "whatever breaks it off, the file is closed and it goes on",
}


def prints(source: Source) -> Iterator[Found]:
    """Find what writes to the terminal, outside of the package that may."""
    if not source.path.startswith("lib/terminal/"):
        for name, node in source.references:
            if name in ("print", "builtins.print", "sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__"):
                yield source.found(node, name)


def talks_to_the_network(source: Source) -> Iterator[Found]:
    """Find what opens sockets, outside of the transport and the web front end."""
    if source.path != "lib/simkl/http/transport.py" and not source.path.startswith("lib/web/"):
        for name, node in source.imports:
            if any(name == module or name.startswith(f"{module}.") for module in NETWORK):
                yield source.found(node, name)


def touches_files(source: Source) -> Iterator[Found]:
    """Find what opens, makes, moves or removes files, outside of the module that does it safely."""
    if source.path == "lib/system/files.py":
        return
    methods = FILE_METHODS | ({"save"} if any(name.startswith("segno") for name, _ in source.imports) else set())
    for name, node in source.used:
        head, _, tail = name.rpartition(".")
        if name == "open" or name in FILE_MODULES or (head == "os" and tail in FILE_CALLS_OF_OS):
            yield source.found(node, name)
        elif isinstance(node, ast.Attribute) and tail in methods and head not in NOT_FILES and not _is_ours(head):
            yield source.found(node, tail)


def _is_ours(module: str) -> bool:
    return module.startswith("lib.") and (ROOT / f"{module.replace('.', '/')}.py").is_file()


def reads_yaml_unsafely(source: Source) -> Iterator[Found]:
    """Find YAML that could make objects of any class."""
    for name, node in source.used:
        if name.startswith("yaml.") and name.split(".")[1] in NEVER_OF_YAML:
            yield source.found(node, name)
    for call in source.calls:
        if source.full_name(call.func) in TAKES_A_LOADER:
            given = [keyword.value for keyword in call.keywords if keyword.arg == "Loader"] or call.args[1:2]
            if not given or source.full_name(given[0]) not in LOADERS:
                yield source.found(call, f"{source.full_name(call.func)} without a safe loader")
        elif source.full_name(call.func) == "yaml.dump" and "Dumper" not in {k.arg for k in call.keywords}:
            yield source.found(call, "yaml.dump without a dumper, which writes objects of any class")


def caught(source: Source) -> Iterator[tuple[ast.AST, str, str]]:
    """Yield each class that is caught or suppressed, with its place and function; of `except:` it is empty."""
    for function, node in _with_function(source.tree):
        kinds: list[ast.expr] = []
        if isinstance(node, ast.ExceptHandler):
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type or ast.Name("")]
        elif isinstance(node, ast.Call) and source.full_name(node.func) == "contextlib.suppress":
            kinds = node.args
        yield from ((node, function, source.full_name(kind)) for kind in kinds)


def _with_function(node: ast.AST, outer: str = "") -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        name = outer
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            name = f"{outer}.{child.name}".lstrip(".")
        yield name, child
        yield from _with_function(child, name)


def catches_everything(source: Source) -> Iterator[Found]:
    """Find the functions that swallow every exception; `what` is the function's name."""
    return (source.found(node, function) for node, function, kind in caught(source) if kind in EVERYTHING)


def catches_by_class(source: Source) -> Iterator[Found]:
    """Find what catches by a class that another script's import may have replaced."""
    return (source.found(node, kind) for node, _, kind in caught(source) if kind.startswith(REMADE))


def reads_a_clock(source: Source) -> Iterator[Found]:
    """Find what reads a clock of the device or sleeps, whether it is called or handed on."""
    if source.path == "lib/system/clock.py":
        return
    for name, node in source.used:
        head, _, tail = name.rpartition(".")
        if (head == "time" and tail in READS_A_CLOCK) or name in DATES:
            yield source.found(node, name)
    for call in source.calls:
        head, _, tail = source.full_name(call.func).rpartition(".")
        if head == "time" and tail in NOW_BY_DEFAULT and len(call.args) <= NOW_BY_DEFAULT[tail]:
            yield source.found(call, f"time.{tail} of now")


class Boundary(NamedTuple):
    """A rule, samples that break it and samples that keep it, where it holds, and who is excepted."""

    rule: Rule
    broken: list[str]
    kept: list[str | tuple[str, str]]
    places: tuple[str, ...] = PLUGIN
    excepted: Mapping[tuple[str, str], str] | set[tuple[str, str]] = {}


BOUNDARIES = {
    "only the terminal prints": Boundary(
        prints,
        ["print('x')", "say = print", "import sys\nsys.stdout.write('x')", "from sys import stderr as e\ne.write('x')"],
        [("lib/terminal/frontends.py", "print('x')"), "log.info('print')"],
        excepted=MAY_PRINT,
    ),
    "only the transport and the web open sockets": Boundary(
        talks_to_the_network,
        [
            "import socket", "def f():\n    from socket import create_connection", "from urllib.request import urlopen",
            "import urllib.request as r", "import http.client", "import requests",
        ],
        [
            ("lib/simkl/http/transport.py", "import socket, requests"), ("lib/web/pages.py", "import http.server"),
            "from urllib.parse import quote",
        ],
        excepted=MAY_TALK_TO_THE_NETWORK,
    ),
    "only one module touches files": Boundary(
        touches_files,
        [
            "open('x')", "reader = open", "import io\nio.open('x')", "from os import fdopen as f\nf(3)",
            "import os\nos.replace('a', 'b')", "Path('x').read_text()", "(folder / 'x').write_bytes(b'')",
            "from lib.account.settings import DEFAULTS_FILE\nDEFAULTS_FILE.unlink()", "import tempfile",
            "import logging\nlogging.FileHandler('x')", "import xbmcvfs\nxbmcvfs.File('x')",
            "import segno\nsegno.make('x').save('x.png')",
        ],
        [
            ("lib/system/files.py", "open('x')"), "path.exists() or list(path.glob('*'))", "text.replace('a', 'b')",
            "import webbrowser\nwebbrowser.open(url)", "accounts.save('x', account)",
            "from lib.account import status\nstatus.unlink_account(accounts, 'x')",
        ],
        excepted=MAY_TOUCH_FILES,
    ),
    "yaml makes no objects": Boundary(
        reads_yaml_unsafely,
        [
            "import yaml\nyaml.load(text)", "import yaml\nyaml.load(text, yaml.Loader)",
            "from yaml import load, Loader\nload(t, Loader=Loader)", "import yaml\nyaml.load(text, Loader=other)",
            "import yaml\nyaml.compose(text)", "import yaml\nyaml.dump(thing)", "from yaml import full_load",
        ],
        ["import yaml\nyaml.safe_load(t)\nyaml.compose(t, Loader=yaml.SafeLoader)\nyaml.load(t, yaml.SafeLoader)"],
        places=(*PLUGIN, "tools"),
    ),
    "only the outermost guards catch everything": Boundary(
        catches_everything,
        [
            "try:\n    f()\nexcept Exception:\n    pass", "try:\n    f()\nexcept BaseException as error:\n    raise",
            "try:\n    f()\nexcept:\n    pass", "try:\n    f()\nexcept (OSError, Exception):\n    pass",
            "import contextlib\nwith contextlib.suppress(Exception):\n    f()",
        ],
        ["try:\n    f()\nexcept OSError:\n    pass"],
        places=(*PLUGIN, "tools"),
        excepted=MAY_CATCH_EVERYTHING,
    ),
    "what runs in Kodi never catches what a C module raises by its class": Boundary(
        catches_by_class,
        [
            "import sqlite3\ntry:\n    f()\nexcept sqlite3.Error:\n    pass",
            "import sqlite3\ntry:\n    f()\nexcept (OSError, sqlite3.DatabaseError) as error:\n    raise",
            "from queue import Empty\ntry:\n    f()\nexcept Empty:\n    pass",
            "import contextlib, ssl\nwith contextlib.suppress(ssl.SSLError):\n    f()",
        ],
        [
            "import sqlite3\nfrom lib.system.exceptions import ignored\nwith ignored(sqlite3.Error):\n    f()",
            "try:\n    f()\nexcept OSError:\n    pass",
            "import requests\ntry:\n    f()\nexcept requests.exceptions.SSLError:\n    pass",
        ],
        places=IN_KODI,
    ),
    "only one module reads the clocks or sleeps": Boundary(
        reads_a_clock,
        [
            "import time\ntime.time()", "import time\ndef f(clock=time.monotonic):\n    pass",
            "from time import monotonic as now\nnow()", "import time\ntime.sleep(1)",
            "from datetime import datetime\ndatetime.now()", "import time\ntime.localtime()",
            "import time\ntime.strftime('%Y')",
        ],
        [
            "clock.monotonic() + clock.wall()", "import time\ntime.strftime('%Y', time.localtime(at))",
            "import datetime\ndatetime.datetime.fromtimestamp(at)",
            ("lib/system/clock.py", "import time\ntime.time()"),
        ],
        excepted=MAY_READ_A_CLOCK,
    ),
}  # fmt: skip


@pytest.mark.parametrize("boundary", BOUNDARIES.values(), ids=BOUNDARIES)
def test_a_boundary(boundary):
    assert misjudged(boundary.rule, boundary.broken, boundary.kept) == []
    assert offenders(boundary.rule, *boundary.places, allowed=boundary.excepted) == []


def test_what_catches_everything_is_named_by_its_function():
    guard = "class Worker:\n  def run(self):\n    try:\n      f()\n    except Exception:\n      pass"
    assert [each.what for each in catches_everything(Source("lib/x.py", guard))] == ["Worker.run"]
