"""What `deploy/simkl-link.service` closes, done with bubblewrap: systemd itself cannot be had in a container.

`unit_command` returns the unit's own command inside of it: everything read-only but its state, no home folders, a
temporary folder and devices of its own, nobody's user without capabilities, and only the system calls that it allows.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.web.page_server import ROOT

UNIT = (ROOT / "deploy" / "simkl-link.service").read_text(encoding="utf-8")
USER = "61184"  # of those that DynamicUser takes
SECONDS = 60
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
