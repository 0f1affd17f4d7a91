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


def test_the_status_still_says_accepted(tv):
    tv.script("status")
    [dialog] = tv.kodi.dialogs
    assert dialog.message.split("\n") == [
        LINE,
        "Simkl accepts this link.",
        "Valid until you remove the app at Simkl.",
    ]


def test_a_link_without_a_name_says_it_too(tv):
    text = tv.settings_file.read_text(encoding="utf-8")
    tv.write_settings(text.replace("    user:", "    unknown:"))
    tv.box.stop_listening()
    tv.service()
    assert tv.state().account_line == "Linked: link again, the old sign-in ends in 2027"


def test_the_reminder_comes_once_a_month_at_most(tv, serve):
    days = ["2026-12-01", "2026-12-01", "2026-12-31", "2027-01-20", "2027-01-21", "2027-03-01"]
    assert [serve(tv, day) for day in days] == [[REMINDER], [], [], [REMINDER], [], [REMINDER]]


def test_a_kodi_that_runs_for_months_is_reminded_each_month(tv):
    tv.restart()
    tv.wall = lambda: time.mktime((2026, 12, 1, 0, 0, 0, 0, 0, 0)) + tv.now() * 1440  # a day for each look of a minute
    tv.service(until=40 * 60.0)
    assert tv.toasts() == [REMINDER] * 2


def test_a_clock_that_starts_in_the_past_brings_no_reminder_more(tv, serve):
    days = ["2026-12-01", "1970-01-01", "2026-12-02", "1970-01-01"]
    assert [serve(tv, day) for day in days] == [[REMINDER], [], [], []]


def test_linking_again_uses_the_newer_sign_in_and_ends_the_reminders(tv, serve):
    assert serve(tv, "2026-12-01") == [REMINDER]
    tv.restart()
    tv.link_by_code()
    assert (tv.account()["auth"], tv.account()["client_id"]) == ("v2", NEW)
    assert tv.state().moving is False
    assert tv.state().account_line.startswith("Linked as sample_viewer since ")
    assert serve(tv, "2027-01-01") == []


def test_unlinking_ends_the_reminders(tv, serve):
    assert serve(tv, "2026-12-01") == [REMINDER]
    tv.restart()
    tv.kodi.answers = [True]
    tv.script("unlink")
    assert tv.state().moving is False
    assert REMINDER not in serve(tv, "2027-01-01")


def test_nobody_is_reminded_without_a_client_id_to_move_to(make_tv, serve):
    tv = make_tv()
    tv.become_linked()
    assert serve(tv, "2026-12-01") == []
    assert tv.state().moving is False


def test_who_is_linked_with_the_newer_sign_in_is_never_reminded(new, serve):
    new.become_linked(client_id=NEW)
    assert serve(new, "2026-12-01") == []


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
