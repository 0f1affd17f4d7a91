"""The command line through `plugin.py`, in this process, with time that passes at once."""

from __future__ import annotations

import _thread
import io
import json
import logging
import os
import runpy
import signal
import sys
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Callable

import pytest
import yaml

from lib.system.clock import Clock
from lib.terminal import entry, link_command
from tests.fakes.ports import free_port
from tests.fakes.simkl import App, FakeSimkl

ENTRY_POINT = Path(__file__).resolve().parents[3] / "plugin.py"
CLIENT_SECRET = "planted-client-secret-5f0c"
MOST_PAUSES = 1000


class Hurry(Clock):
    """Stands in for the pacer and the clock of the commands: a pause moves both clocks and takes no time.

    `then` plans what happens during the next pauses, one action each; only `interrupt` ends the waiting.
    """

    def __init__(self, box: FakeSimkl) -> None:
        self.pauses: list[float] = []
        self.tick = 0.0  # seconds that pass with every look at the clock
        self._box = box
        self._now = 1000.0
        self._plan: deque[Callable[[], Any]] = deque()
        self._sleep: Callable[[float], bool]

    def __call__(self, sleep: Callable[[float], bool], clock: Clock) -> Hurry:
        self._sleep = sleep
        return self

    def then(self, *actions: Callable[[], Any]) -> None:
        self._plan.extend(actions)

    def nothing(self) -> None:
        """Plan a pause in which nothing happens."""

    def interrupt(self) -> bool:
        """Press Ctrl-C and wait for the command to stop the poller."""
        _thread.interrupt_main()
        return self._sleep(10)

    def pause(self, seconds: float) -> bool:
        self.pauses.append(seconds)
        assert len(self.pauses) < MOST_PAUSES, "this waiting does not end"
        if self._plan and self._plan.popleft()() is True:
            return True
        self._now += seconds
        self._box.advance(seconds)
        return self._sleep(0)

    def monotonic(self) -> float:
        self._now += self.tick
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let the other threads work: whoever sleeps here only waits for them, and may draw meanwhile."""
        threading.Event().wait(0.005)


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


class Terminal:
    """Somebody at a command line: runs `plugin.py` and looks at what comes out."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.settings = home / ".config" / "simkl-plugin" / "settings.yaml"
        self.stdout: IO[str] | None = None
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def run(self, *arguments: str) -> Ran:
        """Run a command; what it prints goes to `stdout` if that is set, else into the answer."""
        if self.stdout:
            self._monkeypatch.setattr(sys, "stdout", self.stdout)
        self._monkeypatch.setattr(sys, "argv", ["plugin.py", *arguments])
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(ENTRY_POINT), run_name="__main__")
        out, err = self._capsys.readouterr()
        return Ran(ended.value.code, out, err)

    def set(self, **variables: str | None) -> None:
        for name, value in variables.items():
            if value is None:
                self._monkeypatch.delenv(name, raising=False)
            else:
                self._monkeypatch.setenv(name, value)

    def write_settings(self, text: str) -> None:
        self.settings.parent.mkdir(parents=True, exist_ok=True)
        self.settings.write_text(text, encoding="utf-8")

    @property
    def accounts(self) -> dict[str, Any]:
        return yaml.safe_load(self.settings.read_text(encoding="utf-8"))["accounts"]


class Tty(io.StringIO):
    """A screen that remembers what was written to it."""

    def __init__(self) -> None:
        super().__init__()
        self._written = threading.Condition()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        with self._written:
            self._written.notify_all()
            return super().write(text)

    def wait_for(self, text: str) -> None:
        with self._written:
            assert self._written.wait_for(lambda: text in self.getvalue(), 5), f"{text!r} was never on the screen"


@pytest.fixture(scope="session")
def redirect_uri():
    """An address to come back to, at a port that nothing else has."""
    return f"http://127.0.0.1:{free_port()}/callback"


@pytest.fixture(scope="session")
def running_box(redirect_uri):
    back = (redirect_uri,)
    apps = [App("tv-of-v2", "v2"), App("public-of-v2", "v2", redirects=back), App("public-of-v1", redirects=back)]
    apps.append(App("server-of-v1", secret=CLIENT_SECRET, redirects=back))
    with FakeSimkl(apps=apps) as box:
        yield box


@pytest.fixture
def retry_now(box, monkeypatch):
    retry_now = Hurry(box)
    monkeypatch.setattr(link_command, "Timetable", retry_now)
    monkeypatch.setattr(entry, "Clock", lambda: retry_now)
    return retry_now


@pytest.fixture
def terminal(box, retry_now, tmp_path, monkeypatch, capsys):
    terminal = Terminal(tmp_path, monkeypatch, capsys)
    for name in [name for name in os.environ if name.startswith("SIMKL_")]:
        terminal.set(**{name: None})
    terminal.set(HOME=str(tmp_path), XDG_CONFIG_HOME=None, NO_COLOR=None, TERM="xterm-256color", COLUMNS="80")
    terminal.set(SIMKL_CLIENT_ID=box.client_id, SIMKL_API_URL=box.url, SIMKL_SITE_URL=box.url)
    terminal.set(SIMKL_CLIENT_SECRET=CLIENT_SECRET)
    return terminal


@pytest.fixture
def tty(terminal, monkeypatch):
    """Give the terminal a screen, on which large letters would take a tenth of a second to draw."""
    monkeypatch.setattr("lib.terminal.screen.enlarge", lambda user_code, font: None)
    terminal.stdout = Tty()
    return terminal.stdout


@pytest.fixture
def on_v2(terminal):
    """A terminal whose client id is AUTH V2's and has no secret."""
    terminal.set(SIMKL_CLIENT_ID="tv-of-v2", SIMKL_CLIENT_SECRET=None)
    return terminal


@pytest.fixture
def linked_on_v2(on_v2, box, retry_now):
    retry_now.then(box.approve_pending)
    assert on_v2.run("link").code == 0
    return on_v2


@pytest.fixture
def linked(terminal, box):
    """A terminal whose default account is linked."""
    user = {"id": 900001, "name": "sample_viewer", "type": "free"}
    account = {"auth": "v1", "access_token": box.give_token(client_id=box.client_id), "client_id": box.client_id}
    account.update(linked_at="2026-11-24T06:00:00Z", user=user)
    terminal.write_settings(yaml.safe_dump({"accounts": {"default": account}}))
    return terminal


@pytest.fixture(autouse=True)
def process_as_before(monkeypatch):
    """Undo what the command line does to the whole process: its logging, and Ctrl-C."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    interrupt = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, interrupt)
