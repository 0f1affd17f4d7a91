"""What the add-on remembers, and what a person sets: apart, and neither is lost while the other is saved."""

import json
import xml.etree.ElementTree as ElementTree
from dataclasses import asdict
from unittest import mock

import pytest

from lib.kodi.settings import AddonSettings
from tests.frontends.kodi.tv import PROJECT

OF_0_2_0 = """<settings version="2">
    <setting id="owner">900001</setting>
    <setting id="linked">true</setting>
    <setting id="account">Linked as sample_viewer since 24/11/2026</setting>
    <setting id="welcomed">true</setting>
    <setting id="moving_told">2026-11</setting>
    <setting id="former_owner">linked at 2026-11-24T06:00:00Z</setting>
    <setting id="rival_told" default="true" />
    <setting id="mark">90</setting>
</settings>
"""
HALF = OF_0_2_0[:200]


def test_what_version_0_2_0_remembered_in_kodis_settings_is_taken_over_unless_a_power_cut_spoilt_it(tv):
    tv.data.mkdir(parents=True)
    for spoilt in (HALF, "no xml at all"):
        (tv.data / "settings.xml").write_text(spoilt)
        assert (tv.state().owner, tv.state().linked) == ("", False)
    (tv.data / "settings.xml").write_text(OF_0_2_0)
    tv.remember(last_rating=8)
    found = tv.state()
    assert (found.owner, found.linked, found.welcomed, found.moving_told) == ("900001", True, True, "2026-11")
    assert (found.former_owner, found.rivals_told) == ("linked at 2026-11-24T06:00:00Z", "")


def test_a_value_of_another_type_is_the_default(tv):
    spoilt = {"owner": 5, "linked": "yes", "asked": ["a", 1], "last_rating": None, "unknown": 1, "welcomed": True}
    tv.remember(owner="900001")
    (tv.data / "state.json").write_text(json.dumps(spoilt))
    found = tv.state()
    assert (found.owner, found.linked, found.asked, found.last_rating, found.welcomed) == ("", False, ("a",), 0, True)


@pytest.mark.parametrize("name", ["Åse 🎬", 'Jo "the $INFO[System.Time] one", (really)', "a\\b", "x" * 3000])
def test_an_account_of_any_name_is_shown_at_once_and_not_kept_in_kodis_settings(tv, monkeypatch, name):
    monkeypatch.setattr(tv.kodi.settings, "set", lambda *_: pytest.fail("the add-on writes into Kodi's settings"))
    with tv.inside():
        addon = tv.addon()
        addon.state.change(linked=True, account_line=name)
        addon.publish_state()
        assert tv.addon().state.read().account_line == name
    assert tv.kodi.properties[10000]["simkl.account"] == name


def test_a_state_that_cannot_be_read_leaves_what_was_read_last_and_two_runs_lose_nothing(tv):
    tv.remember(linked=True)
    with tv.inside():
        one, other = tv.addon().state, tv.addon().state
        one.read(), other.read()
        assert one.change(owner="900001") and other.change(welcomed=True) and not one.change(welcomed=True)
        assert (one.read().owner, one.read().welcomed) == ("900001", True)
        for spoilt in ("", "{", "[1]", "\0"):
            (tv.data / "state.json").write_text(spoilt)
            assert one.read().owner == "900001"
        one.change(nameless=True)
    assert (tv.state().owner, tv.state().welcomed, tv.state().nameless) == ("900001", True, True)


def test_a_state_that_the_disk_does_not_take_holds_for_this_run_and_is_logged(tv, caplog):
    (tv.data / "state.json" / "in the way").mkdir(parents=True)
    with tv.inside():
        state = tv.addon().state
        assert state.change(welcomed=True) and state.read().welcomed
    assert "the add-on's state cannot be kept" in caplog.text


# what a person sets


@pytest.mark.parametrize("half", [HALF, ""])
def test_settings_are_read_again_when_kodi_says_that_they_changed_unless_they_cannot_be_read(tv, monkeypatch, half):
    values = tv.kodi.settings.values
    tv.data.mkdir(parents=True)
    whole = tv.data / "settings.xml"
    whole.write_text(OF_0_2_0)
    values.update(ask_rating=True, mark=90, exclude_folder_1="/home/", client_id="mine")
    with tv.inside():
        addon = tv.addon()
        before = addon.settings
        whole.write_text(half)  # it is just being saved
        values.update(ask_rating=False, mark=80, exclude_folder_1="", client_id="")
        addon.monitor.onSettingsChanged()
        assert addon.settings == before
        whole.write_text(OF_0_2_0)
        values.update(ask_rating=True, mark=85, exclude_folder_1="/home/", client_id="mine")
        assert (addon.settings.mark, addon.settings.client_id) == (85, "mine")
        values["mark"] = 95
        assert addon.settings.mark == 85
        addon.monitor.onSettingsChanged()
        assert addon.settings.mark == 95
        monkeypatch.setattr(tv.kodi.settings, "get", mock.Mock(side_effect=TypeError("Invalid setting type")))
        addon.monitor.onSettingsChanged()
        assert addon.settings.mark == 95


def test_every_setting_is_in_kodis_file_with_the_same_default():
    root = ElementTree.parse(PROJECT / "resources" / "settings.xml").getroot()
    rows = {
        each.get("id"): each.findtext("default") or ""
        for each in root.iter("setting")
        if each.find("control").get("format") != "action" and each.get("type") != "action"
    }
    defaults = asdict(AddonSettings())
    ours = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in defaults.items()}
    assert {name: value for name, value in rows.items() if name in ours} == ours
    assert [each for each in rows if each not in ours and not rows[each].startswith("$INFO")] == []
