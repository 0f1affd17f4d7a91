"""Where the sign-in window cannot be made, Kodi's own progress dialog takes its place."""

import pytest

from tests.fakes.simkl import App
from tests.frontends.kodi.conftest import NEW
from tests.frontends.kodi.tv import ADDON_ID, addon_without


@pytest.fixture
def make_plain_tv(make_tv, tmp_path):
    """Return a function that makes a Tv whose add-on lacks the window's file."""
    folder = addon_without("simkl-sign-in.xml", tmp_path / "addon")
    return lambda **options: make_tv(addon_folder=folder, **options)


def link(tv):
    """Link, and return the one progress dialog that was shown."""
    assert (tv.link(), tv.kodi.windows) == (0, [])
    [dialog] = tv.kodi.progress
    assert (dialog.heading, dialog.open) == ("Link your Simkl account", False)
    assert not tv.kodi.screensaver_inhibited
    return dialog


def test_it_shows_address_and_code_and_ends_with_the_name(make_plain_tv):
    tv = make_plain_tv(codes=["K7Q2X"])
    tv.as_soon_as(lambda: len(tv.box.requests) > 2, tv.box.approve_pending)
    first, *_, last = link(tv).messages
    assert first == "Getting your code"
    assert last.splitlines() == [
        f"On your phone or computer, open [B]{tv.box.url[7:]}/pin[/B]",
        "and enter this code: [B]K7Q2X[/B]",
        "Waiting for you to approve",
    ]
    assert (tv.toasts(), tv.told()) == (["Linked as sample_viewer"], [(ADDON_ID, "linked")])
    assert tv.account()["access_token"] == tv.box.tokens[0].token
    tv.restart()
    tv.box.journal.reset()
    tv.box.add_user("somebody_else", 900002)
    tv.as_soon_as(lambda: len(tv.box.requests) > 2, lambda: tv.box.approve_pending("somebody_else"))
    link(tv)
    assert tv.toasts() == ["Linked as somebody_else instead of sample_viewer"]


def test_it_shows_the_longer_code_of_the_newer_sign_in(make_plain_tv):
    tv = make_plain_tv(client_id=NEW, apps=[App(NEW, "v2")], v2_codes=["K7Q2-XR4M"])
    tv.as_soon_as(lambda: "/oauth2/token" in tv.paths(), tv.box.approve_pending)
    assert "and enter this code: [B]K7Q2-XR4M[/B]" in link(tv).messages[-1].splitlines()
    assert tv.account()["auth"] == "v2"


def test_the_bar_counts_down_to_the_end_of_the_code(make_plain_tv):
    tv = make_plain_tv(expires_in=10)
    counted = [part for part in link(tv).percents if part]
    assert counted[0] == 100 and counted == sorted(counted, reverse=True) and len(set(counted)) >= 2
    assert tv.toasts() == ["The code has expired"]


@pytest.mark.parametrize(("fault", "line", "told"), [
    ("html", -1, "No connection, retrying. Does this network require a login?"),
    ("fresh_code", 0, "The old code is no longer valid. Here is a new one."),
])  # fmt: skip
def test_what_happens_meanwhile_is_told(make_plain_tv, fault, line, told):
    tv = make_plain_tv(expires_in=5)
    tv.box.order(fault, path="/oauth/pin/")
    assert told in [message.splitlines()[line] for message in link(tv).messages]


@pytest.mark.parametrize("by", ["the person", "Kodi"])
def test_it_ends_quietly(make_plain_tv, by):
    tv = make_plain_tv()
    if by == "Kodi":
        tv.kodi.at(3, tv.kodi.abort)
    else:
        tv.kodi.cancel_after = 30
    link(tv)
    assert tv.now() < 30 and tv.toasts() == []
    assert list(tv.data.glob("*.code")) == [] or by == "Kodi"


def test_what_goes_wrong_is_told_and_the_log_says_why_it_is_so_plain(make_plain_tv):
    tv = make_plain_tv(client_id="misspelt")
    link(tv)
    assert [toast.partition(" of this copy")[0] for toast in tv.toasts()] == ["Simkl does not accept the client id"]
    assert "the sign-in window cannot be made" in tv.kodi.log_text()
    assert "XML File for Window is missing" in tv.kodi.log_text()
