"""The fake modules come into sys.modules and go again, and with them everything that imported them."""

import contextlib
import importlib.machinery
import logging
import sys
import types
from pathlib import Path
from typing import Any, Callable, Dict, Iterator

from tests.fakes.kodi import (
    api_addon,
    api_constants,
    api_control,
    api_controls,
    api_dialogs,
    api_infotag,
    api_listitem,
    api_monitor,
    api_player,
    api_plugin,
    api_versions,
    api_vfs,
    api_windows,
    api_xbmc,
    current,
)

PARTS = {
    "xbmc": [api_xbmc, api_monitor, api_player, api_infotag],
    "xbmcgui": [api_constants, api_control, api_controls, api_windows, api_dialogs, api_listitem],
    "xbmcaddon": [api_addon],
    "xbmcplugin": [api_plugin],
    "xbmcvfs": [api_vfs],
}


def modules(version: int) -> Dict[str, types.ModuleType]:
    """Compose the fake modules of that Kodi."""
    made = {}
    for name, parts in PARTS.items():
        module = made[name] = types.ModuleType(name, "A strict stand-in for Kodi's module of this name.")
        module.__spec__ = importlib.machinery.ModuleSpec(name, None)  # importlib.util.find_spec finds it
        for part in parts:
            for public in part.__all__:
                if api_versions.has(version, f"{name}.{public}"):
                    setattr(module, public, getattr(part, public))
    return made


@contextlib.contextmanager
def installed(kodi: Any) -> Iterator[Any]:
    """Install the modules; forget lib.kodi before and after, and all of lib when it is another add-on's."""
    forgets = _what_to_forget(kodi.folder)
    before = _take_out(forgets)
    handlers = _handlers()
    path = list(sys.path)
    sys.modules.update(modules(kodi.version))
    current.push(kodi)
    try:
        yield kodi
    finally:
        current.pop()
        sys.path[:] = path
        _restore_handlers(handlers)
        _take_out(forgets)
        for name, module in before.items():
            sys.modules[name] = module
            parent, _, child = name.rpartition(".")
            if parent in sys.modules:
                setattr(sys.modules[parent], child, module)


def _what_to_forget(folder: Path) -> Callable[[str], bool]:
    lib = sys.modules.get("lib")
    own = lib is not None and str(folder.resolve() / "lib") in [str(Path(one).resolve()) for one in lib.__path__]
    root = "lib.kodi" if own else "lib"
    return lambda name: name in PARTS or name == root or name.startswith(root + ".")


def _take_out(forgets: Callable[[str], bool]) -> Dict[str, types.ModuleType]:
    taken = {name: sys.modules.pop(name) for name in list(sys.modules) if forgets(name)}
    for name in taken:
        parent, _, child = name.rpartition(".")
        if parent in sys.modules and hasattr(sys.modules[parent], child):
            delattr(sys.modules[parent], child)
    return taken


def _handlers() -> Dict[logging.Logger, Any]:
    named = [one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    return {logger: (list(logger.handlers), logger.level, logger.propagate) for logger in [logging.root, *named]}


def _restore_handlers(before: Dict[logging.Logger, Any]) -> None:
    for logger in _handlers():
        logger.handlers[:], level, logger.propagate = before.get(logger, ([], logging.NOTSET, True))
        logger.setLevel(level)
