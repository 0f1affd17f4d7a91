"""What runs while Kodi runs: a word of welcome, a missing name, and next to nothing else."""

import time

import pytest

from tests.frontends.kodi.idle import imported_by
from tests.frontends.kodi.screen import code_is_shown, sees
from tests.frontends.kodi.tv import AT_ONCE

WELCOME = "Find it under Video add-ons"
HOUR = 3600


def test_a_fresh_installation_says_once_how_to_link(tv):
    tv.service()
    [toast] = tv.kodi.notifications
    assert (toast.heading, toast.message, toast.sound) == ("Simkl Link", WELCOME, False)
    assert tv.state().account_line == "Not linked"
    tv.restart()
    tv.service()
    assert tv.toasts() == []
    tv.become_linked()
    tv.kodi.answers = [True]
    tv.script("unlink")
    tv.service()
    assert tv.toasts() == ["Unlinked"]  # nor is who was linked once


def test_without_a_link_nothing_heavy_is_imported(tv):
    tv.service()  # the welcome is remembered under a lock, once
    assert imported_by(tv.profile, "") <= {"sqlite3"}


def files_of(tv):
    """Return the files of a profile with their times; folders change whenever sqlite opens the queue."""
    return sorted((path.name, path.stat().st_mtime_ns) for path in tv.profile.rglob("*") if path.is_file())


@pytest.mark.parametrize("linked", [False, True])
def test_hours_of_idling_ask_simkl_nothing_and_write_nothing(request, linked):
    tv = request.getfixturevalue("couch" if linked else "tv")  # the couch waits for the threads of who is linked
    tv.service()  # makes the queue's file, and remembers that it has welcomed
    tv.restart()
    before, asked = files_of(tv), tv.paths()
    assert ("queue.db" in dict(before)) == linked
    tv.service(until=4 * HOUR)
    assert tv.paths() == asked
    assert files_of(tv) == before


def test_what_was_forgotten_about_the_account_is_read_from_the_settings_file(tv):
    tv.become_linked()
    line = tv.state().account_line
    tv.restart()
    tv.remember(account_line="", linked=False, account_version="")
    for name in tv.kodi.settings.values:  # and a person has pressed Defaults in Kodi's settings
        tv.kodi.settings.values[name] = tv.kodi.settings.parse(name, tv.kodi.settings.defaults[name])
    tv.service(until=300)
    assert (tv.state().account_line, tv.state().linked, line.partition(" since ")[0]) == (
        line, True, "Linked as sample_viewer"
    )  # fmt: skip
    assert tv.toasts() == []


def test_a_broken_settings_file_is_logged_and_otherwise_let_be(tv):
    tv.become_linked()
    tv.write_settings("accounts: [")
    tv.restart()
    tv.remember(nameless=True)
    assert tv.service() == 0
    assert f"{tv.settings_file}, line 1" in tv.kodi.log_text()
    assert tv.toasts() == []
    assert tv.settings_file.read_text(encoding="utf-8") == "accounts: ["


@pytest.mark.parametrize("left", ["accounts: {}\n", None], ids=["unlinked elsewhere", "all files removed"])
def test_a_link_that_went_away_while_kodi_was_off_is_noticed(tv, left):
    tv.become_linked()
    for file in tv.data.iterdir():
        file.unlink()
    if left:
        tv.write_settings(left)
    tv.restart()
    tv.service()
    assert (tv.state().account_line, tv.state().linked) == ("Not linked", False)


@pytest.fixture
def nameless(tv):
    """A Kodi that was linked while Simkl could not tell the name."""
    order = tv.box.order("status", status=503, path="/users/settings", times=None)
    tv.link(code_is_shown, tv.approve(), sees("Linked"))
    tv.box.clear_faults()
    assert order.served == 1
    tv.restart()
    return tv


def test_a_name_that_is_still_missing_is_asked_for_every_ten_minutes(nameless):
    nameless.box.order("status", status=503, path="/users/settings", times=2)
    nameless.service(until=HOUR)
    assert nameless.state().account_line.startswith("Linked as sample_viewer since ")
    assert nameless.state().nameless is False and nameless.toasts() == []
    asked = [request.at for request in nameless.box.requests if request.path == "/users/settings"][1:]
    assert len(asked) == 3
    assert all(600 <= later - earlier < 700 for earlier, later in zip(asked, asked[1:]))
    assert nameless.account()["user"]["name"] == "sample_viewer"
    assert "the name is not known yet" in nameless.kodi.log_text()


def test_kodi_shuts_down_while_the_name_is_asked_for(nameless):
    order = nameless.box.order("hang")
    began = []
    nameless.as_soon_as(lambda: order.served, lambda: (began.append(time.perf_counter()), nameless.kodi.abort()))
    nameless.run("")
    assert time.perf_counter() - began[0] < AT_ONCE


def unlinked_meanwhile(tv):
    tv.box.order("status", status=503, path="/users/settings", times=None)
    tv.kodi.at(tv.now() + 300, lambda: tv.write_settings("accounts: {}\n"))


@pytest.mark.parametrize(
    ("happens", "asked", "line", "toasts"),
    [
        (lambda tv: tv.box.revoke(), 3, "Needs linking again", ["Please link your account again"]),
        (unlinked_meanwhile, 2, "Not linked", []),
    ],
    ids=["refused", "unlinked"],
)
def test_a_name_is_not_asked_for_again_once_the_link_is_gone(nameless, happens, asked, line, toasts):
    happens(nameless)
    nameless.service(until=HOUR)
    assert (nameless.state().account_line, nameless.toasts()) == (line, toasts)
    assert nameless.paths().count("/users/settings") == asked


def test_a_kodi_that_shut_down_before_it_was_listened_to_can_end_it_within_seconds(tv):
    tv.service(until=30)
    waits = tv.kodi.waiting.waits
    assert max(later - earlier for earlier, later in zip(waits, waits[1:]) if earlier < 9) <= 1
