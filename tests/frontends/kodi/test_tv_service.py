"""What runs while Kodi runs: a word of welcome, a missing name, and next to nothing else."""

import time

import pytest

from tests.frontends.kodi.idle import imported_by
from tests.frontends.kodi.screen import code_is_shown, sees
from tests.frontends.kodi.tv import AT_ONCE


def test_a_fresh_installation_says_once_how_to_link(tv):
    tv.service(until=30)
    waits = tv.kodi.waiting.waits
    assert max(later - earlier for earlier, later in zip(waits, waits[1:]) if earlier < 9) <= 1  # Kodi may end already
    [toast] = tv.kodi.notifications
    assert (toast.heading, toast.message, toast.sound) == ("Simkl Link", "Find it under Video add-ons", False)
    assert (tv.state().account_line, tv.state().status_line) == ("Not linked", "")
    tv.restart()
    tv.service()
    assert tv.toasts() == []
    tv.become_linked()
    tv.kodi.answers = [True]
    tv.script("unlink")
    tv.service()
    assert tv.toasts() == ["Unlinked"]  # nor is who was linked once


@pytest.mark.parametrize("kind", ["tv", "couch"], ids=["not linked", "linked"])
def test_hours_of_idling_ask_simkl_nothing_write_nothing_and_import_nothing_heavy(request, kind):
    tv = request.getfixturevalue(kind)  # the couch waits for the threads of who is linked

    def files():
        """Return the files of the profile with their times; folders change whenever sqlite opens the queue."""
        return sorted((path.name, path.stat().st_mtime_ns) for path in tv.profile.rglob("*") if path.is_file())

    tv.service()  # makes the queue's file, and remembers that it has welcomed
    tv.restart()
    before, asked = files(), tv.paths()
    assert ("queue.db" in dict(before)) == (kind == "couch")
    tv.service(until=4 * 3600)
    assert imported_by(tv.profile, "") <= {"sqlite3"}
    assert (tv.paths(), files()) == (asked, before)


def test_what_was_forgotten_about_the_account_is_read_from_the_settings_file(tv):
    tv.become_linked()
    line = tv.state().account_line
    tv.restart()
    tv.remember(account_line="", linked=False, account_version="")
    for name in tv.kodi.settings.values:  # and a person has pressed Defaults in Kodi's settings
        tv.kodi.settings.values[name] = tv.kodi.settings.parse(name, tv.kodi.settings.defaults[name])
    tv.service(until=300)
    assert line.startswith("Linked as sample_viewer since ")
    assert (tv.state().account_line, tv.state().linked, tv.toasts()) == (line, True, [])


def test_a_broken_settings_file_is_logged_and_otherwise_let_be(tv):
    tv.become_linked()
    tv.write_settings("accounts: [")
    tv.restart()
    tv.remember(nameless=True)
    assert (tv.service(), tv.toasts()) == (0, [])
    assert f"{tv.settings_file}, line 1" in tv.kodi.log_text()
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
    nameless.service(until=3600)
    assert nameless.state().account_line.startswith("Linked as sample_viewer since ")
    assert nameless.state().nameless is False and nameless.toasts() == []
    _, first, second, third = [one.at for one in nameless.box.requests if one.path == "/users/settings"]
    assert 600 <= second - first < 700 and 600 <= third - second < 700
    assert nameless.account()["user"]["name"] == "sample_viewer"
    assert "the name is not known yet" in nameless.kodi.log_text()


def test_kodi_shuts_down_while_the_name_is_asked_for(nameless):
    order = nameless.box.order("hang")
    began = []
    nameless.as_soon_as(lambda: order.served, lambda: (began.append(time.perf_counter()), nameless.kodi.abort()))
    nameless.run("")
    assert time.perf_counter() - began[0] < AT_ONCE


@pytest.mark.parametrize("refused", [True, False], ids=["refused", "unlinked"])
def test_a_name_is_not_asked_for_again_once_the_link_is_gone(nameless, refused):
    if refused:
        nameless.box.revoke()
    else:
        nameless.box.order("status", status=503, path="/users/settings", times=None)
        nameless.kodi.at(nameless.now() + 300, lambda: nameless.write_settings("accounts: {}\n"))
    nameless.service(until=3600)
    assert nameless.state().account_line == ("Needs linking again" if refused else "Not linked")
    assert nameless.toasts() == (["Please link your account again"] if refused else [])
    assert nameless.paths().count("/users/settings") == (3 if refused else 2)
