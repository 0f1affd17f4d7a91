"""No secret is ever written anywhere but into the settings file: not to stdout, a log, another file or an exception."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Callable, Iterator

import pytest

from lib.account.settings import Settings
from lib.account.sign_in.approval import Linked
from lib.account.store import Account
from lib.simkl.auth.tokens import Token
from lib.system.secrets import Secret
from tests.architecture.planted import CLIENT_SECRET, SECRETS, TOKEN, USER_CODE, Stage, search
from tests.architecture.warm_program import WarmProgram
from tests.fakes.simkl import FakeSimkl


@pytest.fixture
def stage(tmp_path: Path, program: WarmProgram) -> Iterator[Stage]:
    with FakeSimkl(interval=1, codes=[USER_CODE]) as box:
        yield Stage(tmp_path / "home", box, program)


def test_a_link_through_trouble_tells_nothing(stage):
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


def test_a_link_for_a_program_tells_nothing_but_the_code(stage):
    stage.approve_with_the_planted_token()
    assert stage.run("link", "--json") == 0
    assert stage.leaks() == []


def test_looking_at_a_link_and_ending_it_tells_nothing(stage):
    stage.approve_with_the_planted_token()
    assert stage.run("link") == 0
    assert stage.run("status") == 0
    stage.name_the_user()
    assert stage.run("status", "--check", "--json") == 0
    assert stage.run("status", "--check") == 77, "the box does not know the planted token"
    assert stage.run("status", "--json") == 77
    assert stage.run("unlink") == 0
    assert stage.leaks() == []
    assert [each for each in search(stage.files()) if not each.startswith("client secret")] == []


def wrong_client_id(stage: Stage) -> int:
    stage.box.order("status", status=412, times=None)
    return stage.run("link")


def not_in_time(stage: Stage) -> int:
    return stage.run("link", "--timeout", "1")


def only_dead_codes(stage: Stage) -> int:
    stage.box.order("fresh_code", times=None)
    return stage.run("link", "--json")


def a_token_that_cannot_be_sent(stage: Stage) -> int:
    stage.box.order("answer", path="/oauth/pin/", body={"result": "OK", "access_token": f"{TOKEN} {TOKEN}"})
    return stage.run("link", "--timeout", "2")


def no_network(stage: Stage) -> int:
    stage.keep_the_planted_token()
    stage.box.stop_listening()
    return stage.run("status", "--check")


def somebody_in_between(stage: Stage) -> int:
    stage.keep_the_planted_token()
    stage.box.order("redirect", times=None)
    return stage.run("status", "--check")


def broken_settings(stage: Stage) -> int:
    stage.keep_the_planted_token()
    stage.settings.write_text(stage.settings.read_text(encoding="utf-8") + "  - broken: [", encoding="utf-8")
    return stage.run("status")


def unknown_settings(stage: Stage) -> int:
    stage.write_settings(f"  client_secert: {CLIENT_SECRET}", f"acounts: {{default: {{access_token: {TOKEN}}}}}")
    return stage.run("status")


def wrong_types(stage: Stage) -> int:
    stage.write_settings(f"  client_secret: [{CLIENT_SECRET}]")
    return stage.run("status")


def wrong_account(stage: Stage) -> int:
    stage.write_settings(f"accounts: {{default: [{TOKEN}, {USER_CODE}]}}")
    return stage.run("unlink")


def no_secret_file(stage: Stage) -> int:
    return stage.run("status", SIMKL_CLIENT_SECRET=CLIENT_SECRET, SIMKL_CLIENT_SECRET_FILE="nowhere")


def an_internal_error_while_linking(stage: Stage) -> int:
    stage.approve_with_the_planted_token()
    return stage.run("link", DEFECT=f"the error knows {CLIENT_SECRET} and {USER_CODE}")


def an_internal_error_while_checking(stage: Stage) -> int:
    stage.keep_the_planted_token()
    return stage.run("status", "--check", "--json", DEFECT=f"the error knows {CLIENT_SECRET}")


FAILURES: list[tuple[Callable[[Stage], int], int, str]] = [
    (wrong_client_id, 77, "does not accept this client ID"),
    (not_in_time, 75, ""),
    (only_dead_codes, 75, ""),
    (a_token_that_cannot_be_sent, 75, ""),
    (no_network, 69, "No connection to Simkl"),
    (somebody_in_between, 69, "did not come from Simkl"),
    (broken_settings, 78, "settings.yaml, line"),
    (unknown_settings, 77, "simkl.client_secert is not a setting"),
    (wrong_types, 78, "simkl.client_secret must be text"),
    (wrong_account, 78, "accounts.default must be an account"),
    (no_secret_file, 78, "$SIMKL_CLIENT_SECRET_FILE"),
    (an_internal_error_while_linking, 1, "RuntimeError: the error knows [hidden] and [hidden]: [hidden]"),
    (an_internal_error_while_checking, 1, "RuntimeError: the error knows [hidden]: [hidden]"),
]


@pytest.mark.parametrize(("fail", "code", "said"), FAILURES, ids=[each[0].__name__ for each in FAILURES])
def test_a_failure_tells_no_secret(stage, fail, code, said):
    assert fail(stage) == code, stage.log
    assert said in stage.log
    assert stage.leaks() == []


HIDING = {
    "a secret": Secret(CLIENT_SECRET),
    "a token": Token(Secret(TOKEN), "client"),
    "an approval": Linked(Token(Secret(TOKEN), "client")),
    "an account": Account(Token(Secret(TOKEN), "client"), "2026-01-01T00:00:00Z"),
    "settings": Settings(Path("x"), "client", Secret(CLIENT_SECRET), "https://api", "https://site"),
    "an exception": ValueError(Secret(TOKEN)),
}


@pytest.mark.parametrize("value", HIDING.values(), ids=HIDING.keys())
@pytest.mark.parametrize("shown", [repr, str, "{}".format, "{!r:>99}".format, "{!s}".format])
def test_what_holds_a_secret_does_not_show_it(value, shown):
    assert search({"text": shown(value).encode()}) == []
    assert "[hidden]" in shown(value)


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
@pytest.mark.parametrize("written", [str, str.lower, lambda text: base64.b64encode(text.encode()).decode()])
def test_a_secret_that_is_written_somewhere_is_noticed(stage, secret, written):
    stage.outputs["1 status stderr"] = f"INFO lib: {written(secret)} was used".encode()
    assert len(stage.leaks()) == 1


def test_a_secret_in_another_file_is_noticed(stage):
    (stage.settings.parent / ".settings.yaml.new").write_text(f"access_token: {TOKEN}", encoding="utf-8")
    assert stage.leaks() == ["access token in settings/.settings.yaml.new"]
