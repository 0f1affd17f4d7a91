"""Whose token it is: a name and an id or an error, whatever else the answer holds.

Source: Simkl's page `api-reference/simkl/get-user-settings`.
"""

from dataclasses import replace

import pytest

from lib.simkl import errors
from lib.simkl.api.users import User, fetch_user
from tests.unit.simkl.watching import answering

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
