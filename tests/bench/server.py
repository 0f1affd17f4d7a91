"""What a delivery to the server costs beside a bare answer under the same load, and the other figures of the server."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tests.bench import server_full, server_people
from tests.bench.load import FIRST_ID, films
from tests.bench.rows import Row
from tests.fakes.simkl import FakeSimkl, Movie
from tests.web.served import LOOK_SECONDS, ServedProgram

SECONDS = 6.0
PEOPLE = [f"viewer{number}" for number in range(8)]
AIM_SHARE, AIM_P99 = 1 / 3, 0.015


def measure(folder: Path) -> list[Row]:
    """Put the server and a bare answer under the same load, and fill a store."""
    folder.mkdir(parents=True)
    return [*_beside_hello(folder), *server_full.measure(folder / "full"), *server_people.measure(folder)]


def _beside_hello(folder: Path) -> list[Row]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    hello = subprocess.Popen([sys.executable, "-m", "tests.bench.hello", str(port)], stderr=subprocess.DEVNULL)
    known = [
        Movie(film.title, film.year, FIRST_ID + int(film.number), dict(film.ids))
        for client in range(len(PEOPLE))
        for film in films(client)
    ]
    with FakeSimkl(limits=False, catalogue=known) as box:
        program = ServedProgram(folder, box, PEOPLE)
        began = time.perf_counter()
        program.start()
        started = time.perf_counter() - began
        _answers(port)
        bare = _under_load(port, "/")
        ours = _under_load(program.port, program.hook.partition(str(program.port))[2])
        program.terminate()
    hello.kill()
    hello.wait()
    share = ours["a_second"] / bare["a_second"]
    what = f"{len(PEOPLE)} clients at once, each delivery on the disk before its answer"
    return [
        Row("start of the server until it answers", f"{started:.1f} s"),
        Row(f"{what}, a second", f"{ours['a_second']:.0f} of hello's {bare['a_second']:.0f}", f"aim {AIM_SHARE:.0%}"),
        Row(f"{what}, share of hello's", f"{share:.0%}", f"aim {AIM_SHARE:.0%}"),
        Row(
            f"{what}, p99",
            f"{ours['p99'] * 1000:.0f} ms (hello {bare['p99'] * 1000:.0f})",
            f"aim {AIM_P99 * 1000:.0f} ms",
        ),
    ]


def _answers(port: int) -> None:
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            threading.Event().wait(LOOK_SECONDS)


def _under_load(port: int, path: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.load", str(port), path, str(SECONDS)]
    return dict(json.loads(subprocess.check_output(command)))
