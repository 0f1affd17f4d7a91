"""plugin.py in a process of its own each time, without half a second of imports: a process that has them forks.

    python -B -m tests.architecture.warm_program

Each line on stdin is a JSON object with `argv`, `environ`, and the named pipes `stdout` and `stderr`; `internal error`
says to break what asks for the user's name. Once the program has ended, a line with its exit code comes back.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import runpy
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, Any, Callable, Mapping, Sequence

from tests.architecture.sources import ROOT

SECONDS = 60
PRELOADED = (
    "filelock", "lib.account.grants", "lib.account.sign_in.by_browser", "lib.account.sign_in.by_code",
    "lib.account.status", "lib.terminal.entry", "lib.terminal.link_command", "requests", "schedule", "yaml",
)  # fmt: skip


class WarmProgram:
    """The process that forks. `run` is one start of plugin.py, to its end."""

    def __init__(self) -> None:
        command = [sys.executable, "-B", "-m", __name__]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def close(self) -> None:
        self._process.communicate(timeout=SECONDS)

    def run(
        self,
        argv: Sequence[str],
        environ: Mapping[str, str],
        broken: bool = False,
        meanwhile: Callable[[IO[bytes]], bytes] = lambda stdout: b"",
    ) -> tuple[int, bytes, bytes]:
        """Start plugin.py and return its exit code, stdout and stderr.

        `meanwhile(stdout)` does what a person does, and returns what it has read.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        with tempfile.TemporaryDirectory() as folder:
            pipes = {name: f"{folder}/{name}" for name in ("stdout", "stderr")}
            for pipe in pipes.values():
                os.mkfifo(pipe)
            order = {"argv": list(argv), "environ": dict(environ), "broken": broken, **pipes}
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
            errors: list[bytes] = []
            with open(pipes["stdout"], "rb") as stdout, open(pipes["stderr"], "rb") as stderr:
                reader = threading.Thread(target=lambda: errors.append(stderr.read()), daemon=True)
                reader.start()
                read = meanwhile(stdout) + stdout.read()
                reader.join(SECONDS)
        return int(self._process.stdout.readline()), read, errors[0]


def _broken(transport: Any, token: Any) -> None:
    raise RuntimeError(f"{os.environ['DEFECT']}: {token.access.reveal()}")


def _be_the_program(order: Mapping[str, Any]) -> None:
    for name, number in (("stdout", 1), ("stderr", 2)):
        os.dup2(os.open(order[name], os.O_WRONLY), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    os.environ.update(order["environ"])
    tempfile.tempdir = None
    if order["broken"]:
        for module in ("lib.account.grants", "lib.account.status"):
            sys.modules[module].fetch_user = _broken  # type: ignore[attr-defined]
    sys.argv = ["plugin.py", *order["argv"]]
    runpy.run_path("plugin.py", run_name="__main__")


def _run(order: Mapping[str, Any]) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _be_the_program(order)
            code = 0
        except SystemExit as ending:
            code = int(ending.code or 0)
        except BaseException:  # noqa: BLE001 - what the interpreter would print is part of what a secret may be in
            sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        finally:
            with contextlib.suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def main() -> None:
    """Fork for each line until there are no more."""
    for module in PRELOADED:
        importlib.import_module(module)
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    for line in sys.stdin:
        print(_run(json.loads(line)), file=answers)


if __name__ == "__main__":
    assert Path.cwd() == ROOT
    main()
