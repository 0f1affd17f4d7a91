"""`plugin.py serve` as a process of its own, beside a fake Simkl; and a program that waits for neither blindly."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import requests

from lib.web.access.access_store import AccessStore
from lib.web.access.admin_password import AdminPassword

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a long enough sentence"
SECONDS = 60  # long, for a machine that is busy; nothing waits for it to pass


def environment() -> dict[str, str]:
    """Return this process' environment, for a program that is started often: it compiles the code once for all."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(ROOT / "build" / "pycache")}


class Served:
    """The server with its own folder; a context manager. `settings` is the text of its settings file."""

    def __init__(self, folder: Path, box, settings: str = "servers:\n  home: {}\n", **environ: str) -> None:
        self.folder = folder
        (folder / "settings.yaml").write_text(settings, encoding="utf-8")
        self.environ = {
            **environment(),
            "SIMKL_SETTINGS": str(folder / "settings.yaml"),
            "SIMKL_CLIENT_ID": box.client_id,
            "SIMKL_API_URL": box.url,
            "SIMKL_SITE_URL": box.url,
            "SIMKL_SERVE__PORT": "0",
            **environ,
        }
        self.address = ""

    def __enter__(self) -> Served:
        command = [sys.executable, str(ROOT / "plugin.py"), "serve"]
        self._process = subprocess.Popen(command, env=self.environ, stderr=subprocess.PIPE, text=True)
        for line in self._process.stderr:
            found = re.search(r"serves at (http://\S+)/", line)
            if found:
                self.address = found.group(1)
                return self
        raise AssertionError(f"it did not start: {self._process.wait()}")

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> int:
        """End it as systemd does; returns the exit code."""
        self._process.send_signal(signal.SIGTERM)
        self._process.stderr.read()
        return self._process.wait(SECONDS)

    def set_password(self) -> None:
        """Set the admin's password as the command line does, without a program of its own."""
        with closing(AccessStore(self.folder / "server" / "access.db")) as store:
            AdminPassword(store).set(PASSWORD)

    @property
    def port(self) -> int:
        """The port that it listens at."""
        return int(re.search(r":(\d+)", self.address).group(1))


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
