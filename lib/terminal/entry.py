"""The command line: reads the arguments, runs a command, and turns every outcome into an exit code."""

from __future__ import annotations

import argparse
import io
import logging
import os
import platform
import sys
from typing import Callable, Mapping, Sequence

from lib.account import settings as settings_module
from lib.account.store import DEFAULT_ACCOUNT
from lib.simkl.app import APP_VERSION
from lib.system import exit_codes
from lib.system.clock import Clock
from lib.system.errors import InternalError, LinkError
from lib.system.secrets import RedactingFilter
from lib.terminal import commands, link_command, signals

log = logging.getLogger(__name__)


def main(argv: Sequence[str], environ: Mapping[str, str] = os.environ) -> int:
    """Run one command and return its exit code. The outermost guard: an internal error is logged and ends in 1."""
    arguments = parser().parse_args(argv[1:])
    _write_any_letter()
    _log_to_stderr(arguments.verbose)
    try:
        with signals.terminable():
            return _run(arguments, environ)
    except signals.Terminated as error:
        return error.exit_code
    except KeyboardInterrupt:
        return exit_codes.INTERRUPTED
    except BrokenPipeError:  # raised by `say`
        return exit_codes.INTERNAL_ERROR_CODE
    except Exception:  # noqa: BLE001 - the terminal's outermost guard
        log.exception("internal error in Simkl Link %s; please report it", APP_VERSION)
        if arguments.json:
            commands.tell_error(arguments, InternalError("Internal error; please report it with what stderr says."))
        return exit_codes.INTERNAL_ERROR_CODE


def _run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    try:
        path = settings_module.settings_path(arguments.settings, environ)
        settings = settings_module.load_settings(path, environ)
        for warning in settings.warnings:
            log.warning("%s", warning)
        run: Callable[[commands.Context], int] = arguments.run
        return run(commands.Context(settings, arguments, environ, _platform(), Clock()))
    except LinkError as error:
        commands.tell_error(arguments, error)
        return error.exit_code


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="plugin.py", description="Link this machine to a Simkl account. Unofficial.")
    top.add_argument("--version", action="version", version=f"Simkl Link {APP_VERSION}")
    _add_common(top, None, 0)
    verbs = top.add_subparsers(metavar="COMMAND", required=True)

    link = _verb(verbs, "link", link_command.link_command, "link an account: shows a code to enter at simkl.com/pin")
    link.add_argument("--method", choices=("auto", "pin", "device", "browser"), default="auto", help="how to sign in")
    link.add_argument("--timeout", type=_seconds, metavar="S", help="give up after S seconds")
    link.add_argument("--json", action="store_true", help="one JSON object a line, for programs")

    status = _verb(verbs, "status", commands.status_command, "tell whether an account is linked")
    status.add_argument("--check", action="store_true", help="ask Simkl whether it still accepts the link")
    status.add_argument("--json", action="store_true", help="one JSON object, for programs")

    _verb(verbs, "unlink", commands.unlink_command, "forget an account here")
    return top


def _verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[commands.Context], int],
    text: str,
) -> argparse.ArgumentParser:
    verb = verbs.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    verb.add_argument("--account", default=DEFAULT_ACCOUNT, type=_name, metavar="NAME", help="which (default: default)")
    _add_common(verb, argparse.SUPPRESS, argparse.SUPPRESS)
    verb.set_defaults(run=run, json=False)
    return verb


def _add_common(to: argparse.ArgumentParser, no_file: str | None, not_verbose: object) -> None:
    """Add what may stand before the verb and after it; there, nothing said leaves what stood before."""
    to.add_argument("--settings", metavar="FILE", default=no_file, help="the settings file (default: ~/.config/...)")
    to.add_argument("-v", dest="verbose", action="count", default=not_verbose, help="log more to stderr; twice: more")


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("must be a number of seconds above 0")
    return value


def _name(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise argparse.ArgumentTypeError("must not be empty or hold control characters")
    return text


def _write_any_letter() -> None:
    """Have letters that the encoding of stdout lacks escaped: any name can go into a pipe."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _log_to_stderr(verbose: int) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(RedactingFilter())
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.DEBUG if verbose > 1 else logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("lib").setLevel(logging.WARNING - 10 * min(verbose, 2))


def _platform() -> str:
    return f"Python {platform.python_version()}; {platform.system()}"
