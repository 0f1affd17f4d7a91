"""The address that media servers call: what it takes, from whom, and what it never tells."""

import pytest

from lib.web.pages.hook import LARGEST_DELIVERY
from lib.web.settings import ServeSettings


@pytest.fixture
def hook(site):
    return f"/hook/{site.services.hook_secrets.current('home')}"


def test_a_hook_takes_what_its_server_sends(site, local, hook):
    answer = local.http.post(hook, data=b"body", content_type="text/plain", headers={"Host": "simkl:8585"})
    assert (answer.status_code, answer.text) == (200, "1 queued: It waits to be sent.\n")
    assert site.received[0][:3] == ("home", "text/plain", b"body")


def test_a_wrong_secret_is_no_page_at_all_and_no_other_method_is_taken(site, local, hook):
    for secret in ("wrong", "\u00e4", "a" * 5000, "%ff"):
        assert local.post(f"/hook/{secret}").status_code == 404
    assert local.http.put(hook, data=b"x").status_code == 405
    assert site.received == []


def test_an_internal_error_at_a_hook_tells_nothing_and_logs_no_secret(site, local, hook, monkeypatch, caplog):
    monkeypatch.setattr(site.services, "receive", lambda *given: 1 / 0)
    answer = local.http.post(hook, data=b"x")
    assert (answer.status_code, "Traceback" in answer.text) == (500, False)
    assert "internal error at a hook" in caplog.text
    assert hook.rpartition("/")[2] not in caplog.text


def test_a_sender_that_uses_get_is_heard_and_a_person_is_told_that_it_works(site, local, hook):
    assert "It works" in local.get(hook).text
    assert site.received == []
    local.get(f"{hook}?event=Play&item=x")
    assert len(site.received) == 1


FROM = {"127.0.0.1": 200, "::1": 200, "::ffff:127.0.0.1": 200, "192.0.2.7": 404, "": 404}


def test_a_hook_is_called_only_from_where_it_may(site, local, hook):
    site.reconfigure(allow_from=ServeSettings().metrics_from)
    for address, status in FROM.items():
        local.address = address
        assert local.post(hook).status_code == status, address


def test_a_body_that_is_too_large_is_refused(site, local, hook):
    sizes = (LARGEST_DELIVERY, LARGEST_DELIVERY + 1)
    assert [local.http.post(hook, data=b"x" * size).status_code for size in sizes] == [200, 413]
    assert len(site.received) == 1
