"""Programs that sign a user in with a JavaScript library: scripts under `node/` that take orders line by line."""

from __future__ import annotations

import json
import queue
import shutil
import subprocess
from pathlib import Path
from threading import Thread
from typing import Any

from tests.interop.setups import Setup

FOLDER = Path(__file__).with_name("node")
PATIENCE = 20  # seconds for one line of answer


class Refused(Exception):
    """The library reported an error; its text is the name OAuth gives it."""


class NodeProgram:
    """One running script; a context manager. The same verbs as in `programs`, and two for the device flow."""

    def __init__(self, script: str, setup: Setup | None = None) -> None:
        # The fake server listens on IPv4 only, and "localhost" may mean IPv6 first.
        command = ["node", "--dns-result-order=ipv4first", f"{script}.mjs", json.dumps(setup.as_dict if setup else {})]
        self._process = subprocess.Popen(command, cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._lines: queue.Queue[str] = queue.Queue()
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def __enter__(self) -> NodeProgram:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.kill()
        self._process.wait()

    def tell(self, what: str, **options: Any) -> None:
        """Give an order and do not wait for its answer."""
        self._process.stdin.write(json.dumps({"do": what, **options}) + "\n")
        self._process.stdin.flush()

    def heard(self) -> Any:
        """Return the answer to the oldest order that has none yet; raises Refused."""
        line = self._lines.get(timeout=PATIENCE)
        assert line, f"node ended with {self._process.wait(PATIENCE)}"
        answer = json.loads(line)
        if "failed" in answer:
            raise Refused(answer["failed"]) from RuntimeError(answer["told"])
        return answer["done"]

    def _do(self, what: str, **options: Any) -> Any:
        self.tell(what, **options)
        return self.heard()

    def render(self, template: str, values: dict[str, Any]) -> str:
        """Return what a template of Handlebars becomes."""
        return self._do("render", template=template, values=values)

    def start(self) -> str:
        return self._do("start")

    def finish(self, came_back: str) -> None:
        self._do("finish", url=came_back)

    def account(self) -> dict:
        return self._do("account")

    def refresh(self) -> None:
        self._do("refresh")

    def revoke(self) -> None:
        self._do("revoke")

    def start_device(self) -> dict:
        return self._do("start_device")


def install() -> None:
    """Install what `package-lock.json` names, unless it is there; raises CalledProcessError, AssertionError."""
    missing = [program for program in ("node", "npm") if not shutil.which(program)]
    assert not missing, f"{' and '.join(missing)} not found: install Debian's nodejs and npm"
    wanted, there = FOLDER / "package-lock.json", FOLDER / "node_modules" / ".package-lock.json"
    if not there.exists() or there.stat().st_mtime < wanted.stat().st_mtime:
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=FOLDER, check=True, timeout=120)


def version_of(library: str) -> str:
    """Return the version of an installed library."""
    return json.loads((FOLDER / "node_modules" / library / "package.json").read_text(encoding="utf-8"))["version"]
