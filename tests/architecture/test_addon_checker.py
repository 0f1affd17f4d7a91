"""Kodi's own checker of add-ons finds no problem and no warning in the zip."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

SECONDS = 60
OLDEST = "matrix"  # Kodi 19. An add-on for it goes into its repository, from which every later Kodi installs too.
NEWER = ("nexus", "omega")
# Newer branches would like an API version that Kodi 19 does not have: with it, Kodi 19 could not install the add-on.
ADVICE = "For {branch} it is advised to set xbmc.python version to 3.0.1"
INFORMATION = {
    "Checking add-on plugin.video.simkl", "Created by Simkl Link contributors", "Addon id matches folder name",
    "This is a new addon", "Valid XML file found", "Image icon exists", "icon dimensions are fine 512x512",
    "Image fanart exists", "fanart dimensions are fine 1920x1080", "PO files are valid",
}  # fmt: skip
NOTICED = [
    "icon does not exist at specified path.", "Not found", "Required default language 'en_gb' is not present.",
    "is marked as stand-alone executable", "Complex entry point", "Schema validation failed", "Invalid xml found",
    "Required dependency script.module.nobody is not available in current repository",
    "Version mismatch for required dependency script.module.yaml",
]  # fmt: skip


def damage(folder: Path) -> None:
    """Damage a copy in ways that the checker tells apart; it looks at all of them, though not into broken XML."""
    (folder / "resources/icon.png").unlink()
    (folder / "LICENSE.txt").unlink()
    (folder / "resources/language/resource.language.en_gb/strings.po").unlink()
    (folder / "plugin.py").chmod(0o755)
    for name, old, new in (
        ("plugin.py", "import sys\n", "import sys\n" + "x = 1\n" * 15),
        ("addon.xml", "script.module.schedule", "script.module.nobody"),
        ("addon.xml", '"script.module.yaml" version="5.3.0"', '"script.module.yaml" version="7"'),
        ("addon.xml", "<platform>all</platform>", "<platform>everywhere</platform>"),
        ("resources/settings.xml", "</settings>", ""),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def reports(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, str]]]:
    """What the checker says, as (level, message), about the zip on each branch, and about a damaged copy.

    It runs in a process of its own, since it changes itself as it works.
    """
    copy = tmp_path_factory.mktemp("damaged") / unpacked.name
    shutil.copytree(unpacked, copy)
    damage(copy)
    orders = {**{branch: f"{branch}={unpacked}" for branch in (OLDEST, *NEWER)}, "damaged": f"{OLDEST}={copy}"}
    command = [sys.executable, "-m", "tests.architecture.run_addon_checker", *orders.values()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    return {name: found[order] for name, order in orders.items()}


def complaints(report: list[tuple[str, str]]) -> list[str]:
    return [message for level, message in report if level != "INFO"]


def test_the_zip_has_no_problem_and_a_newer_kodi_only_has_advice_that_would_shut_out_the_oldest(reports):
    assert complaints(reports[OLDEST]) == []
    for branch in NEWER:
        assert complaints(reports[branch]) == [ADVICE.format(branch=branch)]


def test_the_checker_really_looked(reports):
    for branch in (OLDEST, *NEWER):
        assert {message for level, message in reports[branch] if level == "INFO"} >= INFORMATION
    complained = "\n".join(complaints(reports["damaged"]))
    assert [each for each in NOTICED if each not in complained] == [], complained
