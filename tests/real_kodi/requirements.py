"""The programs of the machine that a real Kodi needs, and the environment it is started in."""

import os
import shutil
from pathlib import Path
from typing import Dict

# Kodi's embedded Python finds its library through the `python3` on the PATH. With a virtualenv or pyenv first it
# loads a foreign one and dies at `import ssl` with "undefined symbol: _PyModule_Add".
CLEAN_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

PACKAGES = {
    "kodi": "kodi",
    "Xvfb": "xvfb",
    "import": "imagemagick",
    "kodi-send": "kodi-eventclients-kodi-send",
    "setpriv": "util-linux",
    "ffmpeg": "ffmpeg",
}

# For the versions of Kodi that this machine does not package.
ROOTS = {"debootstrap": "debootstrap", "unshare": "util-linux", "mount": "mount", "chroot": "coreutils"}

BROWSER = {"chromium": "chromium", "chromedriver": "chromium-driver"}

# Not programs, and not looked for: drawing without a graphics card, and the fonts that the skins are made for.
PICTURES = "libgl1-mesa-dri fonts-noto-core fonts-noto-mono fonts-roboto-hinted"


class MissingPrograms(RuntimeError):
    """The machine cannot run a real Kodi; the message names the Debian packages to install."""


def require_programs() -> None:
    """Raise one `MissingPrograms` for all programs that are not there."""
    _require("a real Kodi", PACKAGES, PICTURES)


def require_browser() -> None:
    """Raise one `MissingPrograms` for what a phone's browser needs and is not there."""
    _require("a phone's browser", BROWSER)


def require_root_tools() -> None:
    """Raise `MissingPrograms` for what making another version's Debian needs and is not there."""
    if os.geteuid() != 0:
        raise MissingPrograms("another version of Kodi needs debootstrap, mount and chroot: run this as root")
    _require("another version of Kodi", ROOTS)


def _require(who: str, programs: Dict[str, str], more: str = "") -> None:
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

    There is no `LANG`: the launcher unsets it ("Turkish I"), so add-ons live in the C locale on real fake servers too.
    """
    # Kodi 20 adds these while its thread for USB devices reads the environment, and now and then dies of that in
    # getenv before it is up. What is there already is changed in its place, which harms no reader.
    added_by_kodi = {"OS": "Linux", "TZ": "Etc/UTC", "LIRC_SOCKET_PATH": "/var/run/lirc/lircd"}
    return {
        **clean_environment(home),
        **added_by_kodi,
        "LIBGL_ALWAYS_SOFTWARE": "1",
        "MALLOC_MMAP_THRESHOLD_": "131072",
        "__GL_YIELD": "USLEEP",
    }


def kodi_binary(root: Path) -> Path:
    """Return the program that the launcher `kodi` runs, in the Debian at `root`.

    Run without the launcher: that is a shell which outlives a killed Kodi, starts Kodi again when it asks for it, and
    after a crash spends seconds with gdb on a core file. Without it Kodi is our own child, and ends when we do.
    """
    found = sorted((root / "usr" / "lib").glob("**/kodi/kodi.bin"))
    if not found:
        raise MissingPrograms(f"no kodi.bin below {root / 'usr/lib'}; on Debian: apt-get install kodi-bin")
    return found[0]
