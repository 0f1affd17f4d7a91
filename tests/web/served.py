"""`plugin.py serve` as a process of its own beside a fake Simkl, and what an admin does at its pages."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any, Sequence

import requests
import yaml

from lib.web.access.access_store import AccessStore
from lib.web.access.admin_password import AdminPassword
from tests.fakes.ports import free_port
from tests.fakes.simkl import FakeSimkl

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a long enough sentence"
HOOK = "a-hook-secret-of-32-characters-00"
SECONDS = 60.0  # long, for a machine that is busy; nothing waits for it to pass
LOOK_SECONDS = 0.02
FIRST_USER_ID = 800_000


def environment() -> dict[str, str]:
    """Return this process' environment, for a program that is started often: it compiles the code once for all."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(ROOT / "build" / "pycache")}


class ServedProgram:
    """The program on a port that stays the same over restarts; a context manager runs it once.

    `people` are linked accounts, each a user of the server whose address is `hook`; without any the program makes that
    address up. `serve` are more settings of that section.
    """

    def __init__(self, folder: Path, box: FakeSimkl, people: Sequence[str] = (), **serve: Any) -> None:
        self.folder, self.state, self.settings = folder, folder / "state", folder / "settings.yaml"
        self.state.mkdir(exist_ok=True)
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.hook = f"{self.address}/hook/{HOOK}"
        accounts = {}
        for number, name in enumerate(people, FIRST_USER_ID):
            box.add_user(name, number)
            accounts[name] = {
                "auth": "v1", "access_token": box.give_token(name), "client_id": box.client_id,
                "linked_at": "2026-11-01T00:00:00Z", "user": {"id": number, "name": name},
            }  # fmt: skip
        settings = {
            "simkl": {"client_id": box.client_id, "api_url": box.url, "site_url": box.url},
            "serve": {"port": self.port, **serve},
            "servers": {"home": {"hook": HOOK, "users": {name: name for name in people}} if people else {}},
            "accounts": accounts,
        }
        self.settings.write_text(yaml.safe_dump(settings), encoding="utf-8")
        self.settings.chmod(0o600)

    def __enter__(self) -> ServedProgram:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self.terminate() == 0

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._process = subprocess.Popen(
            [sys.executable, "plugin.py", "--settings", str(self.settings), "serve"],
            cwd=ROOT,
            env={**environment(), "STATE_DIRECTORY": str(self.state)},
            stderr=(self.folder / "log.txt").open("a"),
        )
        pause = threading.Event()
        for _ in range(round(SECONDS / LOOK_SECONDS)):
            assert self.is_running, f"it ended by itself: {self.log()}"
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1):
                    return
            except OSError:
                pause.wait(LOOK_SECONDS)
        raise AssertionError(f"it does not answer: {self.log()}")

    def kill(self) -> None:
        """End it suddenly."""
        self._process.kill()
        self._process.wait(SECONDS)

    def terminate(self) -> int:
        """End it as systemd does; return its exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(SECONDS)

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid

    def log(self) -> str:
        """Return the end of what it has logged."""
        return (self.folder / "log.txt").read_text(encoding="utf-8", errors="replace")[-2000:]

    def set_password(self) -> None:
        """Set the admin's password as the command line does, without a program of its own."""
        with closing(AccessStore(self.state / "access.db")) as store:
            AdminPassword(store).set(PASSWORD)


def sign_in(address: str) -> requests.Session:
    """Return a session of the admin, signed in with the password."""
    admin = requests.Session()
    page = admin.get(f"{address}/login", timeout=SECONDS).text
    answer = admin.post(f"{address}/login", data={"csrf_token": token_of(page), "password": PASSWORD}, timeout=SECONDS)
    answer.raise_for_status()
    return admin


def token_of(page: str) -> str:
    """Return the token of the first form."""
    return re.search(r'csrf_token" value="([^"]+)"', page).group(1)


def invite(admin: requests.Session, address: str, name: str) -> str:
    """Invite somebody; returns the address of the invitation."""
    page = admin.get(f"{address}/", timeout=SECONDS).text
    fields = {"csrf_token": token_of(page), "server": "home", "user_name": name}
    page = admin.post(f"{address}/people/invite", data=fields, timeout=SECONDS).text
    return re.search(r'id="invitation-address"[^>]*>(\S+?)<', page).group(1)
