"""How a command ends: its exit code, what it says when it cannot do its work, and never a secret or a control code."""

import io
import os
import threading

import pytest

from lib.simkl.http.transport import Transport
from lib.terminal import commands, link_command
from tests.frontends.terminal.conftest import CLIENT_SECRET

WRONG = ["", "dance", "link --method carrier-pigeon", "link --timeout 0", "link --timeout inf", "link --timeout nan",
         "link --timeout soon", "link --account  ", "link --account a\x1b[2Jb", "unlink --json"]  # fmt: skip


@pytest.mark.parametrize("command", WRONG, ids=ascii)
def test_a_wrong_command_line_ends_in_2_and_asks_nobody(terminal, box, command):
    ran = terminal.run(*(command.split(" ", 2) if command else []))
    assert (ran.code, ran.out, box.requests) == (2, "", [])
    assert ran.err.startswith("usage: plugin.py")
    assert "Traceback" not in ran.err
    assert "_" not in ran.err, "a name of the program's own shows"


def test_help_and_version_end_in_0(terminal):
    assert "link an account" in terminal.run("--help").out
    ran = terminal.run("--version")
    assert (ran.code, ran.out.split()[:2]) == (0, ["Simkl", "Link"])


def test_a_missing_client_id_is_explained_in_three_lines(terminal):
    terminal.set(SIMKL_CLIENT_ID=None)
    ran = terminal.run("link")
    assert (ran.code, ran.out) == (78, "")
    _, where_from, where_to = ran.err.splitlines()
    assert "simkl.com/settings/developer" in where_from
    assert '"TV, devices & command line"' in where_from
    assert str(terminal.settings) in where_to and "SIMKL_CLIENT_ID" in where_to
    program = terminal.run("link", "--json")
    assert (program.code, program.err) == (78, "")
    assert program.events == [{"event": "failed", "error": "client_id_missing", "message": ran.err.rstrip("\n")}]


SETTINGS = {
    "broken": ("simkl: [broken", "line 1, column 15", "Nothing was changed"),
    "no account": ("accounts:\n  default: linked\n", "line 2", "accounts.default must be an account"),
}


@pytest.mark.parametrize("text, where, words", SETTINGS.values(), ids=SETTINGS)
def test_settings_that_cannot_be_used_end_in_78_and_are_named_with_their_line(terminal, text, where, words):
    terminal.set(SIMKL_API_URL=None)
    terminal.write_settings(text)
    ran = terminal.run("status")
    assert ran.code == 78
    assert f"{terminal.settings}, {where}" in ran.err
    assert words in ran.err
    assert terminal.settings.read_text() == text
    [event] = terminal.run("status", "--json").events
    assert (event["event"], event["error"]) == ("failed", "settings")


def test_an_unknown_key_is_a_warning_that_names_the_nearest_known_one(terminal):
    terminal.write_settings("simkl:\n  cliend_id: abc\n")
    ran = terminal.run("status", "--json")
    assert "line 2: simkl.cliend_id is not a setting. Did you mean client_id?" in ran.err
    assert len(ran.out.splitlines()) == 1


REFUSED = {
    "unknown client id": ({"status": 412}, "client_id_refused"),
    "an error of tomorrow": ({"status": 400, "error": "brand_new"}, "unexpected"),
}


@pytest.mark.parametrize("order, name", REFUSED.values(), ids=REFUSED)
def test_what_simkl_refuses_ends_in_77_and_says_why(terminal, box, order, name):
    box.order("status", times=None, path="/oauth/pin", **order)
    ran = terminal.run("link", "--json")
    assert (ran.code, ran.events[-1]["event"], ran.events[-1]["error"]) == (77, "failed", name)
    plain = terminal.run("link")
    assert (plain.code, plain.err) == (77, ran.events[-1]["message"] + "\n")


def test_codes_that_keep_dying_end_in_75(terminal, box):
    box.order("fresh_code", times=None, path="/oauth/pin/")
    ran = terminal.run("link", "--json")
    assert (ran.code, ran.events[-1]["error"]) == (75, "codes_keep_dying")
    assert [event["event"] for event in ran.events].count("code") == 4


@pytest.mark.parametrize("arguments", [["link", "--timeout", "20"], ["status", "--check"]], ids=" ".join)
def test_an_unreachable_simkl_ends_in_69(linked, box, arguments):
    box.stop_listening()
    ran = linked.run(*arguments)
    assert (ran.code, ran.err) == (69, "No connection to Simkl. Check the network. Retrying automatically.\n")
    assert linked.run(*arguments, "--json").events[-1]["error"] == "no_connection"


@pytest.mark.parametrize("arguments, seconds", [([], 60), (["--timeout", "12"], 12)], ids=["expired", "timeout"])
def test_a_code_nobody_approves_ends_in_75_in_its_time(terminal, box, retry_now, monkeypatch, arguments, seconds):
    monkeypatch.setattr(box, "expires_in", 60)
    monkeypatch.setattr(box.model, "_expires_in", 60)
    ran = terminal.run("link", *arguments)
    assert ran.code == 75
    assert ran.lines[-1] == "Nobody approved the code in time. Run the command again for a new one."
    assert seconds - 1 <= sum(retry_now.pauses) <= seconds + 0.001  # the last poll finds it dead already
    assert terminal.run("link", "--json", *arguments).events[-1] == {"event": "expired"}


def test_ctrl_c_ends_in_130_and_leaves_no_code_behind(terminal, retry_now):
    retry_now.then(retry_now.nothing, retry_now.interrupt)
    ran = terminal.run("link")
    assert (ran.code, ran.err) == (130, "")
    assert ran.lines[-1] == "Waiting for you to approve ..."
    assert list(terminal.settings.parent.glob("*.code")) == []


def test_ctrl_c_cuts_a_hanging_request_off_without_a_word(terminal, box, retry_now):
    box.order("hang", path="/oauth/pin/")

    def press():
        box.wait_for(lambda: box.requests[-1].fault == "hang")
        retry_now.interrupt()

    retry_now.then(threading.Thread(target=press).start)
    ran = terminal.run("link")
    assert (ran.code, ran.err) == (130, "") and "approv" in ran.lines[-1]
    assert "simkl-link" not in [thread.name for thread in threading.enumerate()]


def test_ctrl_c_anywhere_else_is_as_quiet(terminal, monkeypatch):
    def pressed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "read_status", pressed)
    ran = terminal.run("status")
    assert (ran.code, ran.out, ran.err) == (130, "", "")


BROKEN = {
    "the poller": (link_command, "SignInByCode", ["link"]),
    "the command": (Transport, "__init__", ["link"]),
    "status": (Transport, "__init__", ["status", "--check"]),
}


@pytest.mark.parametrize("where, name, command", BROKEN.values(), ids=BROKEN)
def test_an_internal_error_ends_in_1_and_tells_no_secret(linked, box, monkeypatch, where, name, command):
    token = box.tokens[0].token

    def broken(*_, **__):
        raise ZeroDivisionError(f"error near {token}")

    monkeypatch.setattr(where, name, broken)
    ran = linked.run(*command)
    assert ran.code == 1
    assert "internal error in Simkl Link" in ran.err
    assert "ZeroDivisionError: error near [hidden]" in ran.err
    assert token not in ran.out + ran.err
    program = linked.run(*command, "--json")
    assert (program.code, program.events[-1]["event"], program.events[-1]["error"]) == (1, "failed", "internal_error")


@pytest.mark.parametrize("client_id", [None, "sandbox-client-id"], ids=["an error is told", "a code is told"])
def test_a_reader_that_went_away_ends_in_1_without_a_traceback(terminal, client_id):
    reader, writer = os.pipe()
    os.close(reader)
    terminal.set(SIMKL_CLIENT_ID=client_id)
    with os.fdopen(writer, "w") as pipe:
        terminal.stdout = pipe
        ran = terminal.run("link", "--json")
    assert (ran.code, "Traceback" in ran.err) == (1, False)


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


def test_neither_an_error_nor_a_name_can_steer_the_terminal(terminal, box, retry_now):
    box.order("status", status=400, error=EVIL, path="/oauth/pin")
    refused = terminal.run("link")
    assert refused.code == 77
    assert "evil" in refused.err
    assert_harmless(refused.err)
    box.add_user(EVIL, 900002)
    retry_now.then(lambda: box.approve_pending(EVIL))
    for command in ("link", "status", "unlink"):
        ran = terminal.run(command)
        assert ran.code == 0
        assert "evil" in ran.out
        assert_harmless(ran.out + ran.err)


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
