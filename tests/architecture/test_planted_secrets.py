"""No secret is ever written anywhere but into the settings file: not to stdout, a log, another file or an exception."""

import base64
from pathlib import Path
from typing import Iterator

import pytest

from lib.account.settings import Settings
from lib.account.sign_in.approval import Linked
from lib.account.store import Account
from lib.simkl.auth.tokens import Token
from lib.system.secrets import Secret
from tests.architecture.planted import CLIENT_SECRET, SECRETS, TOKEN, USER_CODE, Stage, search
from tests.fakes.simkl import FakeSimkl
from tests.fork_server import ForkServer


@pytest.fixture
def stage(tmp_path: Path, fork_server: ForkServer) -> Iterator[Stage]:
    with FakeSimkl(interval=1, codes=[USER_CODE]) as box:
        yield Stage(tmp_path / "home", box, fork_server)


def test_a_link_through_trouble_a_look_at_it_and_its_end_tell_nothing(stage):
    for fault in ("html", "reset"):
        stage.box.order(fault, path="/oauth/pin/")
    stage.approve_with_the_planted_token()
    assert stage.run("link") == 0
    assert stage.leaks() == []
    assert f"enter the code {USER_CODE}" in stage.outputs["1 link stdout"].decode()
    assert "/oauth/pin/[hidden]" in stage.log, "the log is not at its most talkative"
    assert TOKEN in stage.settings.read_text(encoding="utf-8")
    sent = {f"{n} {r.path}": repr((r, r.query, r.headers, r.body)).encode() for n, r in enumerate(stage.box.requests)}
    assert {each.partition(" in ")[0] for each in search(sent)} == {"access token", "user code"}
    assert stage.run("status") == 0
    stage.name_the_user()
    assert stage.run("status", "--check", "--json") == 0
    assert stage.run("status", "--check") == 77, "the box does not know the planted token"
    assert stage.run("status", "--json") == 77
    assert stage.run("unlink") == 0
    assert stage.leaks() == []
    assert [each for each in search(stage.files()) if not each.startswith("client secret")] == []


# What has happened, the command, its exit code, and what it says. Whoever asks for the status is linked before.
TROUBLE = {
    "a link for a program": (lambda stage: stage.approve_with_the_planted_token(), "link --json", 0, ""),
    "a wrong client id": (
        lambda stage: stage.box.order("status", status=412, times=None), "link", 77, "does not accept this client ID"),
    "only dead codes": (lambda stage: stage.box.order("fresh_code", times=None), "link --json", 75, ""),
    "a token that cannot be sent": (
        lambda stage: stage.approve_with_the_planted_token(f"{TOKEN} {TOKEN}"), "link --timeout 2", 75, ""),
    "no network": (lambda stage: stage.box.stop_listening(), "status --check", 69, "No connection to Simkl"),
    "somebody in between": (
        lambda stage: stage.box.order("redirect", times=None), "status --check", 69, "did not come from Simkl"),
    "broken settings": (
        lambda stage: stage.write_settings(f"accounts: {{default: {{access_token: {TOKEN}}}}}\n  - broken: ["),
        "status", 78, "settings.yaml, line"),
    "unknown settings": (
        lambda stage: stage.write_settings(
            f"  client_secert: {CLIENT_SECRET}\nacounts: {{default: {{access_token: {TOKEN}}}}}"),
        "status", 77, "simkl.client_secert is not a setting"),
    "a setting of a wrong type": (
        lambda stage: stage.write_settings(f"  client_secret: [{CLIENT_SECRET}]"),
        "status", 78, "simkl.client_secret must be text"),
    "no account": (
        lambda stage: stage.write_settings(f"accounts: {{default: [{TOKEN}, {USER_CODE}]}}"),
        "unlink", 78, "accounts.default must be an account"),
}  # fmt: skip


@pytest.mark.parametrize(("prepare", "command", "code", "said"), TROUBLE.values(), ids=TROUBLE)
def test_trouble_at_simkl_or_with_the_settings_tells_no_secret(stage, prepare, command, code, said):
    if command.startswith("status"):
        stage.keep_the_planted_token()
    prepare(stage)
    assert stage.run(*command.split()) == code, stage.log
    assert said in stage.log
    assert stage.leaks() == []


def test_a_secret_that_is_given_in_two_ways_is_not_told(stage):
    assert stage.run("status", SIMKL_CLIENT_SECRET=CLIENT_SECRET, SIMKL_CLIENT_SECRET_FILE="nowhere") == 78
    assert "$SIMKL_CLIENT_SECRET_FILE" in stage.log
    assert stage.leaks() == []


def test_an_internal_error_tells_no_secret(stage):
    stage.approve_with_the_planted_token()
    assert stage.run("link", DEFECT=f"the error knows {CLIENT_SECRET} and {USER_CODE}") == 1
    assert "RuntimeError: the error knows [hidden] and [hidden]: [hidden]" in stage.log
    stage.keep_the_planted_token()
    assert stage.run("status", "--check", "--json", DEFECT=f"the error knows {CLIENT_SECRET}") == 1
    assert "RuntimeError: the error knows [hidden]: [hidden]" in stage.log
    assert stage.leaks() == []


def test_what_holds_a_secret_does_not_show_it():
    token = Token(Secret(TOKEN), "client")
    hiding = [
        Secret(CLIENT_SECRET),
        token,
        Linked(token),
        Account(token, "2026-01-01T00:00:00Z"),
        Settings(Path("x"), "client", Secret(CLIENT_SECRET), "https://api", "https://site"),
        ValueError(Secret(TOKEN)),
    ]
    for value in hiding:
        for shown in (repr(value), str(value), f"{value}", f"{value!r:>99}"):
            assert search({"text": shown.encode()}) == []
            assert "[hidden]" in shown


def test_a_secret_that_is_written_somewhere_is_noticed(stage):
    for name, secret in SECRETS.items():
        for written in (secret, secret.lower(), base64.b64encode(secret.encode()).decode()):
            stage.outputs["1 status stderr"] = f"INFO lib: {written} was used".encode()
            assert stage.leaks() == [f"{name} in 1 status stderr"]
    stage.outputs.clear()
    (stage.settings.parent / ".settings.yaml.new").write_text(f"access_token: {TOKEN}", encoding="utf-8")
    assert stage.leaks() == ["access token in settings/.settings.yaml.new"]
