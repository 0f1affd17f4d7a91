"""Kodi's own checker of add-ons finds no problem and no warning in the zip."""

from __future__ import annotations

import json
import os
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
INFORMATION = [
    "Checking add-on plugin.video.simkl",
    "Created by Simkl Link contributors",
    "Addon id matches folder name",
    "This is a new addon",
    "Valid XML file found",
    "Image icon exists",
    "icon dimensions are fine 512x512",
    "Image fanart exists",
    "fanart dimensions are fine 1920x1080",
    "PO files are valid",
]


def check(*orders: tuple[str, Path]) -> dict[tuple[str, Path], list[tuple[str, str]]]:
    """Run the checker in a process of its own, since it changes itself as it works, and bound its time."""
    command = [
        sys.executable,
        "-m",
        "tests.architecture.run_addon_checker",
        *(f"{branch}={path}" for branch, path in orders),
    ]
    environ = {**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    reports = json.loads(done.stdout.splitlines()[-1])
    return {(branch, path): [tuple(record) for record in reports[f"{branch}={path}"]] for branch, path in orders}


def without(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).unlink()


def with_text(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


DAMAGES = {
    "no icon": (lambda f: without(f, "resources/icon.png"), "icon does not exist at specified path."),
    "no licence": (lambda f: without(f, "LICENSE.txt"), "Not found"),
    "executable": (lambda f: (f / "plugin.py").chmod(0o755), "is marked as stand-alone executable"),
    "an unknown dependency": (
        lambda f: with_text(f, "addon.xml", "script.module.schedule", "script.module.nobody"),
        "Required dependency script.module.nobody is not available in current repository",
    ),
    "a dependency that is too new": (
        lambda f: with_text(f, "addon.xml", '"script.module.yaml" version="5.3.0"', '"script.module.yaml" version="7"'),
        "Version mismatch for required dependency script.module.yaml",
    ),
    "no English": (
        lambda f: without(f, "resources/language/resource.language.en_gb/strings.po"),
        "Required default language 'en_gb' is not present.",
    ),
    "broken XML": (lambda f: with_text(f, "resources/settings.xml", "</settings>", ""), "Invalid xml found"),
    "a long entry file": (
        lambda f: with_text(f, "plugin.py", "import sys\n", "import sys\n" + "x = 1\n" * 15),
        "Complex entry point",
    ),
    "an unknown platform": (
        lambda f: with_text(f, "addon.xml", "<platform>all</platform>", "<platform>everywhere</platform>"),
        "Schema validation failed",
    ),
}


@pytest.fixture(scope="module")
def reports(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, str]]]:
    """What the checker says about the zip on each branch, and about a damaged copy for each damage; in one run."""
    orders = {branch: (branch, unpacked) for branch in (OLDEST, *NEWER)}
    for name, (damage, _) in DAMAGES.items():
        copy = tmp_path_factory.mktemp("damaged") / unpacked.name
        shutil.copytree(unpacked, copy)
        damage(copy)
        orders[name] = (OLDEST, copy)
    found = check(*orders.values())
    return {name: found[order] for name, order in orders.items()}


def complaints(report: list[tuple[str, str]]) -> list[str]:
    return [message for level, message in report if level != "INFO"]


def test_the_zip_has_no_problem_and_no_warning(reports):
    assert complaints(reports[OLDEST]) == []


@pytest.mark.parametrize("branch", NEWER)
def test_a_newer_kodi_has_only_the_advice_that_would_shut_out_the_oldest(reports, branch):
    assert complaints(reports[branch]) == [ADVICE.format(branch=branch)]


@pytest.mark.parametrize("branch", [OLDEST, *NEWER])
def test_the_checker_really_looked(reports, branch):
    said = [message for level, message in reports[branch] if level == "INFO"]
    assert [line for line in INFORMATION if line not in said] == []


@pytest.mark.parametrize("name", DAMAGES)
def test_the_checker_notices_what_is_wrong(reports, name):
    expected = DAMAGES[name][1]
    assert any(expected in message for message in complaints(reports[name])), reports[name]
