"""What needs a real socket: ordered faults, waiting for a lock, the command."""

import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.fakes.program import BACK, DEVICE, EPISODE, FILM, Program, linked, marked, said, simkl, table

PIN = "/oauth/pin?client_id=v1-public"


@pytest.fixture(scope="module")
def running():
    with simkl(port=0) as box:
        yield box


@pytest.fixture
def box(running):
    running.reset()
    running.listen_again()
    return running


def get(box, path=PIN, timeout=60, **options):
    return requests.get(box.url + path, timeout=timeout, **options)


# faults


def test_redirect_notes_whether_the_token_came_along(box):
    box.order("redirect", times=2)
    for follow in (True, False):
        answer = get(box, "/users/settings", headers={"Authorization": "Bearer abc"}, allow_redirects=follow)
    assert (answer.status_code, answer.headers["Location"]) == (302, box.url + "/elsewhere")
    assert [seen.headers.get("Authorization") for seen in box.elsewhere] == ["Bearer abc"]


def test_faults_happen_in_order_so_many_times_and_only_where_they_fit(box):
    box.order("status", status=502, times=2, path="/oauth/pin/")
    last = box.order("empty", path="/oauth/pin/")
    x = "/oauth/pin/x?client_id=v1-public"
    assert get(box).status_code == 200
    assert [get(box, x).status_code for _ in range(2)] == [502, 502]
    assert get(box, x).content == b"" and last.spent and get(box, x).json()["result"] == "OK"
    box.order("status", times=None, status=500)
    assert {get(box).status_code for _ in range(4)} == {500}
    assert {get(box, path).status_code for path in ("/_box/state", "/pin")} == {200}
    box.clear_faults()
    assert get(box).status_code == 200


@table(("path", "body", "done"), {
    "an endpoint of OAuth": ("/oauth2/device", {"data": {"client_id": "v2-tv"}}, lambda box: box.codes),
    "a scrobble": ("/scrobble/stop", {"json": FILM}, lambda box: box.scrobbles),
    "a mark": ("/sync/history", {"json": {"movies": [FILM["movie"]]}}, lambda box: box.history_calls),
})  # fmt: skip
@pytest.mark.parametrize(("fault", "happens"), [("reset", False), ("lost_answer", True)])
def test_every_endpoint_can_lose_the_question_or_the_answer(box, path, body, done, fault, happens):
    headers = {"Authorization": f"Bearer {box.give_token(client_id='v1-public')}"}
    box.order(fault)
    with pytest.raises(requests.ConnectionError):
        requests.post(box.url + path, params={"client_id": "v1-public"}, headers=headers, timeout=60, **body)
    assert bool(done(box)) is happens and (box.requests[-1].status, box.requests[-1].fault) == (None, fault)


@pytest.mark.parametrize("family", ["v1-public", "v2-tv"])
def test_lost_approval_waits_for_an_approval_and_loses_it(box, family):
    order, program = box.order("lost_approval"), Program(box, family)
    started = program.device() if family == "v2-tv" else program.start()

    def poll():
        if family == "v1-public":
            return get(box, f"/oauth/pin/{started['user_code']}?client_id={family}").json()
        fields = {"client_id": family, "grant_type": DEVICE, "device_code": started["device_code"]}
        return requests.post(box.url + "/oauth2/token", data=fields, timeout=60).json()

    assert "token" not in str(poll()) and not order.served
    box.approve(started["user_code"])
    box.advance(5)
    with pytest.raises(requests.ConnectionError):
        poll()
    assert (box.requests[-1].status, box.requests[-1].fault, len(box.tokens)) == (None, "lost_approval", 1)
    assert poll().get("user_code") != started["user_code"] and order.spent


# the network, and waiting


def test_a_hanging_request_does_not_keep_the_box_from_stopping(box):
    box.order("hang")
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(get, box)
        box.wait_for(lambda: box.requests and box.requests[0].fault == "hang")
        box.stop_listening()
        assert isinstance(asking.exception(60), requests.ConnectionError)


def test_a_write_waits_for_another_one_of_its_user_and_gives_up_after_20_seconds(box):
    box.add_user("second_viewer", 900002)
    program = linked(box)
    with ThreadPoolExecutor(1) as pool:
        with box.writing():
            refused = pool.submit(program.scrobble, "stop", FILM, 90)
            box.wait_for(lambda: box.write_locks.waiting)
            assert said(linked(box, "second_viewer").scrobble("stop", FILM, 90)) == (201, "scrobble")
            box.advance(19.9)
            assert program.settings().status_code == 200 and not refused.done()
            box.advance(0.1)
            assert said(refused.result(60)) == (400, "RATE_LIMIT") and marked(box) == set()
            goes_on = pool.submit(program.scrobble, "stop", EPISODE, 90)
            box.wait_for(lambda: box.write_locks.waiting)
        assert said(goes_on.result(60)) == (201, "scrobble")


def test_the_command_says_where_it_is_takes_all_it_is_told_and_ends_on_sigterm():
    app = ["--app", f"mine:generation=v2,redirect={BACK}", "--v2-code", "AAAA-BBBB", "--api-host", "localhost"]
    more = ["--client-id", "old", "--code", "K7QXM", "--fault", "status:status=503"]
    line, piped = [sys.executable, "-m", "tests.fakes.simkl", *app, *more], subprocess.PIPE
    with subprocess.Popen(line, stdout=piped, stderr=piped, text=True) as process:
        lines = [process.stdout.readline() for _ in range(7)]
        url = re.fullmatch(r"Fake Simkl server on (http://127\.0\.0\.1:\d+)\n", lines[0]).group(1)
        api = re.search(r"http://localhost:\d+", "".join(lines)).group()
        pin, device = {"params": {"client_id": "old"}, "timeout": 60}, {"data": {"client_id": "mine"}, "timeout": 60}
        assert requests.get(api + "/oauth/pin", **pin).status_code == 503
        assert requests.get(api + "/oauth/pin", **pin).json()["user_code"] == "K7QXM"
        started = requests.post(api + "/oauth2/device", **device).json()
        assert (started["user_code"], started["verification_uri"]) == ("AAAA-BBBB", url + "/pin")
        assert "mine  (V2, public)" in "".join(lines)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, "")
