"""A person's way: invitation, code, linked, what was tracked, unlink."""

from __future__ import annotations

import pytest

from lib.account.sign_in.frontend import NewCodeReason, WaitReason
from lib.simkl.api.users import User
from lib.simkl.errors import ClientIdRefused
from lib.web import sign_ins
from lib.web.media_server import MediaServer
from lib.web.media_server_login import LoginUnavailable, MediaServerUser
from lib.web.page_services import TrackedView
from tests.frontends.web.site import CODE, NOW


def test_an_invitation_leads_to_a_code(site, visitor):
    invitation = site.services.invitations.create("home", "ben", "ben", "ben")
    page = visitor.get(f"/i/{invitation.token}").text
    assert "You are invited as ben on home." in page
    assert site.sign_ins == []  # a messenger that fetches a preview uses nothing up
    page = visitor.post(f"/i/{invitation.token}").text
    assert 'aria-label="K 7 Q X M"' in page
    assert 'href="https://simkl.com/pin/K7QXM"' in page
    assert "15:00" in page
    assert [each.account for each in site.sign_ins] == ["ben"]
    assert site.services.people.account_for("home", "ben", "ben") == "ben"


def test_the_page_turns_into_linked(site, invited):
    assert invited.get("/me/state").json["leave"] is False
    site.accounts.link("ben", "ben_watches")
    site.sign_ins[0].frontend.linked(User(1, "ben_watches"))
    assert invited.get("/me/state").json == {"leave": True}
    assert "Linked as ben_watches" in invited.get("/me").text


def test_waiting_is_told_without_drawing_the_page_anew(site, invited):
    before = invited.get("/me/state").json
    site.sign_ins[0].frontend.waiting(WaitReason.NO_CONNECTION, 800.0)
    after = invited.get("/me/state").json
    assert after["version"] == before["version"]
    assert after["reason"] == "No connection. Retrying automatically"


def test_a_replaced_code_says_why(site, invited):
    before = invited.get("/me/state").json["version"]
    site.sign_ins[0].frontend.show_code(CODE, NewCodeReason.CODE_GONE)
    assert invited.get("/me/state").json["version"] != before
    assert "The old code is no longer valid. Here is a new one." in invited.get("/me").text


def test_the_time_that_is_left_is_shown(site, invited):
    site.clock.advance(100)
    assert 'data-seconds="800"' in invited.get("/me").text


def test_before_the_code_is_there_the_page_says_so(site, invited):
    site.code = None
    invited.post("/me/code")
    page = invited.get("/me").text
    assert "Getting your code" in page
    assert "K7QXM" not in page


def test_an_expired_code_offers_another(site, invited):
    site.sign_ins[0].frontend.expired()
    page = invited.get("/me").text
    assert "The code has expired" in page
    assert len(site.sign_ins) == 1  # no endless renewing through the night
    assert "K7QXM" in invited.post("/me/code").text
    assert len(site.sign_ins) == 2


def test_a_failure_says_what_a_person_can_do(site, invited):
    site.sign_ins[0].frontend.failed(ClientIdRefused())
    assert "Simkl does not accept the client id of this server. Tell the admin." in invited.get("/me").text


def test_an_unexpected_failure_is_an_internal_error(site, invited):
    site.sign_ins[0].frontend.failed(RuntimeError("planted detail"))
    page = invited.get("/me").text
    assert "Internal error; please report it." in page
    assert "planted detail" not in page


def test_a_new_code_stops_the_old_sign_in(site, invited):
    invited.post("/me/code")
    assert [each.stopped for each in site.sign_ins] == [True, False]


def test_the_same_page_twice_polls_once(site, invited):
    invited.get("/me")
    invited.get("/me")
    assert len(site.sign_ins) == 1


def test_more_sign_ins_than_the_server_polls_for_wait(site, invited, stranger, monkeypatch):
    monkeypatch.setattr(sign_ins, "MOST_SIGN_INS", 1)
    other = site.services.invitations.create("home", "cleo", "cleo", "cleo")
    stranger.get(f"/i/{other.token}")
    answer = stranger.post(f"/i/{other.token}")
    assert answer.status_code == 503
    assert "Many people are signing in just now." in answer.text


def test_what_was_tracked_is_shown(site, invited):
    site.accounts.link("ben", "ben_watches")
    site.tracking.plays["ben"] = [
        TrackedView(NOW, "Lantern Street 2x04", "sent"),
        TrackedView(NOW, "Paper Boats 1x01", "waiting"),
    ]
    site.services.sign_ins.forget("ben")
    page = invited.get("/me").text
    assert "Lantern Street 2x04" in page
    assert "1 waiting" in page
    assert "What you watch on home goes to Simkl by itself." in page


def test_somebody_who_needs_linking_again_is_told(site, invited):
    site.services.sign_ins.forget("ben")
    site.accounts.link("ben", "ben_watches", needs_linking=True)
    page = invited.get("/me").text
    assert "ben_watches: needs linking again" in page
    assert "Nothing is lost: what you watch waits until then." in page


def test_linking_another_account_can_be_given_up(site, invited):
    site.services.sign_ins.forget("ben")
    site.accounts.link("ben", "ben_watches")
    assert "K7QXM" in invited.post("/me/code").text
    page = invited.get("/me?stay=1").text
    assert "Linked as ben_watches" in page
    assert site.sign_ins[-1].stopped


def test_unlinking_forgets_the_account(site, invited):
    site.services.sign_ins.forget("ben")
    site.accounts.link("ben", "ben_watches")
    invited.get("/me")
    assert "Nothing more is sent to Simkl." in invited.post("/me/unlink").text
    assert site.accounts.get("ben") is None
    assert ("accounts_changed",) in site.tracking.asked
    assert "K7QXM" in invited.get("/me").text


def test_the_link_leads_back_in_the_same_browser(site, invited):
    site.accounts.link("ben", "ben_watches")
    site.services.sign_ins.forget("ben")
    answer = invited.get(f"/i/{invited.invitation.token}", follow_redirects=True)
    assert "Linked as ben_watches" in answer.text


def test_an_expired_invitation_says_so(site, visitor):
    invitation = site.services.invitations.create("home", "ben", "ben", "ben")
    site.clock.advance(8 * 86400)
    answer = visitor.get(f"/i/{invitation.token}")
    assert answer.status_code == 410
    assert "This invitation does not work" in answer.text


def test_a_newer_invitation_replaces_an_open_one(site, visitor):
    old = site.services.invitations.create("home", "ben", "ben", "ben")
    new = site.services.invitations.create("home", "ben", "ben", "ben")
    assert visitor.get(f"/i/{old.token}").status_code == 410
    assert visitor.get(f"/i/{new.token}").status_code == 200


@pytest.fixture
def with_login(site):
    site.reconfigure(servers={"home": MediaServer(name="home", url="http://media.example.org")})
    site.media_login = lambda server, name, password: (
        MediaServerUser("77aa", "Ben") if (server, name, password) == ("home", "ben", "right") else None
    )


def test_a_media_server_login_takes_the_place_of_an_invitation(site, visitor, with_login):
    assert "kept nowhere" in visitor.get("/sign-in").text
    page = visitor.post("/sign-in", server="home", name="ben", password="right").text
    assert "K7QXM" in page
    assert site.services.people.account_for("home", "77aa", "Ben") == "Ben"


def test_a_wrong_media_server_password_lets_nobody_in(site, visitor, with_login):
    visitor.get("/sign-in")
    answer = visitor.post("/sign-in", server="home", name="ben", password="wrong")
    assert "The server does not accept this name and password." in answer.text
    assert site.sign_ins == []


def test_media_server_passwords_cannot_be_tried_without_end(site, visitor, with_login):
    visitor.get("/sign-in")
    for _ in range(5):
        visitor.post("/sign-in", server="home", name="ben", password="wrong")
    visitor.get("/sign-in")
    assert visitor.post("/sign-in", server="home", name="ben", password="right").status_code == 429


def test_a_media_server_that_does_not_answer_is_no_wrong_password(site, visitor, with_login):
    def unavailable(*_):
        raise LoginUnavailable("down")

    site.media_login = unavailable
    visitor.get("/sign-in")
    answer = visitor.post("/sign-in", server="home", name="ben", password="right")
    assert "The media server does not answer." in answer.text


def test_without_an_address_there_is_no_media_server_login(site, visitor):
    assert visitor.get("/sign-in").status_code == 404
    visitor.get("/me")
    site.services.password.set("a long enough sentence")
    visitor.get("/login")
    assert visitor.post("/sign-in", server="home", name="ben", password="right").status_code == 404


def test_two_servers_with_the_same_user_name_are_two_people(site):
    site.reconfigure(servers={"home": MediaServer("home", users={"ana": "ana"}), "cabin": MediaServer("cabin")})
    assert site.services.account_name("home", "ana", "ana") == "ana"
    assert site.services.account_name("cabin", "ana", "ana") == "ana@cabin"
