"""Other releases of Debian, each in a folder of its own, for the versions of Kodi that this machine does not package.

    python -m tests.real_kodi.roots        makes those that are missing: about a minute and 0.9 GB each, as root

They are made once, by debootstrap from the mirror that this machine's own apt uses, and kept outside the project: in
`$SIMKL_KODI_ROOTS`, else in /var/cache/simkl-link-tests.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import List, Optional, Sequence

from tests.real_kodi.requirements import CLEAN_PATH, MissingPrograms, kodi_binary, require_root_tools
from tests.real_kodi.versions import VERSIONS, KodiVersion

DEFAULT_FOLDER = Path("/var/cache/simkl-link-tests")
PACKAGES = ["kodi", "libgl1-mesa-dri"]
BUILD_TIMEOUT = 900.0
LOG_TAIL = 20

# In a mount namespace of its own nothing stays mounted, however it ends. $1: the root; then folders of this machine
# that are seen at the same place inside; after `--` the command.
_ENTER = """
root=$1; shift
mount --rbind /dev "$root/dev" && mount -t proc proc "$root/proc" || exit 125
while [ "$1" != -- ]; do
    mkdir -p "$root$1" && mount --bind "$1" "$root$1" || exit 125
    shift
done
shift
exec chroot "$root" "$@"
"""

_INSTALL = """
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && apt-get install -qq --no-install-recommends "$@" && apt-get clean
"""


class Root:
    """A Debian in a folder; `enter` is the beginning of a command line that goes on inside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def enter(self, *shown: Path) -> List[str]:
        """Return a command that gives way to the rest of its line by exec; `shown` are folders where they are here."""
        return ["unshare", "--mount", "sh", "-c", _ENTER, "enter", str(self.folder), *map(str, shown), "--"]


def root_of(version: KodiVersion) -> Optional[Root]:
    """Return where this version of Kodi is, None for this machine itself; MissingPrograms when it is nowhere."""
    if version.suite == own_suite():
        return None
    folder = _folder(version)
    if not folder.exists():
        raise MissingPrograms(f"no Kodi {version.major} in {folder}; to make it: python -m tests.real_kodi.roots")
    return Root(folder)


def binary_of(root: Optional[Root]) -> Path:
    """Return the program to start, as it is called from inside."""
    if root is None:
        return kodi_binary(Path("/"))
    return Path("/") / kodi_binary(root.folder).relative_to(root.folder)


def own_suite() -> str:
    """Return Debian's name for the release that this machine runs; an empty text on another system."""
    lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    values = dict(line.split("=", 1) for line in lines if "=" in line)
    return values.get("VERSION_CODENAME", "").strip('"') if values.get("ID") == "debian" else ""


def make(version: KodiVersion) -> Path:
    """Make the root of a version unless it is there, and return it; it appears whole or not at all."""
    folder = _folder(version)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs may begin at once
        if not folder.exists():
            require_root_tools()
            draft = folder.with_suffix(".draft")
            shutil.rmtree(draft, ignore_errors=True)  # of one that was killed
            _run(["debootstrap", "--variant=minbase", version.suite, str(draft), _mirror()])
            (draft / "etc" / "apt" / "apt.conf.d" / "90-of-the-machine").write_text(_apt_options())
            _run([*Root(draft).enter(), "sh", "-c", _INSTALL, "install", *PACKAGES])
            hosts = draft / "etc" / "hosts"
            if not hosts.exists():  # without it Kodi 19 opens no port for notifications, and does not say why
                hosts.write_text("127.0.0.1 localhost\n")
            kodi_binary(draft)
            draft.rename(folder)
    return folder


def _folder(version: KodiVersion) -> Path:
    return Path(os.environ.get("SIMKL_KODI_ROOTS") or DEFAULT_FOLDER) / str(version)


def _mirror() -> str:
    """Return the address that this machine's apt fetches its own release from."""
    wanted = ["--format", "$(CODENAME) $(REPO_URI)", "Created-By: Packages"]
    lines = _output(["apt-get", "indextargets", *wanted]).splitlines()
    found = [line.split(" ", 1)[1] for line in lines if line.split(" ", 1)[0] == own_suite()]
    if not found:
        raise RuntimeError(f"apt on this machine knows no mirror of Debian's {own_suite() or 'releases'}")
    return found[0]


def _apt_options() -> str:
    """Return how this machine's apt reaches the network: proxies, time limits, certificates."""
    lines = _output(["apt-config", "dump"]).splitlines()
    return "".join(f"{line}\n" for line in lines if line.startswith(("Acquire::http", "Acquire::Retries")))


def _output(command: List[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def _run(command: Sequence[str]) -> None:
    env = {**os.environ, "PATH": CLEAN_PATH, "LC_ALL": "C"}
    done = subprocess.run(
        command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=BUILD_TIMEOUT
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-LOG_TAIL:])
        raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{tail}")


def main() -> int:
    """Make what is missing."""
    for version in VERSIONS:
        if version.suite != own_suite():
            print(f"Kodi {version.major}: {make(version)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
