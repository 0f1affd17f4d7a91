"""addon.xml: one version, as in our requests and the changelog; the oldest modules; the tile that Kodi lists."""

from __future__ import annotations

import datetime
import re
import xml.etree.ElementTree as ElementTree

import pytest

from lib.simkl.app import APP_VERSION
from tests.architecture.sources import ROOT
from tests.real_kodi.versions import KODI_19

ENTRY = re.compile(r"^## \[(?P<version>[^\]]+)\](?: - (?P<date>\S+))?$", re.MULTILINE)


def newest_entry(changelog: str) -> tuple[str, str]:
    """Return version and date of the newest release; ValueError if the entries are not in order or badly headed."""
    headings = re.findall(r"^## .*$", changelog, re.MULTILINE)
    entries = [(m["version"], m["date"] or "") for m in ENTRY.finditer(changelog)]
    if len(headings) != len(entries):
        raise ValueError(f"a heading is not `## [1.2.3] - 2026-01-31`: {headings}")
    releases = [entry for entry in entries if entry[0] != "Unreleased"]
    numbers = [tuple(int(part) for part in version.split(".")) for version, _ in releases]
    if numbers != sorted(numbers, reverse=True) or len(set(numbers)) != len(numbers):
        raise ValueError(f"the newest comes first, each once: {releases}")
    return releases[0]


def test_addon_xml_and_our_requests_say_the_version_of_the_changelog():
    addon = ElementTree.parse(ROOT / "addon.xml").getroot().attrib["version"]
    version, date = newest_entry((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert addon == APP_VERSION == version
    assert datetime.date.fromisoformat(date)


def test_the_oldest_kodi_is_tested_with_the_oldest_modules_that_addon_xml_asks_for():
    imports = ElementTree.parse(ROOT / "addon.xml").getroot().iter("import")
    asked = {each.attrib["addon"]: each.attrib["version"] for each in imports}
    assert asked.pop("xbmc.python") == "3.0.0"  # Kodi 19's
    tested = {addon: packages[0].partition("==")[2] for addon, packages in KODI_19.modules.items()}
    minor = [{addon: each.split(".")[:2] for addon, each in versions.items()} for versions in (asked, tested)]
    assert minor[0] == minor[1]


def test_there_is_one_tile_under_video_add_ons_and_run_script_finds_the_add_on():
    points = {each.get("point"): each for each in ElementTree.parse(ROOT / "addon.xml").getroot().iter("extension")}
    listed = [points[point] for point in ("xbmc.python.pluginsource", "xbmc.python.script") if point in points]
    tiles = [kind for each in listed for kind in (each.findtext("provides") or "executable").split()]
    assert tiles == ["video"], "a script that provides nothing is among the programs"
    assert points["xbmc.python.library"].get("library") == "plugin.py"


def test_the_newest_entry_is_the_first_release_and_a_changelog_out_of_order_is_noticed():
    changelog = "# C\n\n## [Unreleased]\n\n## [1.10.0] - 2026-02-01\n## [1.9.0] - 2026-01-01\n"
    assert newest_entry(changelog) == ("1.10.0", "2026-02-01")
    for wrong in (
        "## [1.9.0] - 2026-01-01\n" + changelog,
        changelog + "## [1.9.0] - 2026-01-01\n",
        "## 0.1.0 - 2026-01-01\n",
    ):
        with pytest.raises(ValueError, match="heading|newest"):
            newest_entry(wrong)
