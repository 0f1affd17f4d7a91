"""What needs a real socket: ordered faults, the network that goes and comes back, waiting for a lock, the command."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.fakes.program import BACK, EPISODE, FILM, FILM_ID, USER, Program, linked, marked, said, simkl, table
from tests.fakes.simkl.faults import OPTIONS

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


@table(("fault", "status", "content_type", "text"), {
    "a status without a name": ({"fault": "status", "status": 503}, 503, "text/html; charset=utf-8", "<h1>503</h1>"),
    "412": ({"fault": "status", "status": 412}, 412, "application/json", '"client_id_failed", "code": 412'),
    "500": ({"fault": "status", "status": 500}, 500, "application/json", '"internal", "code": 500'),
    "one with a name": ({"fault": "status", "status": 400, "error": "x"}, 400, "application/json", '"x", "code": 400'),
    "a hotel's login page": ({"fault": "html"}, 200, "text/html; charset=utf-8", "<form"),
    "nothing": ({"fault": "empty"}, 200, "application/json", ""),
    "half of a JSON": ({"fault": "not_json"}, 200, "application/json", '{"result": "OK", "access_token": '),
    "very much": ({"fault": "big"}, 200, "application/json", "x" * 1024 * 1024),
    "any JSON": ({"fault": "answer", "body": {"a": 1}, "status": 201}, 201, "application/json", '{"a": 1}'),
    "any text": ({"fault": "answer", "body": "hi", "content_type": "text/plain"}, 200, "text/plain", "hi"),
    "a slow answer": ({"fault": "slow", "period": 0.0001}, 200, "application/json", '"user_code"'),
})  # fmt: skip
def test_an_answer_can_be_ordered(box, fault, status, content_type, text):
    box.order(**fault)
    answer = get(box)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, content_type) and text in answer.text
    assert (box.requests[-1].fault, box.requests[-1].status) == (fault["fault"], status)
    assert get(box).json()["result"] == "OK"


@table(("fault", "error", "done"), {
    "reset": ({"fault": "reset"}, requests.ConnectionError, False),
    "hang": ({"fault": "hang"}, requests.ReadTimeout, False),
    "slow": ({"fault": "slow", "period": 30}, requests.ConnectionError, True),
    "truncated": ({"fault": "truncated"}, requests.exceptions.ChunkedEncodingError, True),
    "lost_answer": ({"fault": "lost_answer"}, requests.ConnectionError, True),
})  # fmt: skip
def test_an_answer_that_does_not_arrive_can_be_ordered(box, fault, error, done):
    box.order(**fault)
    with pytest.raises(error):
        get(box, timeout=0.05 if fault["fault"] in ("hang", "slow") else 60)
    assert bool(box.codes) is done and box.requests[-1].fault == fault["fault"]
    assert get(box).status_code == 200


def test_wrong_types_keeps_the_names(box):
    right = get(box).json()
    box.order("wrong_types", times=2)
    wrong = get(box).json()
    assert set(wrong) == set(right) and wrong["result"] == "OK"
    assert all(type(wrong[name]) is not type(right[name]) for name in right if name != "result")
    code = box.approve_pending()
    assert get(box, f"/oauth/pin/{code}?client_id=v1-public").json() == {"result": "OK", "access_token": 12345}


def test_redirect_notes_whether_the_token_came_along(box):
    box.order("redirect", times=2)
    for follow in (True, False):
        answer = get(box, "/users/settings", headers={"Authorization": "Bearer abc"}, allow_redirects=follow)
    assert (answer.status_code, answer.headers["Location"]) == (302, box.url + "/elsewhere")
    assert [seen.headers.get("Authorization") for seen in box.elsewhere] == ["Bearer abc"]
    box.order("redirect", to="http://[::1]:1/x", status=307)
    answer = get(box, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (307, "http://[::1]:1/x")


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


@table(("status", "error"), {400: (400, "invalid_request"), 401: (401, "invalid_client"), 503: (503, "server_error")})
def test_an_ordered_status_has_the_shape_of_rfc_6749_under_oauth2_and_a_challenge_elsewhere(box, status, error):
    box.order("status", status=status, times=2)
    answer = Program(box, "v2-public").refresh("x")
    assert said(answer) == (status, error) and set(answer.json) == {"error", "error_description"}
    assert "WWW-Authenticate" not in answer.headers
    assert ("WWW-Authenticate" in get(box).headers) == (status == 401)


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
    if family == "v2-tv":
        started = program.device()
        fields = {"client_id": family, "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
                  "device_code": started["device_code"]}  # fmt: skip
        poll = lambda: requests.post(box.url + "/oauth2/token", data=fields, timeout=60).json()  # noqa: E731
    else:
        started = program.start()
        poll = lambda: get(box, f"/oauth/pin/{started['user_code']}?client_id={family}").json()  # noqa: E731
    assert "token" not in str(poll()) and not order.served
    box.approve(started["user_code"])
    box.advance(5)
    with pytest.raises(requests.ConnectionError):
        poll()
    assert (box.requests[-1].status, box.requests[-1].fault, len(box.tokens)) == (None, "lost_approval", 1)
    assert poll().get("user_code") != started["user_code"] and order.spent


# the network, and waiting


def test_the_network_goes_and_comes_back_on_the_same_port(box):
    address = ("127.0.0.1", int(box.url.rpartition(":")[2]))
    with socket.create_connection(address) as idle:
        get(box)
        box.stop_listening()
        idle.settimeout(60)
        assert idle.recv(1) == b""
    with pytest.raises(requests.ConnectionError):
        get(box)
    box.listen_again()
    assert get(box).status_code == 200 and len(box.codes) == 2


def test_a_hanging_request_does_not_keep_the_box_from_stopping(box):
    box.order("hang")
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(get, box)
        box.wait_for(lambda: box.requests and box.requests[0].fault == "hang")
        box.stop()
        assert isinstance(asking.exception(60), requests.ConnectionError)


def test_waiting_for_a_request_needs_no_sleeping(box):
    with ThreadPoolExecutor(1) as pool:
        pool.submit(get, box)
        assert box.wait_for(lambda: box.codes)[0].state == "waiting"
    with pytest.raises(TimeoutError, match="/oauth/pin"):
        box.wait_for(lambda: len(box.requests) > 1, timeout=0.01)


def test_waiting_for_a_watch_needs_no_sleeping_even_if_its_answer_is_lost(box):
    looked, program = threading.Event(), linked(box)

    def watched():
        looked.set()
        return FILM_ID in box.watched[USER]

    def stop():
        query, bearer = {"client_id": program.client_id}, {"Authorization": f"Bearer {program.token}"}
        body = {**FILM, "progress": 90}
        requests.post(box.url + "/scrobble/stop", params=query, headers=bearer, json=body, timeout=60)

    box.order("lost_answer")
    with ThreadPoolExecutor(2) as pool:
        with box.writing():
            lost = pool.submit(stop)
            box.wait_for(lambda: box.write_locks.waiting)
            waiter = pool.submit(box.wait_for, watched)
            assert looked.wait(60)
        assert isinstance(lost.exception(60), requests.ConnectionError) and waiter.result(60)


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


# the command


def command(*flags):
    line = [sys.executable, "-m", "tests.fakes.simkl", *flags]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_command_says_where_it_is_takes_all_it_is_told_and_ends_on_sigterm():
    app = ["--app", f"mine:generation=v2,redirect={BACK}", "--v2-code", "AAAA-BBBB", "--api-host", "localhost"]
    with command(*app, "--client-id", "old", "--code", "K7QXM", "--fault", "status:status=503") as process:
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


def test_the_command_explains_a_bad_fault_and_a_taken_port(box):
    with command("--fault", "sabotage") as bad, command("--port", box.url.rpartition(":")[2]) as taken:
        errors = bad.communicate(timeout=60)[1], taken.communicate(timeout=60)[1]
    assert (bad.returncode, taken.returncode) == (2, 1)
    assert OPTIONS.keys() <= set(re.findall(r"\w+", errors[0])) and "Address already in use" in errors[1]
