"""The unit's own command serves in what the unit closes: no more system calls, files or rights than it allows.

That is done with bubblewrap, since systemd itself cannot be had in a container: everything read-only but the state, no
home folders, a temporary folder and devices of its own, nobody's user without capabilities, and only the system calls
that the unit allows.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from lib.system import files
from tests.fakes.servers import plex
from tests.fakes.servers.common import Film
from tests.web.served import HOOK, ROOT, SECONDS

UNIT = (ROOT / "deploy" / "simkl-link.service").read_text(encoding="utf-8")
USER = "61184"  # of those that DynamicUser takes
# Compiles the filter; libseccomp's binding is Debian's, so another Python than ours may be needed for it.
assert "SystemCallErrorNumber=EPERM" in UNIT and "MemoryDenyWriteExecute=yes" in UNIT
_COMPILE = """
import errno, seccomp, sys
calls = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
for name in sys.argv[2:]:
    if name in ("mmap", "mprotect", "pkey_mprotect"):  # MemoryDenyWriteExecute: nothing writable becomes executable
        calls.add_rule(seccomp.ALLOW, name, seccomp.Arg(2, seccomp.MASKED_EQ, 4, 0))
        if name == "mmap":
            calls.add_rule(seccomp.ALLOW, name, seccomp.Arg(2, seccomp.MASKED_EQ, 2, 0))
        continue
    try:
        calls.add_rule(seccomp.ALLOW, name)
    except (RuntimeError, ValueError):  # not one of this machine's
        pass
with open(sys.argv[1], "wb") as file:
    calls.export_bpf(file)
"""


def allowed_calls() -> set[str]:
    """Return the system calls that the unit's filter lets through."""
    lines = re.findall(r"^SystemCallFilter=(~?)(.+)$", UNIT, re.MULTILINE)
    allowed: set[str] = set()
    for refused, groups in lines:
        for group in groups.split():
            allowed = allowed - _calls(group) if refused else allowed | _calls(group)
    return allowed


def unit_command(state: Path, rules: Path, temporary: str = "--tmpfs") -> list[str]:
    """Return ExecStart in a sandbox with this state folder; `rules` is a file for the filter.

    `temporary` is how there is a /tmp: "--dir" for one that may only be read, as in a read-only container.
    """
    missing = [program for program in ("bwrap", "systemd-analyze") if not shutil.which(program)]
    assert not missing, f"{missing} not found: install Debian's bubblewrap, systemd and python3-seccomp"
    subprocess.run(["/usr/bin/python3", "-c", _COMPILE, str(rules), *sorted(allowed_calls())], check=True)
    started = re.search(r"^ExecStart=(.+)$", UNIT, re.MULTILINE).group(1).replace("${STATE_DIRECTORY}", str(state))
    command = started.replace("/opt/simkl-link/.venv/bin/python", sys.executable).replace("/opt/simkl-link", str(ROOT))
    sandbox = [
        "bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", temporary, "/tmp", "--tmpfs", "/home",
        "--tmpfs", "/root", "--ro-bind", sys.base_prefix, sys.base_prefix, "--ro-bind", str(ROOT), str(ROOT),
        "--bind", str(state), str(state), "--unshare-user", "--unshare-ipc", "--unshare-uts", "--uid", USER,
        "--gid", USER, "--cap-drop", "ALL", "--die-with-parent", "--seccomp", "9",
    ]  # fmt: skip
    return ["sh", "-c", 'umask 077; exec "$@" 9<"$0"', str(rules), *sandbox, *command.split()]


def _calls(group: str) -> set[str]:
    """Return the calls of one of systemd's groups, those of the groups in it too."""
    if not group.startswith("@"):
        return {group}
    told = subprocess.run(["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True)
    names = [line.strip() for line in told.stdout.splitlines()[1:]]
    return {call for name in names if name and not name.startswith("#") for call in _calls(name)}


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
