"""What every call has in common: what cannot be read is no success, and an error keeps its name; and who is linked.

Sources: Simkl's pages `conventions/errors` and `conventions/null-values`, and that of each call.
"""

from dataclasses import replace

import pytest
from requests_mock import ANY

from lib.simkl import errors
from lib.simkl.api.history import add_ratings, add_to_history, remove_from_history, remove_titles
from lib.simkl.api.media import ANIME
from lib.simkl.api.scrobble import send_scrobble
from lib.simkl.api.search import search_by_file, search_by_text
from lib.simkl.api.users import User, fetch_user
from lib.simkl.auth.tokens import Token
from lib.system.secrets import Secret
from tests.unit.simkl.simkl_says import API, TOKEN, bare, error
from tests.unit.simkl.watching import FILM, KITES, Viewer, answering, entries

BATCH = entries(FILM, KITES)
HISTORY = {
    "mark": lambda viewer: add_to_history(*viewer, BATCH),
    "removal": lambda viewer: remove_from_history(*viewer, BATCH),
    "removal of titles": lambda viewer: remove_titles(*viewer, BATCH),
    "rating": lambda viewer: add_ratings(*viewer, BATCH),
}
CALLS = {
    **HISTORY,
    "scrobble": lambda viewer: send_scrobble(*viewer, "stop", FILM, 96, 80),
    "search by file": lambda viewer: search_by_file(*viewer, "a.mkv"),
    "search by text": lambda viewer: search_by_text(*viewer, ANIME, "t"),
    "user": lambda viewer: fetch_user(*viewer),
}
OF_NO_CALL = [None, "start", 5, True, {}, {"error": "not_found"}]  # None: an empty body
NO_BATCH = [
    [],
    {"not_found": {"movies": []}},
    {"added": None, "not_found": {}},
    {"added": 1, "not_found": {}},
    {"added": {}, "not_found": 5},
    {"added": {}, "not_found": "tt9900002"},
    {"added": {}, "not_found": [{"ids": {"tvdb": 980001}}]},
]
OF_ONE_CALL = [
    *((name, payload) for name in HISTORY for payload in NO_BATCH),
    *(("scrobble", payload) for payload in ([], [{"action": "stop"}], {"id": 5}, {"action": None}, {"action": 1})),
    *(("search by file", payload) for payload in ({"movie": "F"}, {"episode": {"season": 1, "episode": 1}})),
]


@pytest.mark.parametrize(
    ("name", "payload"), [*((name, payload) for name in CALLS for payload in OF_NO_CALL), *OF_ONE_CALL]
)
def test_what_cannot_be_read_is_no_success_and_nothing_to_be_remembered(name, payload):
    with pytest.raises(errors.Unreadable):
        CALLS[name](answering(payload))


@pytest.mark.parametrize("name", sorted({*CALLS} - {"search by file", "search by text"}))
def test_null_is_no_answer_but_to_a_search(name):
    with pytest.raises(errors.Unreadable):
        CALLS[name](answering(None, is_null=True))


REFUSALS = {
    "a revoked token": (error(401, "user_token_failed"), errors.TokenRefused),
    "the write lock": (error(400, "RATE_LIMIT"), errors.TooFast),
    "no such title": (error(404, "id_err"), errors.NotFound),
    "the day is used up": (error(429, "app_limit_exceeded", Retry_After="60"), errors.QuotaSpent),
    "a hotel page": (bare(409), errors.Unreadable),
}


@pytest.mark.parametrize(("answer", "kind"), REFUSALS.values(), ids=REFUSALS.keys())
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_an_error_keeps_its_name_and_is_not_asked_again(requests_mock, transport_to, call, answer, kind):
    requests_mock.register_uri(ANY, ANY, **answer)
    with pytest.raises(errors.SimklError) as caught:
        call(Viewer(transport_to(API), Token(Secret(TOKEN), "sandbox-client-id")))
    assert type(caught.value) is kind and caught.value.status == answer["status_code"]
    assert requests_mock.call_count == 1


AVATAR = "https://simkl.in/avatars/90/90000001abcdef/user_100.jpg"
USER = {"name": "sample_viewer", "joined_at": "2019-04-02T10:00:00Z", "gender": "", "avatar": AVATAR, "age": ""}
ACCOUNT = {"id": 900001, "timezone": "Europe/Oslo", "type": "free", "anime_title_language": "en"}
VIEWER = User(900001, "sample_viewer", "free", AVATAR)
READ = [  # changes of user and account, and what of the user is another then
    ({}, {}, {}),
    ({"age": 41, "id": 5}, {"connections": {"facebook": False}}, {}),
    ({}, {"type": "pro"}, {"account_type": "pro"}),
    ({}, {"type": None}, {"account_type": ""}),
    ({}, {"type": 3}, {"account_type": ""}),
    ({"avatar": None}, {}, {"avatar": ""}),
    ({"avatar": [AVATAR]}, {}, {"avatar": ""}),
    ({"name": "  sample viewer\n"}, {}, {"name": "sample viewer"}),
    ({"name": "Zoë 視聴者 🎬"}, {}, {"name": "Zoë 視聴者 🎬"}),
    ({"name": "Zoë \ud83c"}, {}, {"name": "Zoë ?"}),  # cut in the middle of an emoji
]
NOBODY = [
    [{"user": USER, "account": ACCOUNT}],
    {"account": ACCOUNT},
    {"user": USER},
    {"user": "sample_viewer", "account": ACCOUNT},
    {"user": ["sample_viewer"], "account": ACCOUNT},
    {"user": USER, "account": 900001},
    {"user": {**USER, "id": 900001}, "account": {}},
    *({"user": USER, "account": {"id": bad}} for bad in (None, "900001", True, 900001.5, -1, 10**15)),
    *({"user": {"name": bad}, "account": ACCOUNT} for bad in (None, 12345, "", " \t")),
]


@pytest.mark.parametrize(("user", "account", "changes"), READ)
def test_a_user_is_read_from(user, account, changes):
    somebody = answering({"user": {**USER, **user}, "account": {**ACCOUNT, **account}})
    assert fetch_user(*somebody) == replace(VIEWER, **changes)
    # On AUTH V2 a POST counts as a write, for which a token that may only read is refused.
    assert somebody.transport.asked == [("GET", "/users/settings", "a-token", None)]


def test_a_user_is_read_from_no_more_than_id_and_name():
    assert fetch_user(*answering({"user": {"name": "x"}, "account": {"id": 0}})) == User(0, "x")


@pytest.mark.parametrize("answer", NOBODY)
def test_there_is_no_user_in(answer):
    with pytest.raises(errors.Unreadable):
        fetch_user(*answering(answer))
