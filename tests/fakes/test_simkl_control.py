"""The remote control, and what can be ordered and registered in words."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from tests.fakes.program import BACK, EPISODE, FILM, HARBOUR, SECRET, VERIFIER, Program, said, simkl, table, told
from tests.fakes.simkl import App, FakeSimkl
from tests.fakes.simkl.apps import app_from_spec
from tests.fakes.simkl.faults import order_from_spec


@pytest.fixture
def control(box):
    """Ask the remote control: a POST with a body, else a GET."""

    def ask(name, body=None, method="POST", **data):
        sent = {"json": body, **data} if isinstance(body, (dict, list)) else {"data": body, **data}
        return Client(box._app).open(f"/_box/{name}", box.url, method=method, **sent)

    return ask


def test_remote_control_does_what_the_hand_does(box, control):
    client = Program(box, "v1-public")
    code = client.start()["user_code"]
    assert control("approve").json == {"user_code": code}
    client.poll_pin(code)
    denied = client.start()["user_code"]
    assert control("deny", {"user_code": denied.lower()}).json == {"user_code": denied}
    assert control("revoke", {"user_name": "sample_viewer", "token": None}).json == {"revoked": 1}
    assert control("clock", {"advance": 901}).json == {"now": 1901} and client.poll_pin(denied)["user_code"] != denied
    control("faults", {"fault": "status", "status": 503, "times": None, "path": "/users"})
    assert client.settings().status_code == 503
    faults = [{"fault": "status", "status": 503, "times": "forever", "path": "/users", "served": 1}]
    assert control("state", method="GET").json["faults"] == faults
    assert control("faults", method="DELETE").status_code == 200 and client.settings().status_code == 401
    assert control("reset").json["codes"] == [] == box.requests


def test_remote_control_answers_for_the_person_and_shows_no_secret(box, control, public):
    url = public.authorize_url()
    assert told(control("refuse", {"url": url}).json["location"])["error"] == "access_denied"
    code = told(control("allow", {"url": url}).json["location"])["code"]
    tokens, started = public.exchange(code).json, public.device()
    public.refresh(tokens["refresh_token"])
    public.settings(tokens["access_token"])
    public.poll(started["device_code"])
    state, requests = control("state", method="GET"), control("requests", method="GET")
    secrets = [code, VERIFIER, started["device_code"], tokens["access_token"], tokens["refresh_token"]]
    assert not [each for each in [*secrets, box.tokens[0].token] if each in state.text + requests.text]
    assert state.json["dead_token_uses"][0]["token"] in str(requests.json) and len(state.json["refreshes"]) == 1
    assert (state.json["tokens"][0]["generation"], len(state.json["dead_token_uses"])) == ("v2", 1)
    assert [each["user_code"] for each in state.json["codes"]] == [started["user_code"]]


def test_a_test_in_another_process_reads_what_was_tracked(control, program):
    program.scrobble("stop", EPISODE, 90.123)
    program.scrobble("pause", FILM, 30)
    program.history(movies=[{**HARBOUR, "rating": 8}])
    state = control("state", method="GET").json
    assert [each["answered"] for each in state["scrobbles"]] == ["scrobble", "pause"]
    assert [(each["simkl"], each["times"]) for each in state["watched"]] == [(9000001, 1), (9000002, 1)]
    assert state["ratings"][0]["rating"] == 8 and state["playbacks"][0]["progress"] == 30
    assert len(state["history_calls"]) == 1 and len(state["too_many_posts"]) == 2
    assert "more than two decimals" in state["malformed"][0]["why"]


@table(("name", "body", "says"), {
    "a step back": ("clock", '{"advance": -1}', "forwards"),
    "no number": ("clock", '{"advance": NaN}', "forwards"),
    "no step": ("clock", "{}", "number of seconds"),
    "a truth": ("clock", '{"advance": true}', "number of seconds"),
    "a code that is no text": ("approve", '{"user_code": 5}', "must be text"),
    "a code nobody has": ("approve", '{"user_code": "XXXXX"}', "XXXXX"),
    "another option": ("approve", '{"code": "XXXXX"}', "accepts user_code, user_name"),
    "a list": ("approve", "[]", "JSON object"),
    "nobody to deny": ("deny", "", "no code is waiting"),
    "no JSON": ("revoke", "{not json", "JSON object"),
    "no fault": ("faults", "", "lost_approval"),
    "an option of no fault": ("faults", '{"fault": "status", "status": 503, "self": 1}', "no option 'self'"),
    "for ever and ever": ("faults", '{"fault": "reset", "times": Infinity}', "whole number"),
    "any option": ("reset", '{"x": 1}', "no options"),
    "another page": ("allow", '{"url": "/pin"}', "no authorization page"),
})  # fmt: skip
def test_remote_control_explains_what_it_did_not_understand(control, name, body, says):
    answer = control(name, body)
    assert answer.status_code == 400 and says in answer.json["error"]


@table(("fault", "options", "says"), {
    "another name": ("sabotage", {}, "lost_approval"),
    "no status": ("status", {}, "status needs"),
    "a status that is none": ("status", {"status": 99}, "between 200 and 599"),
    "a status in words": ("status", {"status": "many"}, "whole number"),
    "another's option": ("html", {"status": 503}, "accepts times, path"),
    "never": ("reset", {"times": 0}, "at least 1"),
    "half a path": ("reset", {"path": "oauth"}, "starts with '/'"),
    "back in time": ("slow", {"period": -1}, "negative"),
    "no body": ("answer", {}, "body"),
})  # fmt: skip
def test_a_bad_order_says_what_is_accepted(box, fault, options, says):
    with pytest.raises(ValueError) as problem:
        box.order(fault, **options)
    assert says in str(problem.value)


@table(("spec", "expected"), {
    "a name": ("reset", ("reset", 1, "", {})),
    "options": ("status:status=503,retry_after=3,times=2,path=/oauth/pin",
                ("status", 2, "/oauth/pin", {"status": 503, "retry_after": 3})),
    "for ever": ("slow:period=0.5,times=forever", ("slow", None, "", {"period": 0.5})),
})  # fmt: skip
def test_a_fault_can_be_written_in_a_line(spec, expected):
    order = order_from_spec(spec)
    assert (order.fault, order.times, order.path, order.options) == expected


def test_an_app_can_be_written_in_a_line():
    spec = f"mine:generation=v2,secret={SECRET},name=My App,redirect={BACK},redirect=https://example.org/?a=b"
    expected = App("mine", "v2", secret=SECRET, redirects=(BACK, "https://example.org/?a=b"), name="My App")
    assert app_from_spec(spec) == expected


@table(("read", "spec"), {
    **{f"a fault {spec!r}": (order_from_spec, spec) for spec in ("status:503", "reset:fault=hang", "", "status:")},
    **{f"an app {spec!r}": (app_from_spec, spec)
       for spec in ("mine:generation", "mine:colour=red", ":generation=v2", "mine:generation=v3")},
    **{f"no app of {options}": (lambda options: FakeSimkl(**options), options) for options in (
        {"client_ids": ["a", "a"]}, {"client_ids": ()}, {"v2_client_ids": ["a"], "client_ids": ["a"]})},
    **{f"no registration of {options}": (lambda options: App("mine", "v2", **options), options) for options in (
        {"redirects": ["https://example.org/#here"]}, {"redirects": ["javascript:alert(1)"]},
        {"redirects": ["data:text/html,x"]}, {"redirects": ["https://*.example.org/"]},
        {"redirects": [BACK], "kind": "server"},
        {"secret": "s"}, {"redirects": [BACK], "kind": "tv"}, {"kind": "public"}, {"kind": "toaster"})},
})  # fmt: skip
def test_what_cannot_be_is_refused(read, spec):
    with pytest.raises(ValueError):
        read(spec)


def test_apps_stand_beside_the_plain_lists_of_client_ids():
    box = simkl(client_ids=["one"], v2_client_ids=["two"], apps=[App("three"), App("four", "v2")], port=0)
    assert (box.client_id, box.client_ids, box.v2_client_ids) == ("one", ("one", "three"), ("two", "four"))


@pytest.mark.parametrize("error", ["RATE_LIMIT", "rate_limit"])
def test_an_ordered_lock_refuses_a_write_once_and_nothing_has_happened(box, program, error):
    for method, path, body in [
        ("POST", "/scrobble/stop", {**FILM, "progress": 90}),
        ("POST", "/sync/history/remove", {"movies": [HARBOUR]}),
    ]:
        box.order("write_lock", path=path, error=error)
        answer = program.ask(method, path, body)
        assert said(answer) == (400, error) and ("error_description" in answer.json) == (error == "rate_limit")
        assert box.requests[-1].fault == "write_lock" and box.history_calls == box.scrobbles[1:] == []
        assert program.ask(method, path, body).status_code == 201
