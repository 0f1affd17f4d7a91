"""The unit's own command serves in what the unit closes: no more system calls, files or rights than it allows."""

from __future__ import annotations

import os
import re
import signal
import subprocess

import pytest
import requests

from lib.system import files
from tests.web.page_server import SECONDS
from tests.web.unit_sandbox import UNIT, allowed_calls, unit_command


@pytest.fixture
def state(tmp_path):
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    files.write_atomic(folder / "settings.yaml", b"servers:\n  home: {hook: a-hook-secret-of-32-characters-00}\n")
    return folder


def environ(state, box) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin", "STATE_DIRECTORY": str(state), "SIMKL_CLIENT_ID": box.client_id,
        "SIMKL_API_URL": box.url, "SIMKL_SITE_URL": box.url, "SIMKL_SERVE__PORT": "0",
    }  # fmt: skip


def test_it_serves_keeps_and_ends_in_the_sandbox_of_the_unit(tmp_path, state, box):
    command = unit_command(state, tmp_path / "rules")
    process = subprocess.Popen(command, env=environ(state, box), cwd="/", stderr=subprocess.PIPE, text=True)
    address = next(found.group(1) for line in process.stderr if (found := re.search(r"serves at (http://\S+)/", line)))
    answer = requests.post(f"{address}/hook/a-hook-secret-of-32-characters-00", data=b"{}", timeout=SECONDS)
    assert (answer.status_code, requests.get(f"{address}/readyz", timeout=SECONDS).text) == (200, "ready\n")
    assert requests.get(f"{address}/", timeout=SECONDS).status_code == 200
    children = subprocess.check_output(["ps", "--ppid", str(process.pid), "-o", "pid="], text=True).split()
    os.kill(int((children or [process.pid])[0]), signal.SIGTERM)
    process.stderr.read()
    assert process.wait(SECONDS) == 0
    kept = {file.name: oct(file.stat().st_mode & 0o777) for file in state.iterdir() if file.suffix == ".db"}
    assert kept == {"plays.db": "0o600", "access.db": "0o600"}


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
