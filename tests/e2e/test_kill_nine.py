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
import select
import signal
import stat
import time
from pathlib import Path

import pytest
import yaml

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
        for step in changes(
            AccountStore(self.path)
        ):  # once round, for the first change to find what the last one leaves
            step()
        began = time.monotonic()
        for _ in range(TRIALS):
            files.write_atomic(folder / "trial", PERSONS_TEXT.encode("utf-8"), folder / "trial.bak")
        self.seconds = (time.monotonic() - began) / TRIALS
        for step in changes(AccountStore(self.path)):
            self.settings.append(self.path.read_bytes())
            self.backups.append(backup_path(self.path).read_bytes())
            step()

    def around(self, step: int) -> tuple[bytes, bytes]:
        """Return the settings before and after a change."""
        return self.settings[step % STEPS], self.settings[(step + 1) % STEPS]


class Victim:
    """A forked child that changes the settings for ever, beginning with change number `first`, until it is killed."""

    def __init__(self, path: Path, first: int) -> None:
        self._finished = mmap.mmap(-1, 8)
        self._writing = mmap.mmap(-1, 1)
        self._begun, begun = os.pipe()
        self._alive, alive = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                self._write_for_ever(path, first, begun)
            finally:
                os._exit(1)
        os.close(begun)
        os.close(alive)

    def _write_for_ever(self, path: Path, first: int, begun: int) -> None:
        os.umask(0)
        write_whole = files.write_atomic

        def telling(*arguments):
            self._writing[:] = b"w"
            os.write(begun, b"w")
            write_whole(*arguments)
            self._writing[:] = b" "

        files.write_atomic = telling
        steps = changes(AccountStore(path))
        for step in itertools.count(first):
            steps[step % STEPS]()
            self._finished[:] = (step + 1 - first).to_bytes(8, "big")

    def kill(self, writes: int, delay: float) -> tuple[int, bool]:
        """Kill it `delay` seconds after its write number `writes` began.

        Return how many changes it had finished, and whether it was writing.
        """
        for _ in range(writes):
            assert os.read(self._begun, 1), "the child has died by itself"
        died, _, _ = select.select([self._alive], [], [], delay)
        os.kill(self._pid, signal.SIGKILL)
        _, status = os.waitpid(self._pid, 0)
        assert not died and os.WTERMSIG(status) == signal.SIGKILL, "the child has died by itself"
        os.close(self._begun)
        os.close(self._alive)
        return int.from_bytes(self._finished, "big"), self._writing[:] == b"w"


@pytest.fixture
def undisturbed(tmp_path):
    return Undisturbed(tmp_path / "undisturbed")


def test_every_content_in_between_keeps_what_the_person_wrote(undisturbed):
    assert len(set(undisturbed.settings)) == STEPS
    head, tail = PERSONS_TEXT.split("accounts: {}")
    for content in undisturbed.settings:
        assert content.decode("utf-8").startswith(head)
        assert content.decode("utf-8").endswith(tail)
        assert len(yaml.safe_load(content)) == 3


def test_a_killed_writer_leaves_the_old_file_or_the_new_one(undisturbed, tmp_path):
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
        finished, hit = Victim(path, step).kill(chance.randint(1, 2), chance.uniform(0, 1.5 * undisturbed.seconds))
        step += finished
        old, new = undisturbed.around(step)
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
        half_forgotten = (
            step % STEPS in FORGETTING and backup_path(path).read_bytes() != undisturbed.backups[(step + 1) % STEPS]
        )
        step += found == new and not half_forgotten
    print(f"{hits} of {kills} kills hit a write: {leftovers} left a temporary file, {renewed} the new settings")


@pytest.mark.parametrize("step", FORGETTING)
def test_an_account_that_only_the_copy_holds_is_forgotten_by_trying_again(undisturbed, tmp_path, step):
    path = tmp_path / "settings.yaml"
    path.write_bytes(undisturbed.settings[(step + 1) % STEPS])
    backup_path(path).write_bytes(undisturbed.settings[step])
    forgotten = changes(AccountStore(path))[step]()
    assert forgotten is not None
    assert path.read_bytes() == undisturbed.settings[(step + 1) % STEPS]
    assert backup_path(path).read_bytes() == undisturbed.settings[(step + 1) % STEPS]
