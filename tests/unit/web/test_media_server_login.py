"""A name and a password of the media server: who they belong to, and that nothing is kept."""

import pytest
import requests

from lib.web.media_server_login import LoginUnavailable, MediaServerUser, check_media_login

URL = "http://media.example.org:8096"
LOGIN = "/".join((URL, "Users", "AuthenticateByName"))
LOGOUT = f"{URL}/Sessions/Logout"


def test_a_right_password_names_the_user_and_is_signed_out_again(requests_mock):
    answer = {"User": {"Id": "77aa", "Name": "Ben"}, "AccessToken": "planted-token-of-ben"}
    login = requests_mock.post(LOGIN, json=answer)
    logout = requests_mock.post(LOGOUT, status_code=204)
    assert check_media_login(URL, "ben", "right") == MediaServerUser("77aa", "Ben")
    assert login.last_request.json() == {"Username": "ben", "Pw": "right"}
    assert login.last_request.headers["Authorization"].startswith('MediaBrowser Client="Simkl Link"')
    assert 'Token="planted-token-of-ben"' in logout.last_request.headers["Authorization"]


def test_a_wrong_password_is_nobody_and_what_cannot_be_one_is_not_even_asked(requests_mock):
    login = requests_mock.post(LOGIN, [{"status_code": status} for status in (400, 401, 403)])
    assert [check_media_login(URL, "ben", "wrong") for _ in range(3)] == [None] * 3
    for name, password in (("", "x"), ("a" * 300, "x"), ("ben", "x" * 300)):
        assert check_media_login(URL, name, password) is None
    assert login.call_count == 3


@pytest.mark.parametrize(
    "answer",
    [
        {"status_code": 302, "headers": {"Location": "http://evil.example/"}}, {"status_code": 500},
        {"text": "<html>login</html>"}, {"json": {"User": {}}}, {"json": ["x"]}, {"exc": requests.ConnectTimeout},
    ],
)  # fmt: skip
def test_a_server_that_answers_otherwise_is_not_a_wrong_password(requests_mock, answer):
    requests_mock.post(LOGIN, **answer)
    with pytest.raises(LoginUnavailable):
        check_media_login(URL, "ben", "right")
