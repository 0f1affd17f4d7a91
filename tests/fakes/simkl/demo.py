"""The main job in one command: links the real `plugin.py` to a fake Simkl server, and has an evening of TV tracked.

The code can be typed in on the fake server's own page. If nobody does within ten seconds, the demo says so and approves
it. The settings live in a temporary folder, so nothing is left behind.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from tests.fakes.simkl import FakeSimkl
from tests.fakes.simkl.demo_evening import Evening

PLUGIN = Path(__file__).resolve().parents[3] / "plugin.py"
PATIENCE = 10.0


def main() -> int:
    """Run the demo; return the exit code of the first command that failed, else 0."""
    with FakeSimkl(interval=1) as box, tempfile.TemporaryDirectory() as folder:
        environ = {
            **os.environ,
            "SIMKL_SETTINGS": str(Path(folder) / "settings.yaml"),
            "SIMKL_CLIENT_ID": box.client_id,
            "SIMKL_API_URL": box.url,
            "SIMKL_SITE_URL": box.url,
        }
        say("A stand-in for Simkl runs on this machine; nothing leaves it.")
        say(f"Type the code in at {box.url}/pin within {PATIENCE:.0f} seconds, or the demo approves it by itself.\n")
        approval = _Approval(box)
        approval.start()
        code = run("link", environ)
        approval.cancel()
        if approval.done and sys.stdout.isatty():
            say("Nobody typed the code in, so the demo approved it by itself.")
        say("\n$ plugin.py status --check")
        code = code or run("status", environ, "--check")
        if not code:
            say("\nAn evening in front of the TV, in fast motion:")
            Evening(box, Path(environ["SIMKL_SETTINGS"]), say).watch()
        return code


class _Approval:
    """Approves the waiting code once `PATIENCE` seconds have passed."""

    def __init__(self, box: FakeSimkl) -> None:
        self._box = box
        self._timer = threading.Timer(PATIENCE, self._approve)
        self._timer.daemon = True
        self.done = False

    def start(self) -> None:
        self._timer.start()

    def cancel(self) -> None:
        self._timer.cancel()

    def _approve(self) -> None:
        self.done = True
        if not sys.stdout.isatty():  # on a terminal the count-down is in the way; it is said afterwards
            say("Nobody has typed the code in: approving it now.")
        self._box.approve_pending()


def run(command: str, environ: dict[str, str], *options: str) -> int:
    return subprocess.run([sys.executable, str(PLUGIN), command, *options], env=environ).returncode


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
