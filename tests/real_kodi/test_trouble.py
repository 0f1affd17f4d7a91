"""What goes wrong between a code and its approval is said on the screen in words, and gets over by itself if it can."""

import pytest

from tests.real_kodi.reading import code_on
from tests.real_kodi.tv import CLIENT_ID_TEXT, CLIENT_ID_TITLE, ENDED_TITLE, NOTE, SETTINGS_DIALOG, STATE, WHO

WAITING = "Waiting for you to approve"
NO_CONNECTION = "No connection. Retrying automatically"
LINKED = "Linked as sample_viewer"


def test_an_approval_while_the_network_is_away_is_noticed_afterwards(tv):
    code = tv.ask_to_link()
    tv.box.stop_listening()
    tv.wait_for_label(STATE, NO_CONNECTION)
    tv.wait_to_read(code, "trouble-network-lost")
    tv.box.approve(code)
    tv.box.listen_again()
    tv.wait_for_label(WHO, LINKED)
    tv.wait_for_home()
    assert tv.account()["access_token"] == tv.box.tokens[0].token


def test_without_a_network_the_window_waits_for_a_code(tv):
    alive = tv.codes_alive()
    tv.box.stop_listening()
    tv.run("link")
    tv.wait_for_window()
    tv.wait_for_label(STATE, NO_CONNECTION)
    assert code_on(tv.picture("trouble-no-code-yet")).text == ""
    tv.box.listen_again()
    tv.wait(lambda: tv.label(STATE) == WAITING, "a code after all")
    tv.wait_to_read(tv.wait_for_code(*alive), "trouble-code-after-all")


@pytest.mark.parametrize(
    ("fault", "how", "words"),
    [
        ("html", {"times": None}, "No connection, retrying. Does this network require a login?"),
        ("status", {"status": 429, "retry_after": 1}, "Simkl is busy. Retrying automatically"),
    ],
)
def test_trouble_is_said_and_gets_over_by_itself(tv, fault, how, words):
    tv.ask_to_link()
    tv.box.order(fault, **how)
    tv.wait_for_label(STATE, words)
    tv.picture(f"trouble-{fault}")
    tv.box.clear_faults()
    tv.wait_for_label(STATE, WAITING)


REASONS = {
    "fresh_code": "The old code is no longer valid. Here is a new one.",
    "lost_approval": "Simkl's approval may have been lost. Please enter the new code.",
}


@pytest.mark.parametrize("fault", REASONS)
def test_a_replaced_code_is_shown_with_the_reason(tv, fault):
    old = tv.ask_to_link()
    alive = tv.codes_alive()
    tv.box.order(fault)
    if fault == "lost_approval":
        tv.box.approve(old)
    tv.wait_for_label(NOTE, REASONS[fault])
    new = tv.wait_for_code(*alive)
    tv.wait_to_read(new, f"replaced-{fault}")
    tv.box.approve(new)
    tv.wait_for_label(WHO, LINKED)


def test_an_expired_code_is_said_not_renewed_and_a_new_one_is_one_press_away(tv):
    tv.box.expires_in = 2
    old = tv.ask_to_link()
    tv.wait_for_label(ENDED_TITLE, "The code has expired")
    tv.picture("expired")
    assert tv.view() == "ended"
    assert tv.kodi.control() == "New code"
    requests = len(tv.box.requests)
    tv.stays(lambda: len(tv.box.requests) == requests, 2, "no further request")
    tv.box.expires_in = 900
    alive = tv.codes_alive()
    tv.kodi.key("Select")
    new = tv.wait_for_code(*alive)
    tv.wait_to_read(new, "expired-new-code")
    tv.box.wait_for(lambda: tv.asked(new))
    assert old not in [request.path.rpartition("/")[2] for request in tv.box.requests[requests:]]


def test_a_refused_client_id_is_explained(tv):
    tv.box.order("status", status=412)
    tv.run("link")
    tv.wait_for_window()
    tv.wait_for_label(CLIENT_ID_TITLE, "Simkl refuses the client id")
    tv.picture("refused")
    assert "does not accept the client id" in tv.label(CLIENT_ID_TEXT)
    tv.wait(lambda: tv.kodi.control() == "Settings", "the button that opens the settings")
    tv.kodi.key("Select")
    tv.wait(lambda: tv.kodi.window()["id"] == SETTINGS_DIALOG and tv.kodi.control() == "Client id", "the very field")
    tv.picture("refused-settings", still=True)
    tv.back_to_home()
    alive = tv.codes_alive()
    tv.run("link")
    tv.wait_to_read(tv.wait_for_code(*alive), "refused-then-a-code")


def test_the_log_keeps_the_secrets_and_holds_no_internal_error(tv):
    assert len(tv.codes) >= 8
    assert tv.leaked() == []
    assert tv.complaints() == []
    assert tv.box.too_fast == []
