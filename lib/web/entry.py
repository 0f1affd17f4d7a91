"""The command `serve`: reads its arguments, and turns how it ended into an exit code.

0 ended by a signal   69 the port is taken   73 a database cannot be used   75 another one serves   78 wrong settings
"""

from __future__ import annotations

import argparse
import getpass
import http.client
import logging
import os
import sys
from typing import Mapping, Sequence

from lib.account.settings import settings_path
from lib.account.settings_file import SettingsError
from lib.simkl.app import APP_VERSION
from lib.system.clock import Clock
from lib.web.access.access_store import AccessStore, AccessStoreError
from lib.web.access.admin_password import AdminPassword, WeakPassword
from lib.web.access.page_sessions import ADMIN, PageSessions
from lib.web.http_server import AddressInUse
from lib.web.log_format import set_up_log
from lib.web.server import AlreadyRunning, Server, ServerConfig, state_folder

# Whoever comes back from the disk or the network waits so long for a thread that computes; 5 ms is Python's default.
SWITCH_SECONDS = 0.0005

_CONFIG_ERROR = 78
_USAGE = 2
_UNAVAILABLE = 69
_HEALTH_SECONDS = 4

log = logging.getLogger(__name__)


def main(argv: Sequence[str], environ: Mapping[str, str] = os.environ) -> int:
    """Run `serve`, and return its exit code. The outermost guard: an internal error is logged and ends in 1."""
    arguments = serve_parser().parse_args(argv[1:])
    os.umask(0o077)
    set_up_log("text", arguments.verbose, environ)
    try:
        return _run(arguments, environ)
    except SettingsError as error:
        return _fail(str(error), _CONFIG_ERROR)
    except (AddressInUse, AlreadyRunning, AccessStoreError) as error:
        return _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        return 130
    except Exception:  # noqa: BLE001 - the server's outermost guard
        log.exception("internal error in Simkl Link %s; please report it", APP_VERSION)
        return 1


def serve_parser() -> argparse.ArgumentParser:
    """Return the parser of `plugin.py serve`."""
    top = argparse.ArgumentParser(
        prog="plugin.py", description="Track what Jellyfin, Plex, Emby and Tautulli play, with Simkl. Unofficial."
    )
    top.add_argument("--settings", metavar="FILE", help="the settings file (default: ~/.config/simkl-plugin/...)")
    top.add_argument("-v", dest="verbose", action="count", default=0, help="log more to stderr; twice: much more")
    top.add_argument("command", choices=["serve"], help=argparse.SUPPRESS)
    top.add_argument("--host", help="the address to listen at (default: 127.0.0.1)")
    top.add_argument("--port", type=int, help="the port to listen at (default: 8585; 0: any free one)")
    top.add_argument("--check", action="store_true", help="check the settings and end: 0 if they are right, else 78")
    top.add_argument("--health", action="store_true", help="ask the server that runs whether it is alive: 0, else 69")
    top.add_argument("--set-password", action="store_true", help="ask for the admin password, keep it, and end")
    return top


def _run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    overrides = {key: getattr(arguments, key) for key in ("host", "port") if getattr(arguments, key) is not None}
    config = ServerConfig(settings_path(arguments.settings, environ), environ, overrides)
    for warning in config.warnings:
        log.warning("%s", warning)
    if arguments.check:
        return _check(config)
    if arguments.health:
        return _health(config)
    if arguments.set_password:
        return _set_password(config, environ)
    set_up_log(config.serve.log_format, arguments.verbose, environ)
    sys.setswitchinterval(SWITCH_SECONDS)
    Server(config, environ, Clock()).run()
    return 0


def _check(config: ServerConfig) -> int:
    """Say that the settings are right; wrong ones have raised already."""
    config.simkl.require_client_id()
    count = len(config.serve.servers)
    _say(f"{config.serve.path}: right, with {count} server{'' if count == 1 else 's'}.")
    return 0


def _health(config: ServerConfig) -> int:
    """Ask the server that runs with these settings whether it is alive; a container has no other program for it."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(config.serve.host, config.serve.host)
    connection = http.client.HTTPConnection(host, config.serve.port, timeout=_HEALTH_SECONDS)
    try:
        connection.request("GET", f"{config.serve.base_path}/healthz")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return _fail(f"no answer at {host} port {config.serve.port}: {error}", _UNAVAILABLE)
    finally:
        connection.close()
    return 0 if status == 200 else _fail(f"answered with status {status}", _UNAVAILABLE)


def _set_password(config: ServerConfig, environ: Mapping[str, str]) -> int:
    """Ask for the password twice on a terminal; else read one line."""
    if sys.stdin.isatty():
        password = getpass.getpass("New admin password: ")
        if getpass.getpass("Once more: ") != password:
            return _fail("The two differ. Nothing was changed.", _USAGE)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    store = AccessStore(state_folder(config.serve.path, environ) / "access.db")
    try:
        AdminPassword(store).set(password)
        PageSessions(store, lambda: 0.0).end_all(ADMIN)
    except WeakPassword as error:
        return _fail(str(error), _USAGE)
    finally:
        store.close()
    _say("The password is set. Everybody who was signed in as admin has to sign in again.")
    return 0


def _fail(text: str, code: int) -> int:
    log.error("%s", text)
    return code


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
