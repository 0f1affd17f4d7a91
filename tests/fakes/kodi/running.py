"""One call of the add-on: the right entry file, sys.argv as Kodi gives it, and what must be true afterwards.

Source: Kodi's Python API, "Python development"; Kodi waits for a script's threads when it has ended, and ends them
the hard way after five seconds at shutdown.
"""

import sys
import threading
import types
from pathlib import Path
from typing import Any, List

from tests.fakes.kodi.api_plugin import Listing

LINGER = 1.0
SERVERS = ("sandbox", "(process_request_thread)")  # ends of names: the fake Simkl, and socketserver's connections


def run(kodi: Any, argv: List[str]) -> Any:
    """Run the entry file as __main__; SystemExit gives the exit code, anything else comes through."""
    entry_file = kodi.folder / _entry(kodi, argv)
    kodi.monitors.clear()
    kodi.players.clear()
    threads_before, errors = set(threading.enumerate()), []
    old_argv, old_path, old_hook = sys.argv, list(sys.path), threading.excepthook
    sys.argv, sys.path[:0] = list(argv), [str(kodi.folder)]
    threading.excepthook = lambda args: errors.append(args)
    code, finished = None, False
    try:
        try:
            _execute(entry_file)
        except SystemExit as ending:
            code = ending.code
        finished = True
    finally:
        lingering = _join(kodi, threads_before)
        sys.argv, sys.path[:], threading.excepthook = old_argv, old_path, old_hook
        vars(sys).pop("listitem", None)
        kodi.entry = ""
        if finished:
            _check(kodi, lingering, errors)
    return code


def _execute(path: Path) -> None:
    """Run a file as __main__. runpy.run_path would put the file's path into sys.argv[0], where Kodi has its URL."""
    module = types.ModuleType("__main__")
    module.__file__ = str(path)
    pytest_main, sys.modules["__main__"] = sys.modules["__main__"], module
    try:
        exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)
    finally:
        sys.modules["__main__"] = pytest_main


def _entry(kodi: Any, argv: List[str]) -> str:
    """Say which file is meant, and open a directory when one is asked for."""
    kodi.listing = None
    if argv == [""]:
        kodi.entry, point = "service", "xbmc.service"
    elif argv[0].startswith("plugin://"):
        point = "xbmc.python.pluginsource"
        if len(argv) not in (3, 4) or not argv[0].startswith(f"plugin://{kodi.addon.id}/"):
            raise AssertionError(f"Kodi calls a plugin as [plugin://{kodi.addon.id}/..., handle, ?query], not {argv}")
        kodi.entry = "action" if int(argv[1]) < 0 else "listing"
        if kodi.entry == "listing":
            kodi.listing = Listing(argv[0], int(argv[1]))
    elif argv[0] == kodi.addon.id:
        return _context_item(kodi, argv)
    else:
        kodi.entry, point = "script", "xbmc.python.library"
    library: str = kodi.addon.entry_files[point]
    if kodi.entry == "script" and argv[0] != library:
        raise AssertionError(f"RunScript runs {library}, not {argv[0]}")
    return library


def _context_item(kodi: Any, argv: List[str]) -> str:
    """Say which file an item of the context menu runs, and put the list item where Kodi puts it."""
    kodi.entry = "context"
    found = [item.library for item in kodi.addon.context_items if argv == [kodi.addon.id, *item.args]]
    if len(found) != 1 or kodi.listitem is None:
        raise AssertionError(f"no item of the context menu in addon.xml runs {argv}, or kodi.listitem is missing")
    sys.listitem = kodi.listitem  # type: ignore[attr-defined]
    return str(found[0])


def _join(kodi: Any, before: Any) -> List[str]:
    """Wait for the threads the add-on started; one that stays longer than a second is named and then stopped."""
    lingering = []
    for thread in _started_since(before):
        thread.join(LINGER)
        if thread.is_alive():
            lingering.append(thread.name)
    if lingering:
        kodi.abort()
        for thread in _started_since(before):
            thread.join(LINGER)
    return lingering


def _started_since(before: Any) -> List[threading.Thread]:
    """Return the new threads, without those of a test's own server, and one that a server is about to start."""
    started = [thread for thread in threading.enumerate() if thread not in before and thread.ident is not None]
    return [thread for thread in started if not thread.name.endswith(SERVERS)]


def _check(kodi: Any, lingering: List[str], errors: List[Any]) -> None:
    if errors:
        first = errors[0]
        raise AssertionError(f"the thread {first.thread} ended with {first.exc_value!r}") from first.exc_value
    if lingering:
        raise AssertionError(f"still running {LINGER} s after the script ended: {', '.join(lingering)}")
    if kodi.top() is not None:
        raise AssertionError(f"a window was left open: {kodi.top()!r}")
    if kodi.user.left_over and not kodi.aborted:
        raise AssertionError(f"the user still had steps left: {kodi.user.left_over}")
    if kodi.listing is not None and kodi.listing.ended is None:
        raise AssertionError(f"the directory {kodi.listing.url} was never ended: Kodi would wait for ever")
    if kodi.paths.missing:
        raise AssertionError(f"pictures that are not there: {kodi.paths.missing}")
