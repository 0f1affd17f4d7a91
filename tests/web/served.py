"""`plugin.py serve` as a process of its own, with linked accounts and a fake Simkl to send to."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Mapping, Sequence

import yaml

from tests.fakes.ports import free_port
from tests.fakes.simkl import FakeSimkl
from tests.web.page_server import ROOT, environment

HOOK = "a-hook-secret-of-32-characters-00"
STARTS_WITHIN = 60.0
LOOK_SECONDS = 0.02
FIRST_USER_ID = 800_000


class ServedProgram:
    """The program on a port that stays the same over restarts. `people` are the accounts, each a user of the server."""

    def __init__(self, folder: Path, box: FakeSimkl, people: Sequence[str]) -> None:
        self.folder = folder
        self.state = folder / "state"
        self.state.mkdir(exist_ok=True)
        self.settings = folder / "settings.yaml"
        self.port = free_port()
        self.hook = f"http://127.0.0.1:{self.port}/hook/{HOOK}"
        self._write(box, people)
        self._process: subprocess.Popen | None = None

    def _write(self, box: FakeSimkl, people: Sequence[str]) -> None:
        accounts = {}
        for number, name in enumerate(people):
            box.add_user(name, FIRST_USER_ID + number)
            accounts[name] = {
                "auth": "v1", "access_token": box.give_token(name), "client_id": box.client_id,
                "linked_at": "2026-11-01T00:00:00Z", "user": {"id": FIRST_USER_ID + number, "name": name},
            }  # fmt: skip
        settings = {
            "simkl": {"client_id": box.client_id, "api_url": box.url, "site_url": box.url},
            "serve": {"port": self.port},
            "servers": {"home": {"hook": HOOK, "users": {name: name for name in people}}},
            "accounts": accounts,
        }
        self.settings.write_text(yaml.safe_dump(settings), encoding="utf-8")
        self.settings.chmod(0o600)

    def start(self, environ: Mapping[str, str] | None = None) -> None:
        """Start it, and wait until it answers."""
        self._process = subprocess.Popen(
            [sys.executable, "plugin.py", "--settings", str(self.settings), "serve"],
            cwd=ROOT,
            env={**environment(), "STATE_DIRECTORY": str(self.state), **(environ or {})},
            stderr=(self.folder / "log.txt").open("a"),
        )
        pause = threading.Event()
        for _ in range(round(STARTS_WITHIN / LOOK_SECONDS)):
            assert self._process.poll() is None, f"it ended by itself: {self.log()[-2000:]}"
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1):
                    return
            except OSError:
                pause.wait(LOOK_SECONDS)
        raise AssertionError(f"it does not answer: {self.log()[-2000:]}")

    def kill(self) -> None:
        """End it suddenly."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(STARTS_WITHIN)

    def terminate(self, seconds: float = STARTS_WITHIN) -> int:
        """End it in good order; return its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(seconds)

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process number."""
        assert self._process is not None
        return self._process.pid

    def log(self) -> str:
        """Return what it has logged."""
        return (self.folder / "log.txt").read_text(encoding="utf-8", errors="replace")
