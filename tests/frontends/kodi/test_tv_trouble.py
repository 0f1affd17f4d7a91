"""What can go wrong while linking: each thing has its own words, and what can heal by itself heals by itself."""

import os
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests.fakes.kodi import Do, UserScript
from tests.fakes.simkl import App
from tests.frontends.kodi.qr import expected, modules
from tests.frontends.kodi.tv import ADDON_ID, PROJECT, boxes, code_is_shown, has_focus, sees, texts

CLIENT_ID_QR = 243
NO_CLIENT_ID = (
    "This copy of Simkl Link has no client id. Get one at simkl.com/settings/developer "
    '(type "TV, devices & command line") and enter it in the settings, under Advanced.'
)
WRONG_CLIENT_ID = (
    "Simkl does not accept the client id of this copy: it is misspelt, suspended, or blocked for a while. "
    "Compare it with the one at simkl.com/settings/developer."
)
OTHER_GENERATION = (
    "The client id of this copy is for Simkl's newer sign-in, which a PIN cannot use. "
    "Get one for AUTH V1 at simkl.com/settings/developer."
)


NEEDED, REJECTED = "A client id is needed", "Simkl refuses the client id"
PASTE = "A Kodi remote app on your phone can paste it."
LONG_ID = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    "options, settings, heading, words, asked",
    [
        ({"client_id": ""}, "", NEEDED, [NO_CLIENT_ID], []),
        (
            {"client_id": LONG_ID},
            "",
            REJECTED,
            [WRONG_CLIENT_ID, "Client id entered here: 012345…cdef"],
            ["/oauth/pin"],
        ),
        (
            {"client_id": "newer", "apps": [App("newer", "v2")]},
            "auth: v1",
            REJECTED,
            [OTHER_GENERATION, "Client id entered here: newer"],
            ["/oauth/pin"],
        ),
        (
            {},
            "auth: v2",
            REJECTED,
            [WRONG_CLIENT_ID, "Client id entered here: sandbo…t-id"],
            ["/oauth2/device"],
        ),
    ],
    ids=["none", "unknown to Simkl", "of AUTH V2 where only V1 is wanted", "of AUTH V1 where only V2 is wanted"],
)
def test_a_client_id_that_cannot_be_used_is_explained_and_its_field_is_one_press_away(
    make_tv, options, settings, heading, words, asked
):
    tv = make_tv(**options)
    tv.write_settings(f"simkl: {{{settings}}}\n")
    told = "\n\n".join([*words, PASTE])
    tv.link(sees(heading, told, "Scan this to get a client id"), has_focus("Settings"), "select")
    assert tv.paths() == asked
    assert [(one.name, one.args) for one in tv.kodi.builtins[-3:]] == [
        ("Addon.OpenSettings", (ADDON_ID,)),
        ("SetFocus", ("-97",)),
        ("SetFocus", ("-80",)),
    ]


def test_the_client_id_field_is_the_first_of_the_fourth_category():
    """Kodi numbers categories from -100 and the rows of the one that is open from -80."""
    categories = list(ElementTree.parse(PROJECT / "resources" / "settings.xml").iter("category"))
    assert next(categories[3].iter("setting")).get("id") == "client_id"


def test_the_page_for_developers_is_a_qr_code_away(make_tv):
    tv, files = make_tv(client_id=""), []
    look = Do(lambda: files.append(Path(tv.kodi.top().image(CLIENT_ID_QR)).read_bytes()))
    tv.link(sees(NEEDED), look, "back")
    assert modules(files[0]) == expected("https://simkl.com/settings/developer/")
    assert tv.pictures_left() == []


def test_a_client_id_typed_into_kodis_settings_works_at_the_next_try(make_tv):
    tv = make_tv(client_id="misspelt")
    tv.link(sees(REJECTED), has_focus("Settings"), "right", has_focus("Close"), "select")
    tv.kodi.change_setting("client_id", f" {tv.box.client_id} ")
    tv.link(code_is_shown, "back")


LIMIT = "The daily limit of requests to Simkl is reached. Try again after midnight in New York."
NEW_ERROR = "Simkl returned an error that this version does not know. Check for an update."
KEPT = "No connection. Retrying automatically"  # something new may be about anything: a waiting code is kept


@pytest.mark.parametrize(
    "path, status, error, words",
    [
        ("/oauth/pin", 429, "user_limit_exceeded", LIMIT),
        ("/oauth/pin/", 429, "user_limit_exceeded", LIMIT),
        ("/oauth/pin", 400, "brand_new", NEW_ERROR),
        ("/oauth/pin/", 400, "brand_new", KEPT),
    ],
)
def test_what_simkl_refuses_ends_it_with_a_reason(tv, path, status, error, words):
    tv.box.order("status", status=status, error=error, path=path)
    tv.link(sees(words), "back")


BROKEN = "simkl:\n  client_id: [1, 2\n"


def test_a_broken_settings_file_is_named_with_line_and_column_and_left_alone(tv):
    tv.write_settings(BROKEN)
    words = []
    tv.link(sees("The account could not be linked"), Do(lambda: words.extend(texts(tv.kodi.top()))), "back")
    [told] = [text for text in words if text.startswith("The settings file cannot be used: ")]
    assert f"{tv.settings_file}, line 3, column 1" in told
    assert tv.settings_file.read_text(encoding="utf-8") == BROKEN
    assert tv.paths() == []


def test_a_settings_file_mended_meanwhile_works_when_tried_again(tv):
    tv.write_settings(BROKEN)
    tv.link(
        sees("The account could not be linked"),
        Do(tv.settings_file.unlink),
        has_focus("Try again"),
        "select",
        code_is_shown,
        "back",
    )


def test_a_file_system_without_permissions_is_no_reason_to_fail(tv, monkeypatch):
    def refuse(path, mode, **_):
        raise PermissionError(1, "Operation not permitted", str(path))

    tv.data.mkdir(parents=True)
    monkeypatch.setattr(os, "chmod", refuse)
    tv.become_linked()


def test_a_network_that_never_comes_is_told_in_the_end(tv, monkeypatch):
    tv.box.stop_listening()
    with tv.inside():
        from lib.kodi.sign_in import worker

        assert worker.CODE_RETRY_SECONDS == 900
        monkeypatch.setattr(worker, "CODE_RETRY_SECONDS", 20)
        tv.kodi.user = UserScript(
            [
                sees("No connection. Retrying automatically"),
                sees(
                    "The account could not be linked",
                    "No connection to Simkl. Check the network of this device, then try again.",
                ),
                "back",
            ]
        )
        tv.kodi.run(["plugin.py", "link"])
    assert tv.now() == pytest.approx(20, abs=1)


def in_trouble(words):
    """Return a look for these words beside the warning sign."""
    return lambda screen: sees(words)(screen) and boxes(screen, "warn.png") and not boxes(screen, "dot.png")


def calm(words):
    return lambda screen: sees(words)(screen) and boxes(screen, "dot.png") and not boxes(screen, "warn.png")


TROUBLE = {
    "reset": ({"fault": "reset"}, "No connection. Retrying automatically"),
    "login page": ({"fault": "html"}, "No connection, retrying. Does this network require a login?"),
    "500": ({"fault": "status", "status": 500}, "Simkl is having problems. Retrying automatically"),
    "429": ({"fault": "status", "status": 429, "retry_after": 7}, "Simkl is busy. Retrying automatically"),
    "slow down": ({"fault": "slow_down"}, "Simkl is busy. Retrying automatically"),
}


@pytest.mark.parametrize("order, words", TROUBLE.values(), ids=TROUBLE)
def test_trouble_at_a_poll_is_shown_and_goes_away(tv, order, words):
    tv.box.order(path="/oauth/pin/", **order)
    tv.link(calm("Waiting for you to approve"), in_trouble(words), calm("Waiting for you to approve"), "back")
    assert tv.paths().count("/oauth/pin") == 1


def test_a_lost_network_is_shown_and_the_approval_noticed_once_it_is_back(tv):
    back_again = []
    tv.link(
        code_is_shown,
        Do(lambda: tv.box.order("reset", times=None)),
        in_trouble("No connection. Retrying automatically"),
        tv.approve(),
        sees("14:45"),
        Do(lambda: (tv.box.clear_faults(), back_again.append(tv.now()))),
        sees("Linked as sample_viewer"),
    )
    assert tv.box.requests[-1].at - back_again[0] < 3.5


def test_a_network_that_comes_late_brings_the_code(tv):
    tv.box.order("reset", times=None)
    tv.link(
        calm("Getting your code"),
        in_trouble("No connection. Retrying automatically"),
        Do(tv.box.clear_faults),
        code_is_shown,
        calm("Waiting for you to approve"),
        "back",
    )
