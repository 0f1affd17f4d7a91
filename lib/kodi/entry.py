"""Inside Kodi: picks what to do from how Kodi called.

service                              argv ['']
plugin://plugin.video.simkl/link     argv [that, handle, '', ...]; the handle is -1 unless a listing is asked for
RunScript(plugin.video.simkl,link)   argv ['plugin.py', 'link', more words]
plugin://plugin.video.simkl/play/7   the same with a word more
context menu                         argv ['plugin.video.simkl', args of addon.xml]; sys.listitem is the item
"""

from __future__ import annotations

import inspect
import logging
import re
from typing import Sequence

from lib.kodi.addon import Addon, log_to_kodi
from lib.kodi.menu import main_menu
from lib.system.clock import Clock
from lib.system.errors import InternalError, LinkError

log = logging.getLogger(__name__)


def main(argv: Sequence[str]) -> int:
    """Do what Kodi asks for. The outermost guard: an internal error is logged without secrets, and told."""
    log_to_kodi()
    addon = Addon(Clock())
    try:
        _dispatch(addon, argv)
    except Exception as error:  # noqa: BLE001 - Kodi's outermost guard
        log.exception("internal error; please report it")
        addon.toast(addon.error_text(error if isinstance(error, LinkError) else InternalError()))
        return 1
    return 0


def _dispatch(addon: Addon, argv: Sequence[str]) -> None:
    called = argv[0] if argv else "plugin.py"
    if called.startswith("plugin://"):
        action, handle = _action_in(called), _handle_in(argv)
        if handle >= 0:
            main_menu.show_listing(addon, handle, action)
        else:
            _run(addon, *action.split("/"))
    elif called == "":
        from lib.kodi.service import run_service

        run_service(addon)
    else:
        _run(addon, *argv[1:])


def _action_in(address: str) -> str:
    """Return the path of a plugin address; unlike `urlsplit` it takes whatever others write into one."""
    return re.split("[?#]", address.partition("://")[2])[0].partition("/")[2].strip("/")


def _handle_in(argv: Sequence[str]) -> int:
    """Return the handle of the listing that is asked for, -1 if none is."""
    return int(argv[1]) if len(argv) > 1 and re.fullmatch("[0-9]{1,9}", argv[1]) else -1


def _run(addon: Addon, action: str = "", *arguments: str) -> None:
    from lib.kodi.commands import COMMANDS

    if action in ("", "account"):
        action = "status" if main_menu.is_account_linked(addon) else "link"
    run = COMMANDS.get(action)
    if run is None:
        log.warning("there is no %r; it is one of: %s", action, ", ".join(COMMANDS))
        return
    try:
        inspect.signature(run).bind(addon, *arguments)
    except TypeError:
        log.warning("%r takes not so many words: %d", action, len(arguments))
        return
    run(addon, *arguments)
