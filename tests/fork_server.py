"""Starts of plugin.py without the quarter of a second in which Python imports other people's libraries.

A process that has imported them forks for each start. The fork runs plugin.py as the interpreter itself would (its own
process id, signals, standard streams, exit code, and every module of `lib` imported anew); only its Python and those
libraries are warm. Starts from cold are in `e2e/test_program_ends.py`.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import IO, Any, Mapping, Sequence

ENTRY_POINT = Path(__file__).resolve().parents[1] / "plugin.py"
LIBRARIES = ("argparse", "filelock", "http.server", "requests", "schedule", "sqlite3", "yaml")
MESSAGE_BYTES = 65536


class ForkServer:
    """The process that forks."""

    def __init__(self) -> None:
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, str(Path(__file__).resolve()), str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,  # a pipe, since each program's streams are these with other numbers behind them
                stderr=subprocess.PIPE,
                start_new_session=True,
            )

    def start(
        self, arguments: Sequence[str], environ: Mapping[str, str], keyboard: bool = False, first: str = ""
    ) -> ForkedProgram:
        """Start plugin.py, perhaps after importing a module `first`."""
        pipes = {name: os.pipe() for name in ("stdout", "stderr", "report")}
        stdin = os.pipe() if keyboard else (os.open(os.devnull, os.O_RDONLY), None)
        theirs = [stdin[0], *(write for _, write in pipes.values())]
        order = json.dumps({"arguments": arguments, "environ": dict(environ), "first": first}).encode()
        socket.send_fds(self._orders, [order], theirs)
        for number in theirs:
            os.close(number)
        return ForkedProgram(stdin[1], *(read for read, _ in pipes.values()))

    def close(self) -> None:
        """End it; what it started goes on."""
        self._orders.close()
        assert self._process.communicate(timeout=60) == (b"", b"")


class ForkedProgram:
    """A plugin.py that was started, as `subprocess.Popen` would tell of it."""

    def __init__(self, stdin: int | None, stdout: int, stderr: int, report: int) -> None:
        self.stdin: IO[str] | None = None if stdin is None else os.fdopen(stdin, "w")
        self.stdout, self.stderr = os.fdopen(stdout, encoding="utf-8"), os.fdopen(stderr, encoding="utf-8")
        self._report = os.fdopen(report, "rb", buffering=0)
        self.pid = int(self._report.read(16))
        self.returncode: int | None = None

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        try:
            self.wait(0)
        except subprocess.TimeoutExpired:
            os.kill(self.pid, number)

    def wait(self, timeout: float) -> int:
        """Return its exit code; a signal's is negative. Raise subprocess.TimeoutExpired if it runs on."""
        if self.returncode is None:
            if not select.select([self._report], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("plugin.py", timeout)
            self.returncode = int(self._report.read(16))
            self._report.close()
        return self.returncode


def _watch(order: dict[str, Any], streams: list[int], report: int) -> None:
    """Fork; return in the program, and in the process that waits for it never."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    program = os.fork()
    if program:
        for stream in streams:
            os.close(stream)
        os.write(report, b"%16d" % program)
        _, status = os.waitpid(program, 0)
        os.write(report, b"%16d" % os.waitstatus_to_exitcode(status))
        os._exit(0)
    os.close(report)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(order["environ"])
    sys.argv = [str(ENTRY_POINT), *order["arguments"]]
    sys.path[0] = str(ENTRY_POINT.parent)
    if order["first"]:
        importlib.import_module(order["first"])


def _serve(orders: socket.socket) -> bool:
    """Fork for each order; return True in a program that is to begin, and False when there are no more orders."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that nobody has to wait for those who wait
    while True:
        message, numbers, _, _ = socket.recv_fds(orders, MESSAGE_BYTES, 4)
        if not message:
            return False
        *streams, report = numbers
        if os.fork() == 0:
            orders.close()
            _watch(json.loads(message), streams, report)
            return True
        for number in numbers:
            os.close(number)


if __name__ == "__main__":
    for library in LIBRARIES:
        importlib.import_module(library)
    if _serve(socket.socket(fileno=int(sys.argv[1]))):
        runpy.run_path(str(ENTRY_POINT), run_name="__main__")
