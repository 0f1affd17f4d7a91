"""A home with planted secrets, the terminal program that runs in it, and a search through all that it leaves behind."""

from __future__ import annotations

import base64
import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO
from urllib.parse import quote

import requests

from tests.fakes.simkl import FakeSimkl
from tests.fork_server import ForkServer

# None of them looks like a secret: what hides them must know them.
TOKEN = "planted-access-token-of-somebody"
CLIENT_SECRET = "planted-client-secret-of-an-app"
USER_CODE = "QUAIL"
REFRESH_TOKEN = "planted-refresh-token-of-somebody"
DEVICE_CODE = "planted-device-code-of-a-tv"
AUTH_CODE = "planted-code-of-one-exchange"
SECRETS = {
    "access token": TOKEN, "refresh token": REFRESH_TOKEN, "client secret": CLIENT_SECRET, "user code": USER_CODE,
    "device code": DEVICE_CODE, "authorization code": AUTH_CODE,
}  # fmt: skip
SECONDS = 60


class Stage:
    """The program's home, and everything it wrote: `outputs` by name, such as "2 status stderr"."""

    def __init__(self, home: Path, box: FakeSimkl, fork_server: ForkServer) -> None:
        self.box, self.home, self._fork_server = box, home, fork_server
        self.settings = home / "settings" / "settings.yaml"
        self.outputs: dict[str, bytes] = {}
        self.settings.parent.mkdir(parents=True)
        self.write_settings(f'  client_secret: "{CLIENT_SECRET}"')

    def write_settings(self, *lines: str) -> None:
        """Write the user's settings, as a person does."""
        head = ["simkl:", f"  client_id: {self.box.client_id}", f"  api_url: {self.box.url}"]
        self.settings.write_text("\n".join([*head, f"  site_url: {self.box.url}", *lines, ""]), encoding="utf-8")

    def keep_the_planted_token(self) -> None:
        """Write what a link leaves in the settings file."""
        account = {"auth": "v1", "access_token": TOKEN, "client_id": self.box.client_id}
        self.write_settings(f'  client_secret: "{CLIENT_SECRET}"', f"accounts: {json.dumps({'default': account})}")

    def run(self, *arguments: str, code: str = "", **environ: str) -> int:
        """Run the program to its end with -vv; returns its exit code. `DEFECT` is what its exception then tells.

        With a `code`, a browser comes back with it from the address that the program shows.
        """
        home = {"HOME": str(self.home), "TMPDIR": str(self.home), "PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1"}
        name = f"{len(self.outputs) // 2 + 1} {' '.join(arguments)}"
        first = "tests.architecture.internal_error" if "DEFECT" in environ else ""
        argv = ["--settings", str(self.settings), "-vv", *arguments]
        program = self._fork_server.start(argv, {**home, **environ}, first=first)
        with program.stdout.buffer as stdout, program.stderr.buffer as stderr, ThreadPoolExecutor(1) as pool:
            told = pool.submit(stderr.read)
            read = self._come_back(stdout, code) if code else b""
            self.outputs[f"{name} stdout"] = read + stdout.read()
            self.outputs[f"{name} stderr"] = told.result()
        return program.wait(SECONDS)

    def _come_back(self, lines: IO[bytes], code: str) -> bytes:
        """Wait until the program listens, and do what a browser does after Allow; returns what was read."""
        read = b""
        while b"Waiting for it" not in read and b'"event": "open"' not in read:
            read += next(lines)
        url = re.search(rb'http[^\s"]+/authorize[^\s"]+', read).group().decode()
        back = re.sub(r"code=[^&]*", f"code={code}", self.box.allow(url))
        requests.get(back, timeout=SECONDS).raise_for_status()
        return read

    def answer(self, path: str, **body: object) -> None:
        """Have Simkl give this answer once."""
        self.box.order("answer", path=path, body=body)

    def approve_with_the_planted_token(self, token: str = TOKEN) -> None:
        """Have Simkl answer the next poll with the planted token, and say whose it is."""
        self.answer("/oauth/pin/", result="OK", access_token=token)
        self.name_the_user()

    def give_planted_tokens(self, expires_in: int = 604800) -> None:
        """Have Simkl answer the next exchange, poll or refresh of AUTH V2 with the planted tokens, and say whose."""
        tokens = {"access_token": TOKEN, "refresh_token": REFRESH_TOKEN, "expires_in": expires_in}
        self.answer("/oauth2/token", scope="media:read media:write", **tokens)
        self.name_the_user()

    def name_the_user(self) -> None:
        """Have Simkl accept the planted token once."""
        self.answer("/users/settings", user={"name": "sample_viewer"}, account={"id": 900001, "type": "free"})

    @property
    def log(self) -> str:
        """All that was written to stderr."""
        return b"\n".join(text for name, text in self.outputs.items() if name.endswith("stderr")).decode()

    def files(self) -> dict[str, bytes]:
        return {str(p.relative_to(self.home)): p.read_bytes() for p in sorted(self.home.rglob("*")) if p.is_file()}

    def leaks(self) -> list[str]:
        """Say where a secret is that should not be there.

        The settings file and its backup may hold token and client secret, the waiting code's file the code; and a
        link shows its code on stdout, which is what it is for.
        """
        allowed = {self.settings.name, f"{self.settings.name}.bak", f"{self.settings.name}.default.code"}
        written = {name: data for name, data in self.files().items() if Path(name).name not in allowed}
        shown = re.compile("user code in .* link.*stdout")
        return [each for each in search({**self.outputs, **written}) if not shown.match(each)]


def search(texts: dict[str, bytes]) -> list[str]:
    """Say which secret is in which text, plainly, as in an address, or in Base64."""
    found = []
    for what, secret in SECRETS.items():
        plain = secret.encode()
        forms = {plain, plain.lower(), quote(secret, safe="").encode(), base64.b64encode(plain).rstrip(b"=")}
        found += [f"{what} in {name}" for name, data in texts.items() if any(form in data for form in forms)]
    return found
