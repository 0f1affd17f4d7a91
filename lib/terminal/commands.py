"""The commands beside `link`: status and unlink. Each returns an exit code; errors are raised to `entry`."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import Any, Mapping

from lib.account.client import AccountClient
from lib.account.settings import Settings
from lib.account.sign_in.start import should_move_to_v2
from lib.account.status import AccountStatus, check_account, read_status, unlink_account
from lib.account.store import AccountStore
from lib.simkl.auth.tokens import V2
from lib.simkl.http.transport import Transport
from lib.system import exit_codes
from lib.system.clock import Clock
from lib.system.errors import LinkError
from lib.terminal import texts
from lib.terminal.frontends import as_json, emit
from lib.terminal.output import OutputFailed, say


@dataclass(frozen=True)
class Context:
    """What a command gets: settings, arguments, environment, the machine's name for the User-Agent, and the clock."""

    settings: Settings
    arguments: argparse.Namespace
    environ: Mapping[str, str]
    platform: str
    clock: Clock

    @property
    def account(self) -> str:
        """The account that the command is about."""
        return str(self.arguments.account)

    @property
    def accounts(self) -> AccountStore:
        """The accounts in the settings file."""
        return AccountStore(self.settings.path)

    def transport(self, client_id: str) -> Transport:
        """Return the way to Simkl for a client id."""
        return Transport(self.settings.api_url, client_id, self.platform)

    def client(self) -> AccountClient:
        """Return the way to Simkl with the account's token."""
        return AccountClient(self.settings, self.platform, self.clock, self.account)


def status_command(context: Context) -> int:
    """Tell how the account stands; with --check, ask Simkl."""
    name, arguments = context.account, context.arguments
    found = read_status(context.accounts, name)
    if arguments.check and found.account is not None:
        found = check_account(context.client())
    if arguments.json:
        emit(_status_as_json(name, found))
    else:
        say(_status_as_words(name, found))
        if found.account is not None and found.linked:
            for line in texts.token_life(found.account):
                say(line)
            if should_move_to_v2(context.settings, found.account):
                say(texts.MOVE_TO_V2_TEXT)
    return exit_codes.OK if found.linked else exit_codes.NO_PERMISSION


def unlink_command(context: Context) -> int:
    """Forget the account; an AUTH V2 grant ends at Simkl too, an AUTH V1 app only the user can remove there."""
    unlinked = unlink_account(context.client())  # all of it first: whoever reads the words may be gone
    account = unlinked.account
    if account is None:
        say(f"{context.account} is not linked, so there is nothing to forget.")
        return exit_codes.NO_PERMISSION
    who = f" from {texts.visible(account.user.name)}" if account.user else ""
    say(f"Unlinked{who}: the access token is forgotten.")
    if unlinked.is_revoked:
        say("Simkl was told to end this sign-in as well.")
    else:
        say(f"Simkl lists this app until you remove it at {context.settings.connected_apps}")
    return exit_codes.OK


def tell_error(arguments: argparse.Namespace, error: LinkError) -> None:
    """Say why a command could not do its work: as an event for programs, on stderr for people."""
    if arguments.json and not isinstance(error, OutputFailed):
        emit({"event": "failed", "error": error.name, "message": str(error)})
    else:
        say(texts.visible_lines(str(error)), to=sys.stderr)


def _status_as_json(name: str, found: AccountStatus) -> dict[str, Any]:
    account = found.account
    event: dict[str, Any] = {"linked": found.linked, "account": name}
    if account is not None:
        event.update(auth=account.token.auth, user=as_json(account.user), linked_at=account.linked_at)
        if account.token.auth == V2:
            event.update(scope=account.token.scope, refreshed_at=account.refreshed_at)
        if account.needs_linking:
            event["needs_linking"] = True
    if found.valid is not None:
        event["valid"] = found.valid
    return event


def _status_as_words(name: str, found: AccountStatus) -> str:
    if found.account is None:
        return f"{name} is not linked. Run: plugin.py link"
    if found.account.needs_linking:
        return f"{texts.since(found.account)}, but Simkl no longer accepts it: it needs linking again."
    checked = ". Simkl accepts it." if found.valid else "."
    return texts.since(found.account) + checked
