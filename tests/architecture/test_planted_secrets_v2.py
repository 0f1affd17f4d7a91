"""The secrets of AUTH V2 and of the browser are never written anywhere but into the settings file either."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Iterator

import pytest

from tests.architecture import planted
from tests.architecture.planted import CLIENT_SECRET, Stage, search
from tests.fakes.simkl import App, FakeSimkl
from tests.fork_server import ForkServer


@pytest.fixture
def redirect_uri() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/callback"


@pytest.fixture
def stage(tmp_path: Path, redirect_uri: str, fork_server: ForkServer) -> Iterator[Stage]:
    apps = [App("mine", "v2", secret=CLIENT_SECRET, redirects=(redirect_uri,))]
    with FakeSimkl(interval=1, client_ids=(), apps=apps, limits=False) as box:
        made = Stage(tmp_path / "home", box, fork_server)
        made.write_settings(f'  client_secret: "{CLIENT_SECRET}"', "  auth: v2", f"  redirect_uri: {redirect_uri}")
        yield made


def give_planted_codes(stage: Stage) -> None:
    codes = {"user_code": planted.USER_CODE, "device_code": planted.DEVICE_CODE, "expires_in": 60, "interval": 1}
    stage.answer("/oauth2/device", **codes)


def sent(stage: Stage) -> set[str]:
    """Return which secrets went to Simkl, where they belong."""
    asked = {str(number): repr((r.headers, r.fields)).encode() for number, r in enumerate(stage.box.requests)}
    return {each.partition(" in ")[0] for each in search(asked)}


def test_a_link_by_device_code_a_refresh_a_look_and_its_end_tell_nothing(stage):
    for fault in ("html", "reset"):
        stage.box.order(fault, path="/oauth2/token")
    give_planted_codes(stage)
    stage.give_planted_tokens(expires_in=60)
    assert stage.run("link") == 0, stage.log
    assert stage.leaks() == []
    assert "POST /oauth2/token" in stage.log, "the log is not at its most talkative"
    kept = stage.settings.read_text(encoding="utf-8")
    assert planted.TOKEN in kept and planted.REFRESH_TOKEN in kept and planted.DEVICE_CODE not in kept
    assert sent(stage) == {"device code", "client secret", "access token"}
    stage.give_planted_tokens()
    assert stage.run("status", "--check") == 0, stage.log
    assert stage.run("status", "--json") == 0
    assert stage.run("unlink") == 0
    assert stage.leaks() == []
    assert [r.path for r in stage.box.requests][-1] == "/oauth2/revoke"
    assert [each for each in search(stage.files()) if not each.startswith("client secret")] == []
    assert "refresh token" in sent(stage)


@pytest.mark.parametrize(("error", "code"), [("", 0), ("access_denied", 77), ("slow_down", 75)])
def test_a_link_by_device_code_for_a_program_tells_nothing(stage, error, code):
    give_planted_codes(stage)
    if error:
        stage.box.order("answer", path="/oauth2/token", body={"error": error}, status=400, times=None)
    else:
        stage.give_planted_tokens()
    assert stage.run("link", "--json", "--timeout", "2" if error else "60") == code, stage.log
    assert stage.leaks() == []


@pytest.mark.parametrize(("form", "place", "arguments"), [("form", "basic", []), ("json", "body", ["--json"])])
def test_a_link_by_browser_tells_nothing(stage, form, place, arguments):
    with stage.settings.open("a", encoding="utf-8") as settings:
        settings.write(f"  token_request: {form}\n  token_credentials: {place}\n")
    stage.give_planted_tokens()
    assert stage.run("link", "--method", "browser", *arguments, code=planted.AUTH_CODE) == 0, stage.log
    assert stage.leaks() == []
    (exchange,) = [r for r in stage.box.requests if r.path == "/oauth2/token"]
    verifier = exchange.fields["code_verifier"]
    everything = {**stage.outputs, **stage.files()}
    assert [name for name, text in everything.items() if verifier.encode() in text] == []
    assert exchange.fields["code"] == planted.AUTH_CODE


def test_a_code_that_is_refused_tells_nothing(stage):
    stage.box.order("answer", path="/oauth2/token", body={"error": "invalid_grant"}, status=400)
    assert stage.run("link", "--method", "browser", code=planted.AUTH_CODE) == 77, stage.log
    assert "no longer accepts this sign-in" in stage.log
    assert stage.leaks() == []
