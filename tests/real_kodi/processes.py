"""Processes as Linux shows them in /proc: who belongs to a group, what they cost, and ending all of them."""

import os
import signal
import subprocess
from pathlib import Path
from typing import List, NamedTuple

from tests.real_kodi.waiting import wait_until

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class Process(NamedTuple):
    """One line of /proc/PID/stat, as far as it is needed here."""

    pid: int
    name: str
    parent: int
    group: int
    cpu_seconds: float
    memory_bytes: int


def processes() -> List[Process]:
    """Return all processes that are alive; zombies, which only wait to be reaped, are left out."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "stat").read_text(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended between the listing and the reading
        # The name stands in parentheses and may itself hold spaces and parentheses: split at the last one.
        name, rest = line[line.index("(") + 1 :].rsplit(")", 1)
        field = rest.split()
        if field[0] in "ZX":
            continue
        # Own user and system time, then that of children which ended and were waited for.
        ticks = sum(int(number) for number in field[11:15])
        parent, group, memory = int(field[1]), int(field[2]), int(field[21]) * PAGE
        found.append(Process(int(folder.name), name, parent, group, ticks / TICKS, memory))
    return found


def group_members(group: int) -> List[Process]:
    """Return the living processes of one process group."""
    return [process for process in processes() if process.group == group]


def family(pid: int) -> List[Process]:
    """Return the process with this id and all its descendants, also those that moved to a group of their own."""
    everyone = processes()
    members = [process for process in everyone if process.pid == pid]
    known = {pid}
    grown = True
    while grown:
        children = [process for process in everyone if process.parent in known and process.pid not in known]
        members += children
        known.update(child.pid for child in children)
        grown = bool(children)
    return members


def end_group(leader: "subprocess.Popen[bytes]", grace: float = 0.0) -> None:
    """End the process group that `leader` was started with (`start_new_session=True`) and reap the leader.

    With `grace` the group first gets SIGTERM and that many seconds, then SIGKILL. Does nothing when all are gone.
    """
    steps = [(signal.SIGTERM, grace)] if grace else []
    for number, seconds in [*steps, (signal.SIGKILL, 5.0)]:
        leader.poll()
        if not group_members(leader.pid):
            break
        try:
            os.killpg(leader.pid, number)
            leader.wait(seconds)
        except ProcessLookupError:
            break  # the last one ended just now
        except subprocess.TimeoutExpired:
            continue
    leader.wait(5)
    wait_until(lambda: not group_members(leader.pid), 5, f"process group {leader.pid} ended")
