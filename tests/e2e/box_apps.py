"""Machines whose Simkl knows apps of every kind, and somebody at a browser there."""

from __future__ import annotations

import re
import socket
from typing import Any, Callable

import requests

from tests.e2e.conftest import CLIENT_SECRET, Machine, Program
from tests.fakes.ports import free_port
from tests.fakes.simkl import App

TV, PUBLIC, PUBLIC_V1, SERVER_V1 = "tv-of-v2", "public-of-v2", "public-of-v1", "server-of-v1"
V1 = "sandbox-client-id"


class Kinds:
    """A machine with an app of every kind, each with the same redirect URI on a port of this machine's own."""

    def __init__(self, new_machine: Callable[..., Machine], client_id: str, secret: str = "", **simkl: str) -> None:
        self.port = free_port()
        self.redirect_uri = f"http://127.0.0.1:{self.port}/callback"
        apps = [
            App(TV, "v2"),
            App(PUBLIC, "v2", redirects=(self.redirect_uri,)),
            App(PUBLIC_V1, redirects=(self.redirect_uri,)),
            App(SERVER_V1, secret=CLIENT_SECRET, redirects=(self.redirect_uri,)),
        ]
        self.machine = new_machine(apps=apps)
        self.box = self.machine.box
        self.machine.environ.update(SIMKL_CLIENT_ID=client_id, SIMKL_CLIENT_SECRET=secret)
        settings = {"redirect_uri": self.redirect_uri, **simkl}
        self.machine.settings.parent.mkdir(parents=True)
        self.machine.settings.write_text("".join(["simkl:\n", *(f"  {k}: {v}\n" for k, v in settings.items())]))

    def start(self, *arguments: str, **options: Any) -> Program:
        return self.machine.start(*arguments, **options)

    def browse(self, *arguments: str) -> tuple[Program, str]:
        """Start a link with a browser; return it and the address that it gives."""
        program = self.start("link", "--method", "browser", "--json", *arguments)
        return program, program.next_event("open").event["url"]

    def link_with_code(self, *arguments: str) -> Program:
        """Link with a code to the end."""
        program = self.start("link", "--json", *arguments)
        self.box.approve(program.code())
        assert program.ended() == 0
        return program

    @property
    def account(self) -> dict[str, Any]:
        return self.machine.accounts["default"]

    def asked(self, path: str) -> list[Any]:
        """The requests to a path."""
        return [request for request in self.box.requests if request.path == path]

    def port_is_free(self) -> bool:
        try:
            with socket.create_server(("127.0.0.1", self.port)):
                return True
        except OSError:
            return False


def come_back(address: str) -> requests.Response:
    """Do what a browser does after Allow or Deny."""
    return requests.get(address, timeout=60)


def with_state(address: str, state: str) -> str:
    """Return an address that comes back with another state."""
    changed = re.sub(r"state=[^&]*", f"state={state}", address)
    assert changed != address
    return changed
