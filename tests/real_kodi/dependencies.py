"""The `script.module.*` add-ons of Kodi's repository, built from PyPI: a Kodi under test has no internet.

Which packages, `versions` says. Only pure Python goes in, as in the repository: Kodi's Python is not the one that runs
the tests.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, List
from xml.sax.saxutils import quoteattr

PROJECT = Path(__file__).resolve().parents[2]
CACHE = PROJECT / "build" / "kodi-modules"

ADDON_XML = """<?xml version="1.0" encoding="UTF-8"?>
<addon id={id} name={id} version={version} provider-name="PyPI">
    <requires>
        <import addon="xbmc.python" version="3.0.0"/>
    </requires>
    <extension point="xbmc.python.module" library="lib"/>
    <extension point="xbmc.addon.metadata">
        <summary lang="en_GB">{summary}</summary>
        <platform>all</platform>
    </extension>
</addon>
"""


def module_addons(modules: Dict[str, List[str]], cache: Path = CACHE) -> List[Path]:
    """Return the folders of the module add-ons, each named as its id; builds with pip those that are not in `cache`.

    modules: see `KodiVersion`.

    A folder appears whole or not at all (built aside, then renamed), so two test runs may share a cache.
    """
    return [_built(addon_id, packages, cache) for addon_id, packages in modules.items()]


def _built(addon_id: str, packages: List[str], cache: Path) -> Path:
    version = packages[0].split("==")[1]
    finished = cache / "+".join(packages).replace("==", "-") / addon_id
    if finished.exists():
        return finished
    finished.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as workshop:
        addon = Path(workshop) / addon_id
        _install(packages, addon / "lib")
        (addon / "addon.xml").write_text(
            ADDON_XML.format(id=quoteattr(addon_id), version=quoteattr(version), summary=" ".join(packages))
        )
        try:
            addon.rename(finished)
        except OSError:
            if not finished.exists():  # otherwise another test run was quicker
                raise
    return finished


def _install(packages: List[str], library: Path) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run(
        [*command, "--no-compile", "--target", str(library), *packages], capture_output=True, text=True, timeout=300
    )
    if done.returncode:
        raise RuntimeError(f"pip could not fetch {', '.join(packages)}:\n{done.stderr}")
    # What a wheel for the tests' Python brings compiled must not reach Kodi's Python. All of these packages fall
    # back to their pure part; PyYAML has no pure wheel, which is why this removes rather than asks for one.
    for compiled in library.rglob("*.so"):
        compiled.unlink()
    for unneeded in [library / "bin", library / "_yaml", *library.rglob("__pycache__")]:
        shutil.rmtree(unneeded, ignore_errors=True)
