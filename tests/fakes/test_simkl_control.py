"""The remote control, and what can be ordered in words."""

import pytest
from werkzeug.test import Client

from tests.fakes.program import EPISODE, FILM, HARBOUR, VERIFIER, Program, said, table, told
from tests.fakes.simkl.faults import order_from


@pytest.fixture
def control(box):
    """Ask the remote control: a POST with a body, else a GET."""
    return lambda name, body=None: Client(box._app).open(f"/_box/{name}", method="POST" if body else "GET", json=body)


def test_remote_control_does_what_the_hand_does_and_shows_no_secret(box, control, public, program):
    client = Program(box, "v1-public")
    codes = [client.start()["user_code"] for _ in range(2)]
    assert control("deny", {"user_code": codes[0].lower()}).json == {"deny": codes[0]}
    assert control("approve", {"user_name": None}).json == {"approve": codes[1]}
    code = told(control("allow", {"url": public.authorize_url()}).json["allow"])["code"]
    tokens, started = public.exchange(code).json, public.device()
    public.refresh(tokens["refresh_token"])
    public.settings(tokens["access_token"])
    program.scrobble("stop", EPISODE, 90.123)
    program.scrobble("pause", FILM, 30)
    program.history(movies=[{**HARBOUR, "rating": 8}])
    control("order", {"fault": "status", "status": 503, "path": "/users"})
    state = control("state")
    secrets = [code, VERIFIER, started["device_code"], tokens["access_token"], tokens["refresh_token"], program.token]
    assert not [each for each in [*secrets, *(grant.token for grant in box.tokens)] if each in state.text]
    assert [(each["simkl"], each["times"]) for each in state.json["watched"]] == [(9000001, 1), (9000002, 1)]
    counted = ("dead_token_uses", "refreshes", "ratings", "playbacks", "history_calls", "malformed", "faults")
    assert [len(state.json[name]) for name in counted] == [1] * len(counted)
    assert control("advance", {"seconds": 901}).json == {"advance": 1901} and client.settings().status_code == 503


@table(("name", "body", "says"), {
    "a step back": ("advance", {"seconds": -1}, "forwards"),
    "a code nobody has": ("approve", {"user_code": "XXXXX"}, "XXXXX"),
    "another option": ("revoke", {"x": 1}, "'x'"),
    "a list": ("approve", ["x"], "JSON object"),
})  # fmt: skip
def test_remote_control_explains_what_it_did_not_understand(control, name, body, says):
    answer = control(name, body)
    assert answer.status_code == 400 and says in answer.json["error"]


@table(("options", "says"), {
    "another name": ({"fault": "sabotage"}, "lost_approval"),
    "no status": ({"fault": "status"}, "status needs"),
    "a status that is none": ({"fault": "status", "status": 99}, "from 200 to 599"),
    "a status in words": ({"fault": "status", "status": "many"}, "many"),
    "another's option": ({"fault": "html", "status": 503}, "accepts times, path"),
    "never": ({"fault": "reset", "times": 0}, "at least 1"),
    "half a path": ({"fault": "reset", "path": "oauth"}, "begins with '/'"),
    "no body": ({"fault": "answer"}, "body"),
})  # fmt: skip
def test_a_bad_order_says_what_is_accepted(options, says):
    with pytest.raises(ValueError) as problem:
        order_from(**options)
    assert says in str(problem.value)


@pytest.mark.parametrize("error", ["RATE_LIMIT", "rate_limit"])
def test_an_ordered_lock_refuses_a_write_once_and_nothing_has_happened(box, program, error):
    for path, body in [("/scrobble/stop", {**FILM, "progress": 90}), ("/sync/history/remove", {"movies": [HARBOUR]})]:
        box.order("write_lock", path=path, error=error)
        answer = program.post(path, body)
        assert said(answer) == (400, error) and ("error_description" in answer.json) == (error == "rate_limit")
        assert box.requests[-1].fault == "write_lock" and box.history_calls == box.scrobbles[1:] == []
        assert program.post(path, body).status_code == 201
