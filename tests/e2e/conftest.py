"""The real program as a process of its own, on a machine whose internet is a fake Simkl server."""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Iterator, NamedTuple

import pytest
import yaml

from tests.fakes.simkl import FakeSimkl
from tests.fork_server import ENTRY_POINT, ForkedProgram, ForkServer

LONG = 60.0  # seconds after which what did not happen never will
EARLY = 0.1  # seconds that a line may be read late, which makes what follows it look early
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
        self._readers = [
            threading.Thread(target=self._read, args=(name, getattr(self._process, name)), daemon=True)
            for name in self._lines
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, name: str, stream: Any) -> None:
        with stream:
            for text in stream:
                with self._news:
                    self._lines[name].append(Line(time.monotonic(), text.rstrip("\n")))
                    self._news.notify_all()

    def next_line(self, wanted: Callable[[str], bool], within: float = LONG) -> Line:
        """Wait for the next line on stdout that is wanted; those before it count as read."""

        def look() -> Line | None:
            while self._seen < len(self._lines["stdout"]):
                self._seen += 1
                if wanted(self._lines["stdout"][self._seen - 1].text):
                    return self._lines["stdout"][self._seen - 1]
            return None

        with self._news:
            found = self._news.wait_for(look, within)
        assert found, f"not said within {within} s; stdout: {self.out!r}, stderr: {self.err!r}"
        return found

    def next_event(self, name: str, within: float = LONG, **fields: Any) -> Line:
        """Wait for the next event of this name and with these fields."""
        wanted = {"event": name, **fields}
        return self.next_line(lambda text: wanted.items() <= json.loads(text).items(), within)

    def code(self, within: float = LONG) -> str:
        """Wait for the next code that is shown to programs, and return it."""
        return self.next_event("code", within).event["user_code"]

    def type_line(self, text: str) -> None:
        """Type a line, if it has a keyboard."""
        self._process.stdin.write(f"{text}\n")
        self._process.stdin.flush()

    def interrupt(self) -> float:
        """Press Ctrl-C; return when."""
        self._process.send_signal(signal.SIGINT)
        return time.monotonic()

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self._process.kill()
        self.ended()

    def ended(self, within: float = LONG) -> int:
        """Wait for the end and return the exit code; a signal's is negative."""
        code = self._process.wait(within)
        for reader in self._readers:
            reader.join(within)
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
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


class Machine:
    """A home folder with the program, and a fake Simkl server."""

    def __init__(self, home: Path, box: FakeSimkl, fork_server: ForkServer) -> None:
        self._fork_server = fork_server
        self.home = home
        self.box = box
        self.settings = home / ".config" / "simkl-plugin" / "settings.yaml"
        self.programs: list[Program] = []
        self.tokens: set[str] = set()
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "SIMKL_CLIENT_ID": box.client_id,
            "SIMKL_CLIENT_SECRET": CLIENT_SECRET,
            "SIMKL_API_URL": box.url,
            "SIMKL_SITE_URL": box.url,
        }

    def start(self, *arguments: str, launcher: tuple[str, ...] = (), keyboard: bool = False, **environ: str) -> Program:
        """Start the program with these arguments and environment variables, perhaps by a script that launches it."""
        environ = {**self.environ, **environ}
        if launcher:
            command = [sys.executable, *launcher, str(ENTRY_POINT), *arguments]
            pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
            self.programs.append(Program(subprocess.Popen(command, env=environ, text=True, **pipes)))
        else:
            self.programs.append(Program(self._fork_server.start(arguments, environ, keyboard)))
        return self.programs[-1]

    def run(self, *arguments: str, **environ: str) -> tuple[int, Program]:
        """Run the program to its end."""
        program = self.start(*arguments, **environ)
        return program.ended(), program

    def link(self) -> None:
        """Link the default account."""
        program = self.start("link", "--json")
        self.box.approve(program.code())
        assert program.ended() == 0
        self.tokens |= {grant.token for grant in self.box.tokens}

    @property
    def accounts(self) -> dict[str, Any]:
        return yaml.safe_load(self.settings.read_text(encoding="utf-8"))["accounts"]

    @property
    def polls(self) -> list[float]:
        """When the program polled, on the fake server's clock."""
        return [request.at for request in self.box.requests if request.path.startswith("/oauth/pin/")]

    @property
    def gaps(self) -> list[float]:
        """Seconds between two polls."""
        return [later - earlier for earlier, later in zip(self.polls, self.polls[1:])]

    def close(self) -> None:
        """End what still runs, and check what holds for every run of the program."""
        left = [program for program in self.programs if program.running_after(0)]
        for program in left:
            program.kill()
        self.box.stop()
        secrets = self.tokens | {CLIENT_SECRET}
        secrets |= {token for grant in self.box.grants for token in (grant.token, grant.refresh_token) if token}
        secrets |= {r.fields[name] for r in self.box.requests for name in SECRET_FIELDS if r.fields.get(name)}
        for program in self.programs:
            assert "Traceback" not in program.err
            assert not [secret for secret in secrets if secret in program.out + program.err]
        assert self.box.unattributed == []
        assert self.box.too_fast == []


@contextlib.contextmanager
def machines(folder: Path, fork_server: ForkServer) -> Iterator[Callable[..., Machine]]:
    """Give out new machines, and look after all of them at the end."""
    with contextlib.ExitStack() as stack:

        def new(**options: Any) -> Machine:
            box = stack.enter_context(FakeSimkl(**{"interval": 1, **options}))
            home = folder / f"home-{box.url.rpartition(':')[2]}"
            home.mkdir()
            machine = Machine(home, box, fork_server)
            stack.callback(machine.close)
            return machine

        yield new


@pytest.fixture
def new_machine(tmp_path, fork_server):
    with machines(tmp_path, fork_server) as new:
        yield new


@pytest.fixture
def machine(new_machine):
    return new_machine()


def scenarios(module: ModuleType) -> list[Callable[..., None]]:
    """The module's functions that are given `new_machine` and are no tests by themselves."""
    own = [each for each in vars(module).values() if getattr(each, "__module__", "") == module.__name__]
    functions = [each for each in own if inspect.isfunction(each) and not each.__name__.startswith("test_")]
    return [each for each in functions if list(inspect.signature(each).parameters) == ["new_machine"]]


def pytest_generate_tests(metafunc):
    if "scenario" in metafunc.fixturenames:
        metafunc.parametrize("scenario", scenarios(metafunc.module), ids=lambda scenario: scenario.__name__)


@pytest.fixture(scope="module")
def outcomes(request, new_machine_of_module):
    """Run the module's scenarios at the same time, since they mostly wait; `result()` of each raises what failed."""
    with ThreadPoolExecutor(max_workers=16) as pool:
        yield {each: pool.submit(each, new_machine_of_module) for each in scenarios(request.module)}


@pytest.fixture(scope="module")
def new_machine_of_module(tmp_path_factory, fork_server):
    with machines(tmp_path_factory.mktemp("machines"), fork_server) as new:
        yield new
