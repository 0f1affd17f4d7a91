"""What must not come out of the terminal: secrets, and what a server's text could do to a screen."""

from __future__ import annotations

import io

import pytest

from tests.frontends.terminal.conftest import CLIENT_SECRET

EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31mevil\r\n\u202egnirts\u2028"
STEERING = [c for c in EVIL if not c.isprintable()]


def assert_harmless(text):
    assert not [c for c in text.replace("\n", "") if c in STEERING]


@pytest.mark.parametrize("how", [[], ["--json"]], ids=["lines", "json"])
@pytest.mark.parametrize("field", ["user_code", "verification_uri"])
def test_what_a_server_says_cannot_steer_the_terminal(terminal, box, retry_now, how, field):
    said = f"http://evil/{EVIL}" if field == "verification_uri" else EVIL
    box.order("answer", path="/oauth/pin", body={"user_code": "AB12C", "expires_in": 900, "interval": 5, field: said})
    retry_now.then(retry_now.interrupt)
    ran = terminal.run("link", *how)
    assert ran.code == 130
    assert "evil" in ran.out
    assert_harmless(ran.out + ran.err)
    assert not how or ran.events[1][field] == said, "programs get it exactly as it came"


def test_a_name_cannot_steer_the_terminal(terminal, box, retry_now):
    box.add_user(EVIL, 900002)
    retry_now.then(lambda: box.approve_pending(EVIL))
    for command in ("link", "status", "unlink"):
        ran = terminal.run(command)
        assert ran.code == 0
        assert "evil" in ran.out
        assert_harmless(ran.out + ran.err)


def test_an_error_identifier_cannot_steer_the_terminal(terminal, box):
    box.order("status", status=400, error=EVIL, path="/oauth/pin")
    ran = terminal.run("link")
    assert ran.code == 77
    assert "evil" in ran.err
    assert_harmless(ran.err)


def test_a_name_that_the_terminal_cannot_write_is_no_internal_error(terminal, box, retry_now):
    box.add_user("\u65e5\u672c", 900002)
    retry_now.then(lambda: box.approve_pending("\u65e5\u672c"))
    terminal.stdout = latin = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    assert terminal.run("link").code == 0
    assert terminal.run("status").code == 0
    latin.seek(0)
    assert latin.read().splitlines()[-2].startswith(r"Linked as \u65e5\u672c (free) since")


@pytest.mark.parametrize("verbose", [[], ["-v"], ["-vv"]], ids=["", "-v", "-vv"])
def test_no_log_holds_a_secret(terminal, box, retry_now, verbose):
    box.order("truncated", path="/oauth/pin/")
    box.order("status", status=503, path="/oauth/pin/")
    box.order("status", status=503, path="/users/settings")
    retry_now.then(
        retry_now.nothing, retry_now.nothing, lambda: box.order("fresh_code"), retry_now.nothing, box.approve_pending
    )
    ran = [terminal.run(*verbose, "link")]
    codes = {request.path.rpartition("/")[2] for request in box.requests if request.path.startswith("/oauth/pin/")}
    token = box.tokens[0].token
    ran += [terminal.run(*verbose, "status", "--check"), terminal.run(*verbose, "link", "--timeout", "5")]
    box.revoke()
    ran += [terminal.run(*verbose, "status", "--check"), terminal.run(*verbose, "unlink")]
    assert [each.code for each in ran] == [0, 0, 75, 77, 0]
    assert len(codes) == 2
    for secret in {token, CLIENT_SECRET, *codes}:
        assert not [each.err for each in ran if secret in each.err]
    assert token not in "".join(each.out for each in ran)
    assert bool(verbose) == any("asking once more" in each.err for each in ran)
    assert (verbose == ["-vv"]) == any("DEBUG urllib3.connectionpool:" in each.err for each in ran)


def test_a_broken_settings_file_is_not_quoted_with_its_secrets(linked, box):
    text = linked.settings.read_text()
    linked.settings.write_text(text.replace("access_token:", "access_token: ["))
    for arguments in (["status"], ["-vv", "link"], ["unlink"], ["status", "--json"]):
        ran = linked.run(*arguments)
        assert ran.code == 78
        assert box.tokens[0].token not in ran.out + ran.err
