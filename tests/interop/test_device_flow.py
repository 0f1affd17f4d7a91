"""A generic RFC 8628 client, openid-client's, signs a device in with V2 while somebody types the code in."""

from dataclasses import replace

import pytest

from tests.interop.node_program import NodeProgram, Refused

pytestmark = pytest.mark.usefixtures("node")


def type_in(person, code, page):
    """Open the page for codes, type one in, and press Allow."""
    person.opens(page)
    person.finds("[name=user_code]").send_keys(code)
    person.presses("form button")
    person.presses("button[name=answer][value=allow]")
    person.waits_for(lambda: "Done" in person.driver.title, "Simkl's answer")


@pytest.mark.parametrize("client_id", ["v2-device", "v2-pkce", "v2-oauth2"])
def test_a_code_typed_into_a_real_browser_signs_the_device_in(client_id, setup_for, box, person):
    with NodeProgram("openid-client", setup_for(client_id)) as device:
        shown = device.start_device()
        device.tell("finish_device")
        box.wait_for(lambda: [asked for asked in box.requests if asked.path == "/oauth2/token"])
        type_in(person, shown["user_code"].lower().replace("-", " "), shown["page"])
        device.heard()
        assert device.account()["id"] == 900001
    polls = [asked.status for asked in box.requests if asked.path == "/oauth2/token"]
    assert polls[0] == 400 and polls[-1] == 200 and box.too_fast == []
    assert [(grant.client_id, grant.scope) for grant in box.tokens] == [(client_id, "media:read media:write")]


def test_slow_down_is_obeyed(setup_for, box, person):
    box.order("slow_down")
    with NodeProgram("openid-client", setup_for("v2-device")) as device:
        type_in(person, device.start_device()["user_code"], box.site_url + "/pin")
        device.tell("finish_device")
        device.heard()
    first, second = [asked.at for asked in box.requests if asked.path == "/oauth2/token"]
    assert second - first >= 6 and box.too_fast == []


def test_a_v1_app_is_told_at_the_start(setup_for):
    with NodeProgram("openid-client", replace(setup_for("v1-pkce"), discover=True)) as device:
        with pytest.raises(Refused, match="invalid_client"):
            device.start_device()
