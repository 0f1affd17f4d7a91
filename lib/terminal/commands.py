"""The commands: link, status, unlink. Each returns an exit code; errors are raised to `entry`."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from dataclasses import dataclass
from typing import Any, Mapping

from lib.account import link as account_link
from lib.account.background import Background, sleeper
from lib.account.pacing import Pacer
from lib.account.pending import PendingCode
from lib.account.settings import Settings
from lib.account.store import Accounts
from lib.account.wait import Approved, Failed, Outcome
from lib.simkl.pin import PinFlow
from lib.simkl.transport import Transport
from lib.terminal import exits, words
from lib.terminal.faces import JsonLines, Lines, TerminalFace, as_json, emit, say

PATIENCE = 60.0
GOODBYE = 0.5


@dataclass(frozen=True)
class Context:
    """What a command gets: settings, arguments, environment, and the name of the machine for the User-Agent."""

    settings: Settings
    arguments: argparse.Namespace
    environ: Mapping[str, str]
    platform: str

    @property
    def account(self) -> str:
        """The account that the command is about."""
        return str(self.arguments.account)

    @property
    def accounts(self) -> Accounts:
        """The accounts in the settings file."""
        return Accounts(self.settings.path)


def link(context: Context) -> int:
    """Link an account; Ctrl-C ends it at once and nothing polls afterwards."""
    settings, arguments = context.settings, context.arguments
    client_id = settings.require_client_id()
    transport = Transport(settings.api_url, client_id, context.platform)
    face = _face(context)
    outcomes: list[Outcome] = []
    crashes: list[Exception] = []

    def poll() -> None:
        attempt = account_link.Link(
            name=context.account,
            flow=PinFlow(transport, client_id, settings.site_url),
            transport=transport,
            accounts=context.accounts,
            pending=PendingCode(settings.path, context.account, client_id, time.time),
            pause=Pacer(sleeper(poller.stopping)).pause,
            clock=time.monotonic,
            face=face,
            patience=min(PATIENCE, arguments.timeout or PATIENCE),
            timeout=arguments.timeout,
        )
        outcomes.append(attempt.run())

    poller = Background(poll, crashes.append)
    poller.start()
    try:
        face.show(poller.alive)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the goodbye is short; a second Ctrl-C would only break it
        poller.stop()
        transport.abort()
        poller.join(GOODBYE)  # it forgets its own code, and leaves that of another link whose code it only showed
        raise
    if crashes:
        raise crashes[0]
    return _exit_code(outcomes[0])


def status(context: Context) -> int:
    """Tell how the account stands; with --check, ask Simkl."""
    name, arguments = context.account, context.arguments
    found = account_link.status(context.accounts, name)
    if arguments.check and found.account is not None:
        client_id = found.account.token.client_id or context.settings.require_client_id()
        transport = Transport(context.settings.api_url, client_id, context.platform)
        found = account_link.check(context.accounts, name, transport)
    if arguments.json:
        emit(_status_as_json(name, found))
    else:
        say(_status_as_words(name, found))
    return exits.DONE if found.linked else exits.REFUSED


def unlink(context: Context) -> int:
    """Forget the account, and say where to remove the app at Simkl, which on AUTH V1 only the user can do."""
    account = account_link.unlink(context.accounts, context.account)
    if account is None:
        say(f"{context.account} is not linked, so there is nothing to forget.")
        return exits.REFUSED
    who = f" from {words.visible(account.user.name)}" if account.user else ""
    say(f"Unlinked{who}: the access token is forgotten.")
    say(f"Simkl lists this app until you remove it at {context.settings.connected_apps}")
    return exits.DONE


def tell_error(arguments: argparse.Namespace, error: Exception) -> None:
    """Say why a command could not do its work: as an event for programs, on stderr for people."""
    if arguments.json:
        emit({"event": "failed", "error": getattr(error, "name", "defect"), "message": str(error)})
    else:
        say(words.visible_lines(str(error)), to=sys.stderr)


def _face(context: Context) -> TerminalFace:
    if context.arguments.json:
        return JsonLines(context.account)
    plain = not sys.stdout.isatty() or context.environ.get("NO_COLOR") or context.environ.get("TERM") == "dumb"
    if plain:
        return Lines()
    from rich.console import Console

    from lib.terminal.screen import Screen

    return Screen(Console())


def _exit_code(outcome: Outcome) -> int:
    if isinstance(outcome, Failed):
        return exits.code_for(outcome.error)
    return exits.DONE if isinstance(outcome, Approved) else exits.NOT_IN_TIME


def _status_as_json(name: str, found: account_link.Status) -> dict[str, Any]:
    account = found.account
    event: dict[str, Any] = {"linked": found.linked, "account": name}
    if account is not None:
        event.update(auth=account.token.auth, user=as_json(account.user), linked_at=account.linked_at)
        if account.needs_linking:
            event["needs_linking"] = True
    if found.valid is not None:
        event["valid"] = found.valid
    return event


def _status_as_words(name: str, found: account_link.Status) -> str:
    if found.account is None:
        return f"{name} is not linked. Run: plugin.py link"
    if found.account.needs_linking:
        return f"{words.since(found.account)}, but Simkl no longer accepts it: it needs linking again."
    checked = ". Simkl accepts it." if found.valid else "."
    return words.since(found.account) + checked
