"""The real program as a process of its own, on a machine whose internet is a fake Simkl server."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable, Iterator, NamedTuple

import pytest
import requests
import yaml

from tests.fakes.ports import free_port
from tests.fakes.simkl import App, FakeSimkl
from tests.fork_server import ForkedProgram, ForkServer

LONG = 60.0  # seconds after which what did not happen never will
EARLY = 0.1  # seconds that a line may be read late, which makes what follows it look early
V1, TV, PUBLIC, PUBLIC_V1, SERVER_V1 = "sandbox-client-id", "tv-of-v2", "public-of-v2", "public-of-v1", "server-of-v1"
CLIENT_SECRET = "planted-client-secret-5f0c"
SECRET_FIELDS = ("code", "code_verifier", "device_code", "refresh_token", "token", "client_secret")


class Line(NamedTuple):
    """A line the program printed, and when: monotonic seconds, as on the fake server's clock."""

    at: float
    text: str

    @property
    def event(self) -> dict[str, Any]:
        return json.loads(self.text)


class Program:
    """A running `plugin.py`. What it prints can be waited for, each wait with a bound."""

    def __init__(self, process: subprocess.Popen[str] | ForkedProgram) -> None:
        self._news = threading.Condition()
        self._lines: dict[str, list[Line]] = {"stdout": [], "stderr": []}
        self._seen = 0
        self._process = process
        self._readers = [threading.Thread(target=self._read, args=(name,), daemon=True) for name in self._lines]
        for reader in self._readers:
            reader.start()

    def _read(self, name: str) -> None:
        with getattr(self._process, name) as stream:
            for text in stream:
                with self._news:
                    self._lines[name].append(Line(time.monotonic(), text.rstrip("\n")))
                    self._news.notify_all()

    def next_line(self, wanted: Callable[[str], bool]) -> Line:
        """Wait for the next line on stdout that is wanted; those before it count as read."""

        def look() -> Line | None:
            while self._seen < len(self._lines["stdout"]):
                self._seen += 1
                if wanted(self._lines["stdout"][self._seen - 1].text):
                    return self._lines["stdout"][self._seen - 1]
            return None

        with self._news:
            found = self._news.wait_for(look, LONG)
        assert found, f"never said; stdout: {self.out!r}, stderr: {self.err!r}"
        return found

    def next_event(self, name: str, **fields: Any) -> Line:
        """Wait for the next event of this name and with these fields."""
        wanted = {"event": name, **fields}
        return self.next_line(lambda text: wanted.items() <= json.loads(text).items())

    def code(self) -> str:
        """Wait for the next code that is shown to programs, and return it."""
        return self.next_event("code").event["user_code"]

    def type_line(self, text: str) -> None:
        """Type a line, if it has a keyboard."""
        self._process.stdin.write(f"{text}\n")
        self._process.stdin.flush()

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.signal(signal.SIGKILL)
        self.ended()

    def ended(self) -> int:
        """Wait for the end and return the exit code; a signal's is negative."""
        code = self._process.wait(LONG)
        for reader in self._readers:
            reader.join(LONG)
        if self._process.stdin:
            self._process.stdin.close()
        return code

    def running_after(self, seconds: float) -> bool:
        """Wait for its end that long; whether it still runs."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return True
        return False

    @property
    def out(self) -> str:
        return self._text("stdout")

    @property
    def err(self) -> str:
        return self._text("stderr")

    def _text(self, name: str) -> str:
        with self._news:
            return "".join(f"{line.text}\n" for line in self._lines[name])

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    def shown(self, name: str) -> list[dict[str, Any]]:
        """The events of this name."""
        return [event for event in self.events if event["event"] == name]


class Machine:
    """A home folder with the program, and a fake Simkl server that knows apps of every kind.

    Their redirect URI is on a port of this machine's own. `options` are the server's, `simkl` the settings beside it.
    """

    def __init__(
        self, folder: Path, fork_server: ForkServer, client_id: str = V1, secret: str = "",
        simkl: dict[str, str] | None = None, **options: Any,
    ) -> None:  # fmt: skip
        self._fork_server = fork_server
        self.redirect_uri = f"http://127.0.0.1:{free_port()}/callback"
        apps = [App(PUBLIC, "v2", redirects=(self.redirect_uri,)), App(PUBLIC_V1, redirects=(self.redirect_uri,))]
        apps += [App(TV, "v2"), App(SERVER_V1, secret=CLIENT_SECRET, redirects=(self.redirect_uri,))]
        self.box = FakeSimkl(apps=apps, **{"interval": 1, **options}).start()
        self.home = folder / f"home-{self.box.url.rpartition(':')[2]}"
        self.settings = self.home / ".config" / "simkl-plugin" / "settings.yaml"
        self.settings.parent.mkdir(parents=True)
        self.settings.write_text(yaml.safe_dump({"simkl": {"redirect_uri": self.redirect_uri, **(simkl or {})}}))
        self.programs: list[Program] = []
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "SIMKL_CLIENT_ID": client_id,
            "SIMKL_CLIENT_SECRET": secret,
            "SIMKL_API_URL": self.box.url,
            "SIMKL_SITE_URL": self.box.url,
        }

    def start(self, *arguments: str, keyboard: bool = False) -> Program:
        """Start the program with these arguments."""
        self.programs.append(Program(self._fork_server.start(arguments, self.environ, keyboard)))
        return self.programs[-1]

    def start_cold(self, *command: str) -> Program:
        """Start Python with these arguments."""
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen([sys.executable, *command], env=self.environ, text=True, **pipes)
        self.programs.append(Program(process))
        return self.programs[-1]

    def run(self, *arguments: str) -> tuple[int, Program]:
        """Run the program to its end."""
        program = self.start(*arguments)
        return program.ended(), program

    @property
    def account(self) -> dict[str, Any]:
        return yaml.safe_load(self.settings.read_text(encoding="utf-8"))["accounts"]["default"]

    def asked(self, path: str) -> list[Any]:
        """The requests whose path begins so."""
        return [request for request in self.box.requests if request.path.startswith(path)]

    @property
    def polls(self) -> list[float]:
        """When the program polled a PIN, on the fake server's clock."""
        return [request.at for request in self.asked("/oauth/pin/")]

    @property
    def gaps(self) -> list[float]:
        """Seconds between two polls."""
        return [later - earlier for earlier, later in zip(self.polls, self.polls[1:])]

    def close(self) -> None:
        """End what still runs, and check what holds for every run of the program."""
        for program in self.programs:
            if program.running_after(0):
                program.kill()
        self.box.stop_listening()
        secrets = {token for grant in self.box.grants for token in (grant.token, grant.refresh_token) if token}
        secrets |= {r.fields[name] for r in self.box.requests for name in SECRET_FIELDS if r.fields.get(name)}
        for program in self.programs:
            assert "Traceback" not in program.err
            assert not [secret for secret in {*secrets, CLIENT_SECRET} if secret in program.out + program.err]
        assert self.box.unattributed == []
        assert self.box.too_fast == []


def come_back(address: str) -> None:
    """Do what a browser does after Allow."""
    assert requests.get(address, timeout=LONG).status_code == 200


@contextlib.contextmanager
def machines(folder: Path, fork_server: ForkServer) -> Iterator[Callable[..., Machine]]:
    """Give out new machines, and look after all of them at the end."""
    with contextlib.ExitStack() as stack:

        def new(*arguments: Any, **options: Any) -> Machine:
            machine = Machine(folder, fork_server, *arguments, **options)
            stack.callback(machine.close)
            return machine

        yield new


@pytest.fixture
def new_machine(tmp_path, fork_server):
    with machines(tmp_path, fork_server) as new:
        yield new


def pytest_generate_tests(metafunc):
    if "outcome" in metafunc.fixturenames:
        metafunc.parametrize("outcome", metafunc.module.SCENARIOS, indirect=True)


@pytest.fixture(scope="module")
def outcomes(request, tmp_path_factory, fork_server):
    """Run the module's scenarios at the same time, each with `new_machine`, since they mostly wait."""
    with machines(tmp_path_factory.mktemp("machines"), fork_server) as new, ThreadPoolExecutor(16) as pool:
        yield {name: pool.submit(each, new) for name, each in request.module.SCENARIOS.items()}


@pytest.fixture
def outcome(outcomes, request):
    """What becomes of one of the module's scenarios; its `result` raises what failed."""
    return outcomes[request.param]
