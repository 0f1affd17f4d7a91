"""Which front end a link gets, what the moving one leaves, and what never comes out: secrets, control codes."""

import io
import signal

import pytest

from lib.terminal import signals
from tests.frontends.terminal.conftest import CLIENT_SECRET

SHOW_CURSOR = "\x1b[?25h"
HIDE_CURSOR = "\x1b[?25l"
EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31mevil\r\n\u202egnirts\u2028"
STEERING = [c for c in EVIL if not c.isprintable()]


def test_a_terminal_gets_the_moving_screen(linked, box, retry_now, tty):
    linked.set(NO_COLOR="")
    box.add_user("second_viewer", 900002)
    retry_now.then(lambda: tty.wait_for("On your phone"), lambda: box.approve_pending("second_viewer"))
    assert linked.run("link").code == 0
    text = tty.getvalue()
    assert HIDE_CURSOR in text
    assert text.rindex(SHOW_CURSOR) > text.rindex(HIDE_CURSOR)
    assert text.endswith("✓ Linked as second_viewer, instead of sample_viewer\x1b[0m\n")


NOTHING_MOVES = [
    {"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TTY_COMPATIBLE": "0"}, {"TTY_INTERACTIVE": "0"},
    {"encoding": "latin-1"}, {"encoding": "no-such-encoding"},
]  # fmt: skip


@pytest.mark.parametrize("variables", NOTHING_MOVES, ids=lambda each: "=".join(*each.items()))
def test_a_terminal_on_which_nothing_can_move_shows_the_code_in_plain_lines(
    terminal, box, retry_now, tty, monkeypatch, variables
):
    monkeypatch.setattr(type(tty), "encoding", variables.get("encoding"), raising=False)
    terminal.set(**{name: value for name, value in variables.items() if name.isupper()})
    retry_now.then(box.approve_pending)
    assert terminal.run("link").code == 0
    assert "/pin and enter the code " in tty.getvalue()
    assert "\x1b" not in tty.getvalue()
    assert tty.getvalue().endswith("Linked as sample_viewer\n")


@pytest.mark.parametrize(
    ("status", "code", "left"),
    [(200, 75, "Nobody approved the code in time."), (412, 77, "Simkl does not accept this client ID")],
)
def test_how_it_ended_is_what_the_screen_leaves(terminal, box, tty, status, code, left):
    if status != 200:
        box.order("status", status=status, path="/oauth/pin")
    assert terminal.run("link", "--timeout", "5").code == code
    assert left in tty.getvalue().rpartition(SHOW_CURSOR)[2]


@pytest.mark.parametrize("fault", [False, True], ids=["waiting for an approval", "before there is a code"])
def test_ctrl_c_gives_the_cursor_back_and_leaves_nothing_more(terminal, box, retry_now, tty, fault):
    if fault:
        box.order("status", status=503, path="/oauth/pin")
    retry_now.then(lambda: tty.wait_for("has a fault" if fault else "On your phone"), retry_now.interrupt)
    ran = terminal.run("link")
    assert (ran.code, ran.err) == (130, "")
    assert "Ctrl-C cancels" in tty.getvalue()
    assert tty.getvalue().rpartition(SHOW_CURSOR)[2].strip("\x1b[2KA1\r\n") == ""


def test_ctrl_z_gives_the_cursor_back_until_the_program_goes_on(monkeypatch):
    done = []
    monkeypatch.setattr(signal, "pthread_kill", lambda thread, number: done.append(signal.getsignal(number)))
    with signals.stoppable(lambda: done.append("before"), lambda: done.append("after")):
        for _ in range(2):
            signal.raise_signal(signal.SIGTSTP)
    assert done == ["before", signal.SIG_DFL, "after"] * 2
    assert signal.getsignal(signal.SIGTSTP) is signal.SIG_DFL


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
