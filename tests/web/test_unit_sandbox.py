"""The unit's own command serves in what the unit closes: no more system calls, files or rights than it allows."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest
import requests

from lib.system import files
from tests.fakes.servers import plex
from tests.fakes.servers.titles import Film
from tests.web.page_server import SECONDS
from tests.web.served import HOOK
from tests.web.unit_sandbox import UNIT, allowed_calls, unit_command


@pytest.fixture
def state(tmp_path):
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    files.write_atomic(folder / "settings.yaml", b"servers:\n  home: {hook: %s}\n" % HOOK.encode())
    return folder


def environ(state, box) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin", "STATE_DIRECTORY": str(state), "SIMKL_CLIENT_ID": box.client_id,
        "SIMKL_API_URL": box.url, "SIMKL_SITE_URL": box.url, "SIMKL_SERVE__PORT": "0",
    }  # fmt: skip


@contextlib.contextmanager
def serving(command, environ):
    """Run the program until the block ends, then end it as systemd does; its address."""
    process = subprocess.Popen(command, env=environ, cwd="/", stderr=subprocess.PIPE, text=True)
    try:
        yield next(found.group(1) for line in process.stderr if (found := re.search(r"serves at (http://\S+)/", line)))
    finally:
        (served,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()  # by bubblewrap
        os.kill(int(served), signal.SIGTERM)
        process.stderr.read()
    assert process.wait(SECONDS) == 0


def test_it_serves_keeps_and_ends_in_the_sandbox_of_the_unit(tmp_path, state, box):
    with serving(unit_command(state, tmp_path / "rules"), environ(state, box)) as address:
        assert requests.post(f"{address}/hook/{HOOK}", data=b"{}", timeout=SECONDS).status_code == 200
        assert requests.get(f"{address}/readyz", timeout=SECONDS).text == "ready\n"
        assert requests.get(f"{address}/", timeout=SECONDS).status_code == 200
    kept = {file.name: oct(file.stat().st_mode & 0o777) for file in state.iterdir() if file.suffix == ".db"}
    assert kept == {"plays.db": "0o600", "access.db": "0o600"}


def test_a_large_delivery_is_taken_where_nothing_but_the_state_can_be_written(tmp_path, state, box):
    """As in a read-only container; Plex puts a picture into its deliveries."""
    with serving(unit_command(state, tmp_path / "rules", "--dir"), environ(state, box)) as address:
        sent = plex.form(plex.payload("media.play", Film(), summary="x" * 2_000_000))
        headers = {"Content-Type": sent.content_type}
        answer = requests.post(f"{address}/hook/{HOOK}", data=sent.body, headers=headers, timeout=SECONDS)
        assert (answer.status_code, "not_linked" in answer.text) == (200, True)


REFUSED = {
    "ProtectSystem": "import os; os.open('/etc/made-by-a-test', os.O_CREAT | os.O_WRONLY)",
    "ProtectHome": "import os; os.listdir('/home')[0]",
    "SystemCallFilter": "import ctypes; assert ctypes.CDLL(None).ptrace(0, 0, 0, 0) == 0",
    "MemoryDenyWriteExecute": "import mmap; mmap.mmap(-1, 4096, prot=7)",
    "CapabilityBoundingSet": "import os; os.nice(-1)",
}


def test_what_the_unit_does_not_allow_fails_in_that_sandbox(tmp_path, state, box):
    assert allowed_calls() >= {"read", "write", "fsync"} and not allowed_calls() & {"mount", "ptrace", "fchown"}
    command = unit_command(state, tmp_path / "rules")
    shortened = command[: command.index("-B")]
    for setting, attempt in {**REFUSED, "": "pass"}.items():
        tried = [*shortened, "-c", attempt]
        found = subprocess.run(tried, env=environ(state, box), cwd="/", capture_output=True, timeout=SECONDS)
        assert found.returncode == (1 if setting else 0), (setting, found.stderr)
        assert f"{setting}=" in UNIT
