"""What can go wrong while linking has its own words and heals if it can; without a window there is a plain dialog."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from lib.kodi.sign_in import worker
from tests.fakes.kodi import Do
from tests.fakes.simkl import App
from tests.frontends.kodi.screen import boxes, check_qr, code_is_shown, has_focus, sees, texts
from tests.frontends.kodi.tv import ADDON_ID, PROJECT, addon_without

NO_CLIENT_ID = (
    "This copy of Simkl Link has no client id. Get one at simkl.com/settings/developer "
    '(type "TV, devices & command line") and enter it in the settings, under Advanced.'
)
WRONG_CLIENT_ID = (
    "Simkl does not accept the client id of this copy: it is misspelt, suspended, or blocked for a while. "
    "Compare it with the one at simkl.com/settings/developer.\n\nClient id entered here: 012345…cdef"
)
OTHER_GENERATION = (
    "The client id of this copy is for Simkl's newer sign-in, which a PIN cannot use. "
    "Get one for AUTH V1 at simkl.com/settings/developer.\n\nClient id entered here: newer"
)
REJECTED = "Simkl refuses the client id"
NOT_LINKED = "The account could not be linked"
NO_CONNECTION = "No connection. Retrying automatically"


@pytest.mark.parametrize(("options", "settings", "heading", "words"), [
    ({"client_id": ""}, "", "A client id is needed", NO_CLIENT_ID),
    ({"client_id": "0123456789abcdef" * 4}, "", REJECTED, WRONG_CLIENT_ID),
    ({"client_id": "newer", "apps": [App("newer", "v2")]}, "auth: v1", REJECTED, OTHER_GENERATION),
], ids=["none", "unknown to Simkl", "of AUTH V2 where only V1 is wanted"])  # fmt: skip
def test_a_client_id_that_cannot_be_used_is_explained_and_its_field_is_one_press_away(
    make_tv, options, settings, heading, words
):
    tv, files = make_tv(**options), []
    tv.write_settings(f"simkl: {{{settings}}}\n")
    text = f"{words}\n\nA Kodi remote app on your phone can paste it."
    look = Do(lambda: files.append(Path(tv.kodi.top().image(243)).read_bytes()))
    tv.link(sees(heading, text, "Scan this to get a client id"), look, has_focus("Settings"), "select")
    check_qr(files[0], "https://simkl.com/settings/developer/")
    assert (tv.pictures_left(), tv.paths()) == ([], [] if words == NO_CLIENT_ID else ["/oauth/pin"])
    assert [(one.name, one.args) for one in tv.kodi.builtins[-3:]] == [
        ("Addon.OpenSettings", (ADDON_ID,)), ("SetFocus", ("-97",)), ("SetFocus", ("-80",)),
    ]  # fmt: skip
    # Kodi numbers categories from -100 and the rows of the one that is open from -80
    fourth = list(ElementTree.parse(PROJECT / "resources" / "settings.xml").iter("category"))[3]
    assert next(fourth.iter("setting")).get("id") == "client_id"


def test_a_client_id_typed_into_kodis_settings_works_at_the_next_try(make_tv):
    tv = make_tv(client_id="misspelt")
    tv.link(sees(REJECTED), has_focus("Settings"), "right", has_focus("Close"), "select")
    tv.kodi.change_setting("client_id", f" {tv.box.client_id} ")
    tv.link(code_is_shown, "back")


LIMIT = "The daily limit of requests to Simkl is reached. Try again after midnight in New York."
UNKNOWN = "Simkl returned an error that this version does not know. Check for an update."


@pytest.mark.parametrize(("path", "status", "error", "words"), [
    ("/oauth/pin", 429, "user_limit_exceeded", LIMIT),
    ("/oauth/pin", 400, "brand_new", UNKNOWN),
    ("/oauth/pin/", 400, "brand_new", NO_CONNECTION),  # it may be about anything: a waiting code is kept
])  # fmt: skip
def test_what_simkl_refuses_is_told(tv, path, status, error, words):
    tv.box.order("status", status=status, error=error, path=path)
    tv.link(sees(words), "back")


def test_a_broken_settings_file_is_named_with_line_and_column_left_alone_and_works_once_it_is_mended(tv):
    broken, words = "simkl:\n  client_id: [1, 2\n", []
    tv.write_settings(broken)

    def mend():
        words.extend(texts(tv.kodi.top()))
        assert tv.settings_file.read_text(encoding="utf-8") == broken and tv.paths() == []
        tv.settings_file.unlink()

    tv.link(sees(NOT_LINKED), Do(mend), has_focus("Try again"), "select", code_is_shown, "back")
    [told] = [text for text in words if text.startswith("The settings file cannot be used: ")]
    assert f"{tv.settings_file}, line 3, column 1" in told


def test_a_network_that_never_comes_is_told_in_the_end(tv, monkeypatch):
    tv.box.stop_listening()
    assert worker.CODE_RETRY_SECONDS == 900
    monkeypatch.setattr(worker, "CODE_RETRY_SECONDS", 20)
    told = "No connection to Simkl. Check the network of this device, then try again."
    tv.link(sees(NO_CONNECTION), sees(NOT_LINKED, told), "back")
    assert tv.now() == pytest.approx(20, abs=1)


def beside(picture, words):
    """Return a look for these words beside the warning sign, or the dot of who waits calmly."""
    other = {"warn.png": "dot.png", "dot.png": "warn.png"}[picture]
    return lambda screen: sees(words)(screen) and boxes(screen, picture) and not boxes(screen, other)


@pytest.mark.parametrize(("fault", "words"), [
    ("html", "No connection, retrying. Does this network require a login?"),
    ("status", "Simkl is having problems. Retrying automatically"),
    ("slow_down", "Simkl is busy. Retrying automatically"),
])  # fmt: skip
def test_trouble_at_a_poll_is_shown_and_goes_away(tv, fault, words):
    tv.box.order(fault, path="/oauth/pin/", **({"status": 500} if fault == "status" else {}))
    calm = beside("dot.png", "Waiting for you to approve")
    tv.link(calm, beside("warn.png", words), calm, "back")
    assert tv.paths().count("/oauth/pin") == 1


# where the window cannot be made, Kodi's own progress dialog takes its place


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
    tv = make_plain_tv()
    tv.box.order(fault, path="/oauth/pin/")
    tv.as_soon_as(lambda: len(tv.box.requests) > 4, tv.box.approve_pending)
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
