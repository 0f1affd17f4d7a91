"""The fake modules come into sys.modules and go again.

They are the same ones each time, so what has imported them stays loaded: only their names follow the version of the
Kodi that is installed last, and their functions talk to it.
"""

import contextlib
import importlib
import importlib.machinery
import logging
import sys
import types
from pathlib import Path
from typing import Any, Dict, Iterator

from tests.fakes.kodi import api_versions, current

PROJECT_LIB = Path(__file__).resolve().parents[3] / "lib"
_PARTS = {
    "xbmc": ["xbmc", "player", "infotag"], "xbmcgui": ["controls", "windows", "dialogs", "listitem"],
    "xbmcaddon": ["addon"], "xbmcplugin": ["plugin"], "xbmcvfs": ["vfs"],
}  # fmt: skip
PARTS = {
    name: [importlib.import_module(f"tests.fakes.kodi.api_{part}") for part in parts] for name, parts in _PARTS.items()
}
_MODULES = {name: types.ModuleType(name, "A strict stand-in for Kodi's module of this name.") for name in PARTS}
for _name, _module in _MODULES.items():
    _module.__spec__ = importlib.machinery.ModuleSpec(_name, None)  # importlib.util.find_spec finds it


def modules(version: int) -> Dict[str, types.ModuleType]:
    """Give the fake modules the names that they have in that Kodi, and return them."""
    for name, parts in PARTS.items():
        for part in parts:
            for public in part.__all__:
                if api_versions.has(version, f"{name}.{public}"):
                    setattr(_MODULES[name], public, getattr(part, public))
                else:
                    vars(_MODULES[name]).pop(public, None)
    return _MODULES


@contextlib.contextmanager
def installed(kodi: Any) -> Iterator[Any]:
    """Install the modules; an add-on with a lib of its own does not meet ours, nor the other way round."""
    with other_lib() if _has_own_lib(kodi.folder) else contextlib.nullcontext():
        outer = {name: sys.modules.pop(name) for name in PARTS if name in sys.modules}
        handlers, path = _handlers(), list(sys.path)
        sys.modules.update(modules(kodi.version))
        current.installed.append(kodi)
        try:
            yield kodi
        finally:
            current.installed.pop()
            sys.path[:] = path
            _restore_handlers(handlers)
            for name in PARTS:
                sys.modules.pop(name, None)
            sys.modules.update(outer)
            if outer:
                modules(current.kodi().version)


@contextlib.contextmanager
def other_lib() -> Iterator[None]:
    """Import everything in lib anew within this context, and go back to what was loaded before afterwards."""
    before = _take_out_lib()
    try:
        yield
    finally:
        _take_out_lib()
        sys.modules.update(before)


def _take_out_lib() -> Dict[str, types.ModuleType]:
    return {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "lib"}


def _has_own_lib(folder: Path) -> bool:
    return (folder / "lib").is_dir() and (folder / "lib").resolve() != PROJECT_LIB


def _handlers() -> Dict[logging.Logger, Any]:
    named = [one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    return {logger: (list(logger.handlers), logger.level, logger.propagate) for logger in [logging.root, *named]}


def _restore_handlers(before: Dict[logging.Logger, Any]) -> None:
    for logger in _handlers():
        logger.handlers[:], level, logger.propagate = before.get(logger, ([], logging.NOTSET, True))
        logger.setLevel(level)
