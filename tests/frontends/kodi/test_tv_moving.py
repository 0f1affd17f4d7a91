"""Moving over to AUTH V2: an older link goes on as it is, and Kodi says quietly that it should be made anew."""

import time

import pytest

from tests.fakes.simkl import App
from tests.frontends.kodi.conftest import NEW
from tests.frontends.kodi.tv import addon_like_ours

REMINDER = "Simkl is retiring the old sign-in. Link again when convenient."
LINE = "sample_viewer: link again, the old sign-in ends in 2027"


@pytest.fixture
def tv(make_tv):
    """A Kodi that was linked with the older sign-in, whose copy then gets a client id for the newer one."""
    tv = make_tv(apps=[App(NEW, "v2")])
    tv.become_linked()
    text = tv.settings_file.read_text(encoding="utf-8")
    tv.write_settings(f"simkl: {{client_id_v2: {NEW}}}\n{text}")
    tv.restart()
    return tv


@pytest.fixture
def serve(monkeypatch):
    """Return a function that starts Kodi anew on a day of the calendar, and returns what the service told."""

    def run(tv, day):
        tv.restart()
        tv.wall = lambda: time.mktime(time.strptime(day, "%Y-%m-%d"))
        assert tv.service() == 0
        return tv.toasts()

    return run


def test_the_account_line_says_link_again_and_the_menu_offers_it(tv):
    tv.service()
    assert tv.state().account_line == LINE
    assert tv.state().moving is True
    assert [entry.item.getLabel() for entry in tv.open().entries][:2] == [LINE, "Link again"]
    tv.restart()
    tv.script("status")
    lines = tv.kodi.dialogs[0].message.split("\n")
    assert lines == [LINE, "Simkl accepts this link.", "Valid until you remove the app at Simkl."]
    tv.kodi.answers = [True]
    tv.script("unlink")
    assert tv.state().moving is False


def test_the_reminder_comes_once_a_month_at_most(tv, serve):
    days = ["2026-12-01", "1970-01-01", "2026-12-31", "2027-01-20", "2027-01-21"]  # the clock is not set once
    assert [serve(tv, day) for day in days] == [[REMINDER], [], [], [REMINDER], []]


def test_a_kodi_that_runs_for_months_is_reminded_each_month(tv):
    tv.wall = lambda: time.mktime((2026, 12, 1, 0, 0, 0, 0, 0, 0)) + tv.now() * 1440  # a day for each look of a minute
    tv.service(until=40 * 60.0)
    assert tv.toasts() == [REMINDER] * 2


def test_linking_again_uses_the_newer_sign_in_and_ends_the_reminders(tv, serve):
    assert serve(tv, "2026-12-01") == [REMINDER]
    tv.restart()
    tv.link_by_code()
    assert (tv.account()["auth"], tv.account()["client_id"]) == ("v2", NEW)
    assert tv.state().moving is False
    assert tv.state().account_line.startswith("Linked as sample_viewer since ")
    assert serve(tv, "2027-01-01") == []


@pytest.mark.parametrize("client_id", [None, NEW], ids=["without a client id to move to", "with the newer sign-in"])
def test_who_need_not_move_is_not_reminded(make_tv, serve, client_id):
    tv = make_tv(client_id=client_id, **({"apps": [App(NEW, "v2")]} if client_id else {}))
    tv.become_linked(client_id=client_id)
    assert serve(tv, "2026-12-01") == []
    assert tv.state().moving is False


def test_an_update_of_the_add_on_that_brings_the_client_id_is_noticed(make_tv, serve, tmp_path, monkeypatch):
    addon = addon_like_ours(tmp_path / "addon")
    tv = make_tv(addon_folder=addon, apps=[App(NEW, "v2")])
    tv.become_linked()
    assert serve(tv, "2026-12-01") == []
    shipped = addon / "settings.yaml"
    shipped.write_text(shipped.read_text(encoding="utf-8") + f"# {NEW}\n", encoding="utf-8")
    monkeypatch.setenv("SIMKL_CLIENT_ID_V2", NEW)  # lib is the project's own, and reads the project's file
    assert serve(tv, "2026-12-02") == [REMINDER]
    assert tv.state().account_line == LINE
