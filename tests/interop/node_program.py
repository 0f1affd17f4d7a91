"""Programs that sign a user in with a JavaScript library: scripts under `node/` that take orders line by line."""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict
from functools import partialmethod
from pathlib import Path
from typing import Any

from tests.interop.setups import Setup

FOLDER = Path(__file__).with_name("node")


class Refused(Exception):
    """The library reported an error; its text is the name OAuth gives it."""


class NodeProgram:
    """One running script; a context manager. The same verbs as in `programs`, and two for the device flow."""

    def __init__(self, script: str, setup: Setup | None = None) -> None:
        # The fake server listens on IPv4 only, and "localhost" may mean IPv6 first.
        given = json.dumps(asdict(setup) if setup else {})
        command = ["node", "--dns-result-order=ipv4first", f"{script}.mjs", given]
        self._process = subprocess.Popen(command, cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

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
        line = self._process.stdout.readline()
        assert line, f"node ended with {self._process.wait()}"
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

    def finish(self, came_back: str) -> None:
        self._do("finish", url=came_back)

    start = partialmethod(_do, "start")
    account = partialmethod(_do, "account")
    refresh = partialmethod(_do, "refresh")
    revoke = partialmethod(_do, "revoke")
    start_device = partialmethod(_do, "start_device")
