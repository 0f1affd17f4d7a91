"""What a real Kodi needs of Debian: programs, an environment, and other releases for the versions not packaged here.

    python -m tests.real_kodi.debian        makes the releases that are missing: a minute and 0.9 GB each, as root

Those are made once, each in a folder, by debootstrap from the mirror that this machine's own apt uses, and kept outside
the project: in `$SIMKL_KODI_ROOTS`, else in /var/cache/simkl-link-tests.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional

from tests.real_kodi.versions import VERSIONS, KodiVersion

# Kodi's embedded Python finds its library through the `python3` on the PATH. With a virtualenv or pyenv first it
# loads a foreign one and dies at `import ssl` with "undefined symbol: _PyModule_Add".
CLEAN_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

PACKAGES = {
    "kodi": "kodi", "Xvfb": "xvfb", "import": "imagemagick", "kodi-send": "kodi-eventclients-kodi-send",
    "setpriv": "util-linux", "ffmpeg": "ffmpeg",
}  # fmt: skip
ROOTS = {"debootstrap": "debootstrap", "unshare": "util-linux", "mount": "mount", "chroot": "coreutils"}
BROWSER = {"chromium": "chromium", "chromedriver": "chromium-driver"}
# Not programs, and not looked for: drawing without a graphics card, and the fonts that the skins are made for.
PICTURES = "libgl1-mesa-dri fonts-noto-core fonts-noto-mono fonts-roboto-hinted"

DEFAULT_FOLDER = Path("/var/cache/simkl-link-tests")
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
apt-get update -qq && apt-get install -qq --no-install-recommends kodi libgl1-mesa-dri && apt-get clean
"""


class MissingPrograms(RuntimeError):
    """The machine cannot run a real Kodi; the message names the Debian packages to install."""


def require(who: str, programs: Dict[str, str], more: str = "") -> None:
    """Raise one `MissingPrograms` for all of the programs (and their packages) that are not there."""
    missing = [program for program in programs if shutil.which(program, path=CLEAN_PATH) is None]
    if missing:
        packages = " ".join([*(programs[program] for program in missing), *more.split()])
        raise MissingPrograms(
            f"{who} needs {', '.join(missing)} in {CLEAN_PATH}; on Debian: "
            f"apt-get install --no-install-recommends {packages}"
        )


def clean_environment(home: Path) -> Dict[str, str]:
    """Return an environment made from nothing: no `PYTHON*`, `VIRTUAL_ENV`, `PYENV*`, proxies, `XDG_*` or D-Bus."""
    return {"PATH": CLEAN_PATH, "HOME": str(home)}


def kodi_environment(home: Path) -> Dict[str, str]:
    """Return the clean environment with what Kodi's launcher sets, and OpenGL without a graphics card.

    There is no `LANG`: the launcher unsets it ("Turkish I"), so add-ons live in the C locale for people as well.
    """
    # Kodi 20 adds these while its thread for USB devices reads the environment, and now and then dies of that in
    # getenv before it is up. What is there already is changed in its place, which harms no reader.
    added_by_kodi = {"OS": "Linux", "TZ": "Etc/UTC", "LIRC_SOCKET_PATH": "/var/run/lirc/lircd"}
    set_by_its_launcher = {"MALLOC_MMAP_THRESHOLD_": "131072", "__GL_YIELD": "USLEEP"}
    return {**clean_environment(home), **added_by_kodi, **set_by_its_launcher, "LIBGL_ALWAYS_SOFTWARE": "1"}


class Root(NamedTuple):
    """A Debian in a folder."""

    folder: Path

    def enter(self, *shown: Path) -> List[str]:
        """Return a command that goes on inside with the rest of its line, by exec; `shown` are folders seen there."""
        return ["unshare", "--mount", "sh", "-c", _ENTER, "enter", str(self.folder), *map(str, shown), "--"]


def root_of(version: KodiVersion) -> Optional[Root]:
    """Return where this version of Kodi is, None for this machine itself; MissingPrograms when it is nowhere."""
    if version.suite == _own_suite():
        return None
    folder = _folder(version)
    if not folder.exists():
        raise MissingPrograms(f"no Kodi {version.major} in {folder}; to make it: python -m tests.real_kodi.debian")
    return Root(folder)


def binary_of(root: Optional[Root]) -> Path:
    """Return the program that the launcher `kodi` runs, as it is called from inside.

    Run without the launcher: that is a shell which outlives a killed Kodi, starts Kodi again when it asks for it, and
    after a crash spends seconds with gdb on a core file. Without it Kodi is our own child, and ends when we do.
    """
    top = root.folder if root else Path("/")
    found = sorted((top / "usr" / "lib").glob("**/kodi/kodi.bin"))
    if not found:
        raise MissingPrograms(f"no kodi.bin below {top / 'usr/lib'}; on Debian: apt-get install kodi-bin")
    return Path("/") / found[0].relative_to(top)


def make(version: KodiVersion) -> Path:
    """Make the root of a version unless it is there, and return it; it appears whole or not at all."""
    folder = _folder(version)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test runs may begin at once
        if not folder.exists():
            if os.geteuid() != 0:
                raise MissingPrograms("another version of Kodi needs debootstrap, mount and chroot: run this as root")
            require("another version of Kodi", ROOTS)
            draft = Root(folder.with_suffix(".draft"))
            shutil.rmtree(draft.folder, ignore_errors=True)  # of one that was killed
            _run("debootstrap", "--variant=minbase", version.suite, str(draft.folder), _mirror())
            (draft.folder / "etc" / "apt" / "apt.conf.d" / "90-of-the-machine").write_text(_apt_options())
            _run(*draft.enter(), "sh", "-c", _INSTALL)
            hosts = draft.folder / "etc" / "hosts"
            if not hosts.exists():  # without it Kodi 19 opens no port for notifications, and does not say why
                hosts.write_text("127.0.0.1 localhost\n")
            binary_of(draft)
            draft.folder.rename(folder)
    return folder


def _own_suite() -> str:
    """Return Debian's name for the release that this machine runs; an empty text on another system."""
    lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    values = dict(line.split("=", 1) for line in lines if "=" in line)
    return values.get("VERSION_CODENAME", "").strip('"') if values.get("ID") == "debian" else ""


def _folder(version: KodiVersion) -> Path:
    return Path(os.environ.get("SIMKL_KODI_ROOTS") or DEFAULT_FOLDER) / str(version)


def _mirror() -> str:
    """Return the address that this machine's apt fetches its own release from."""
    lines = _run("apt-get", "indextargets", "--format", "$(CODENAME) $(REPO_URI)", "Created-By: Packages").splitlines()
    found = [line.split(" ", 1)[1] for line in lines if line.split(" ", 1)[0] == _own_suite()]
    if not found:
        raise RuntimeError(f"apt on this machine knows no mirror of Debian's {_own_suite() or 'releases'}")
    return found[0]


def _apt_options() -> str:
    """Return how this machine's apt reaches the network: proxies, time limits, certificates."""
    lines = _run("apt-config", "dump").splitlines()
    return "".join(f"{line}\n" for line in lines if line.startswith(("Acquire::http", "Acquire::Retries")))


def _run(*command: str) -> str:
    env = {**os.environ, "PATH": CLEAN_PATH, "LC_ALL": "C"}
    done = subprocess.run(
        command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=BUILD_TIMEOUT
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-LOG_TAIL:])
        raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{tail}")
    return done.stdout


def main() -> int:
    """Make what is missing."""
    for version in VERSIONS:
        if version.suite != _own_suite():
            print(f"Kodi {version.major}: {make(version)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
