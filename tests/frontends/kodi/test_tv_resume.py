"""After a power cut the service goes on polling for a code that may still be approved, and nobody sees it."""

import shutil
import time

import pytest

from tests.fakes.kodi import Do
from tests.frontends.kodi.tv import ADDON_ID, AT_ONCE, code_is_shown


@pytest.fixture
def tv(request, tmp_path):
    """A Kodi that starts again after a power cut: what was on disk then is what there is now."""
    tv = request.getfixturevalue(getattr(request, "param", "make_tv"))()
    disk = tmp_path / "disk"
    tv.link(code_is_shown, Do(lambda: shutil.copytree(tv.profile, disk)), "back")
    tv.restart(profile=disk)
    tv.box.journal.reset()
    return tv


def asked_for_codes(tv):
    return [path for path in tv.paths() if path in ("/oauth/pin", "/oauth2/device")]


@pytest.fixture
def serve(tv, monkeypatch):
    """Return the service, which here sleeps until Kodi ends: only the sign-in moves the clock, however slow it is."""

    def run():
        with tv.inside():
            from lib.kodi import service

            monkeypatch.setattr(service, "POLL_SECONDS", 0.0)
            assert tv.kodi.run([""]) == 0

    return run


@pytest.mark.parametrize("tv", ["make_tv", "make_new"], indirect=True, ids=["a PIN", "a device code"])
def test_an_approval_is_noticed_and_told_in_a_toast(tv, serve):
    tv.box.approve_pending()
    tv.shut_down_once_polls_end()
    serve()
    assert tv.account()["access_token"] == tv.box.tokens[0].token
    assert tv.toasts() == ["Find it under Video add-ons", "Linked as sample_viewer"]
    assert tv.told() == [(ADDON_ID, "linked")]
    assert tv.state().linked is True
    assert tv.kodi.windows == []
    assert asked_for_codes(tv) == []


def test_a_code_that_expires_is_let_go_without_a_word(tv, serve):
    tv.as_soon_as(tv.paths, lambda: tv.kodi.clock.move_to(tv.now() + 900))
    tv.shut_down_once_polls_end()
    serve()
    assert tv.toasts() == ["Find it under Video add-ons"]
    assert asked_for_codes(tv) == []


def test_a_code_that_simkl_refuses_is_only_logged(tv, serve):
    tv.box.order("status", status=412, error="client_id_failed")
    tv.shut_down_once_polls_end()
    serve()
    assert tv.toasts() == ["Find it under Video add-ons"]
    assert "the code from before could not be used: Simkl does not accept this client ID" in tv.kodi.log_text()


def test_a_code_of_another_client_id_is_left_alone(tv, monkeypatch):
    monkeypatch.setenv("SIMKL_CLIENT_ID", "another")
    tv.service()
    assert tv.paths() == []


def test_kodi_shuts_down_without_delay(tv, serve):
    order, began = tv.box.order("hang"), []
    tv.as_soon_as(lambda: order.served, lambda: (began.append(time.perf_counter()), tv.kodi.abort()))
    serve()
    assert time.perf_counter() - began[0] < AT_ONCE
