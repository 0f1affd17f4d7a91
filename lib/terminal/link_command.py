"""The command `link`: a code, or a browser; a worker in the background, and the front end until it is over."""

from __future__ import annotations

import os
import sys
import webbrowser
from typing import Callable, Mapping

from lib.account.sign_in.approval import Failed, Linked, Outcome
from lib.account.sign_in.by_browser import BROWSER_TIMEOUT as BROWSER_PATIENCE
from lib.account.sign_in.by_browser import SignInByBrowser
from lib.account.sign_in.by_code import SignInByCode
from lib.account.sign_in.pending_code import PendingCode
from lib.account.sign_in.start import prepare_browser_sign_in, prepare_code_sign_in
from lib.simkl.http.transport import Transport
from lib.system import exit_codes
from lib.system.clock import Clock
from lib.system.threads import Worker, interruptible_sleep
from lib.system.timetable import Timetable
from lib.terminal import signals
from lib.terminal.commands import Context
from lib.terminal.frontends import JsonFrontend, PlainFrontend, TerminalFrontend
from lib.terminal.output import OutputFailed, can_write

TERMINAL_CODE_RETRY_SECONDS = 60.0
GOODBYE_SECONDS = 0.5


def link_command(context: Context) -> int:
    """Link an account; Ctrl-C ends it at once and nothing polls afterwards."""
    if sys.stdout is None:
        raise OutputFailed("There is no output to show a code or an address on: stdout is closed.")
    return _by_browser(context) if context.arguments.method == "browser" else _by_code(context)


def _by_code(context: Context) -> int:
    settings, timeout = context.settings, context.arguments.timeout
    known = context.accounts.get(context.account)
    sign_in = prepare_code_sign_in(settings, context.transport, known, context.clock, context.arguments.method)
    frontend = _frontend(context)

    def run(stopping: Callable[[], bool]) -> Outcome:
        return SignInByCode(
            name=context.account,
            flow=sign_in.flow,
            transport=sign_in.transport,
            accounts=context.accounts,
            pending=PendingCode(settings.path, context.account, sign_in.client_id, context.clock),
            pause=Timetable(interruptible_sleep(stopping, context.clock), context.clock).pause,
            clock=context.clock,
            frontend=frontend,
            retry_for=min(TERMINAL_CODE_RETRY_SECONDS, timeout or TERMINAL_CODE_RETRY_SECONDS),
            timeout=timeout,
            client_secret=settings.client_secret,
        ).run()

    return _in_background(context, frontend, sign_in.transport, run)


def _by_browser(context: Context) -> int:
    settings, as_json = context.settings, context.arguments.json
    timeout = context.arguments.timeout or BROWSER_PATIENCE
    sign_in = prepare_browser_sign_in(settings, context.transport, context.accounts.get(context.account), context.clock)
    frontend = JsonFrontend(context.account) if as_json else PlainFrontend(lambda url: _open(url, context.environ))

    def run(stopping: Callable[[], bool]) -> Outcome:
        return SignInByBrowser(
            name=context.account,
            flow=sign_in.flow,
            transport=sign_in.transport,
            accounts=context.accounts,
            stopping=stopping,
            clock=context.clock,
            frontend=frontend,
            read_code=lambda: _pasted_line(stopping, timeout, context.clock),
            redirect_uri=settings.redirect_uri,
            timeout=timeout,
            client_secret=settings.client_secret,
        ).run()

    return _in_background(context, frontend, sign_in.transport, run)


def _in_background(
    context: Context, frontend: TerminalFrontend, transport: Transport, run: Callable[[Callable[[], bool]], Outcome]
) -> int:
    """Run a link in a thread, and keep the front end going meanwhile."""
    worker: Worker[Outcome] = Worker(lambda: run(worker.stopping))
    try:
        worker.start()
        frontend.show(worker.alive, context.clock.sleep)
    finally:
        worker.stop()
        if worker.alive():  # it forgets its own code, and leaves that of another link whose code it only showed
            signals.ignore_further()
            transport.abort()
            worker.join(GOODBYE_SECONDS)
    return _exit_code(worker.result())


def _pasted_line(stopping: Callable[[], bool], timeout: float, clock: Clock) -> str | None:
    """Return the next line on stdin that says something, None if there is none in time.

    Reading itself cannot be interrupted.
    """
    reader = Worker(lambda: next((line for line in sys.stdin or () if line.strip()), ""))
    reader.start()
    interruptible_sleep(lambda: stopping() or not reader.alive(), clock)(timeout)
    return None if reader.alive() else reader.result()


def _open(url: str, environ: Mapping[str, str]) -> None:
    """Open the address in a browser, if there is a screen to show one; a text browser would take over the terminal."""
    if os.name == "nt" or sys.platform == "darwin" or environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        Worker(lambda: webbrowser.open(url)).start()  # some stay in front until they are closed


def _frontend(context: Context) -> TerminalFrontend:
    if context.arguments.json:
        return JsonFrontend(context.account)
    if not sys.stdout.isatty() or context.environ.get("NO_COLOR"):
        return PlainFrontend()
    from rich.console import Console

    from lib.terminal.screen import LETTERS, Screen

    console = Console()
    is_plain = not (console.is_terminal and console.is_interactive) or console.is_dumb_terminal
    return PlainFrontend() if is_plain or not can_write(LETTERS) else Screen(console, context.clock)


def _exit_code(outcome: Outcome) -> int:
    if isinstance(outcome, Failed):
        return outcome.error.exit_code
    return exit_codes.OK if isinstance(outcome, Linked) else exit_codes.NOT_APPROVED
