"""kill -9 at any moment of writing leaves the old settings file or the new one, and never half of either.

A child changes accounts in a loop, as fast as it can, in a file that a person wrote. It says when it begins a write
and is killed within about the time that a write takes here. What it left behind is compared with what the same changes
leave behind when nobody disturbs them. Power cuts are more than kills: what fsync does on a disk cannot be seen here.
"""

from __future__ import annotations

import itertools
import mmap
import os
import random
import signal
import stat
import threading
import time
from pathlib import Path

import pytest

from lib.account.neighbours import backup_path
from lib.account.store import Account, AccountStore
from lib.simkl.api.users import User
from lib.simkl.auth.tokens import Token
from lib.system import files
from lib.system.secrets import Secret
from tests.trials import trials

pytestmark = pytest.mark.chance

KILLS = trials(210)
STEPS = 7
FORGETTING = (5, 6)
TRIALS = 10
PERSONS_TEXT = """\
# Written by hand, and it shall stay as it is.
simkl:
    client_id:   "abc"    # three blanks

unknown: [1,   2]
accounts: {}

# The last line has no newline"""


def changes(accounts: AccountStore):
    """Return changes that lead from an account-less file through every kind of write and back to where they began."""
    one, two = (
        Account(Token(Secret(f"token-{letter}" * 9), "abc"), "2026-11-24T06:00:00Z") for letter in ("one", "two")
    )
    return [
        lambda: accounts.save("default", one),
        lambda: accounts.update("default", one, user=User(900001, "sample_viewer", "free")),
        lambda: accounts.save("guest ä", two),
        lambda: accounts.save("default", two),
        lambda: accounts.update("default", two, needs_linking=True),
        lambda: accounts.forget("guest ä"),
        lambda: accounts.forget("default"),
    ]


class Undisturbed:
    """What settings file and backup hold around each change, and the seconds a write takes, when nobody is killed."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "settings.yaml"
        self.settings: list[bytes] = []
        self.backups: list[bytes] = []
        folder.mkdir(mode=0o700)
        self.path.write_text(PERSONS_TEXT, encoding="utf-8")
        for step in changes(AccountStore(self.path)):  # for the first change to find what the last one leaves
            step()
        began = time.monotonic()
        for _ in range(TRIALS):
            files.write_atomic(folder / "trial", PERSONS_TEXT.encode("utf-8"), folder / "trial.bak")
        self.seconds = (time.monotonic() - began) / TRIALS
        for step in changes(AccountStore(self.path)):
            self.settings.append(self.path.read_bytes())
            self.backups.append(backup_path(self.path).read_bytes())
            step()
        assert len(set(self.settings)) == STEPS


def killed(path: Path, first: int, writes: int, delay: float) -> tuple[int, bool]:
    """Change the settings for ever in a forked child, and kill it `delay` seconds after its write `writes` began.

    It begins with change number `first`. Return how many changes it had finished, and whether it was writing.
    """
    shared = mmap.mmap(-1, 9)
    begun, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            change_for_ever(path, first, shared, tell)
        finally:
            os._exit(1)
    os.close(tell)
    for _ in range(writes):
        assert os.read(begun, 1), "the child has died by itself"
    threading.Event().wait(delay)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(begun)
    assert os.WTERMSIG(status) == signal.SIGKILL, "the child has died by itself"
    return int.from_bytes(shared[:8], "big"), shared[8:] == b"w"


def change_for_ever(path: Path, first: int, shared: mmap.mmap, tell: int) -> None:
    os.umask(0)
    write_whole = files.write_atomic

    def telling(*arguments):
        shared[8:] = b"w"
        os.write(tell, b"w")
        write_whole(*arguments)
        shared[8:] = b" "

    files.write_atomic = telling
    steps = changes(AccountStore(path))
    for step in itertools.count(first):
        steps[step % STEPS]()
        shared[:8] = (step + 1 - first).to_bytes(8, "big")


def test_a_killed_writer_leaves_the_old_file_or_the_new_one(tmp_path):
    undisturbed = Undisturbed(tmp_path / "undisturbed")
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(10**6)))
    print(f"SEED={seed} repeats the moments of the kills")
    chance = random.Random(seed)
    path = tmp_path / "home" / "settings.yaml"
    path.parent.mkdir(mode=0o700)
    for file, content in ((path, undisturbed.settings[0]), (backup_path(path), undisturbed.backups[0])):
        file.write_bytes(content)
        file.chmod(0o600)
    step, kills, hits, leftovers, renewed = 0, 0, 0, 0, 0
    while kills < KILLS or not (hits >= KILLS / 10 and leftovers and 0 < renewed < kills):
        kills += 1
        assert kills <= 20 * KILLS, f"{hits} hit a write: {leftovers} left a temporary file, {renewed} the new settings"
        backup = backup_path(path).read_bytes()
        finished, hit = killed(path, step, chance.randint(1, 2), chance.uniform(0, 1.5 * undisturbed.seconds))
        step += finished
        old, new = (undisturbed.settings[each % STEPS] for each in (step, step + 1))
        found = path.read_bytes()
        assert found in (old, new)
        good = {old, undisturbed.backups[step % STEPS], undisturbed.backups[(step + 1) % STEPS]}
        assert backup_path(path).read_bytes() in (good if finished else good | {backup})
        for name in ("default", "guest ä"):
            AccountStore(path).get(name)
            AccountStore(backup_path(path)).get(name)
        assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
        hits += hit
        for leftover in path.parent.glob(".*.new"):
            leftovers += 1
            leftover.unlink()
        renewed += found == new
        # an account that is gone from the settings alone is forgotten once more: its token is still in the copy
        half = step % STEPS in FORGETTING and backup_path(path).read_bytes() != undisturbed.backups[(step + 1) % STEPS]
        step += found == new and not half
    print(f"{hits} of {kills} kills hit a write: {leftovers} left a temporary file, {renewed} the new settings")
