"""A person's way: invitation, code, linked, what was tracked, unlink."""

from unittest.mock import Mock

import pytest

from lib.account.sign_in.frontend import NewCodeReason, WaitReason
from lib.simkl.api.users import User
from lib.simkl.errors import ClientIdRefused
from lib.web import sign_ins
from lib.web.media_server import MediaServer
from lib.web.media_server_login import LoginUnavailable, MediaServerUser
from lib.web.page_services import TrackedView
from tests.frontends.web.site import CODE, NOW


def test_an_invitation_leads_to_a_code(site, visitor, invite):
    path = f"/i/{invite('ben').token}"
    assert "You are invited as ben on home." in visitor.get(path).text
    assert site.sign_ins == []  # a messenger that fetches a preview uses nothing up
    page = visitor.post(path).text
    for shown in ('aria-label="K 7 Q X M"', 'href="https://simkl.com/pin/K7QXM"', "15:00"):
        assert shown in page
    visitor.get("/me")
    assert [each.account for each in site.sign_ins] == ["ben"]
    assert site.services.people.account_for("home", "ben", "ben") == "ben"


def test_the_page_turns_into_linked_and_waiting_does_not_draw_it_anew(site, invited):
    before = invited.get("/me/state").json
    site.sign_ins[0].frontend.waiting(WaitReason.NO_CONNECTION, 800.0)
    after = invited.get("/me/state").json
    assert (after["version"], after["leave"]) == (before["version"], False)
    assert after["reason"] == "No connection. Retrying automatically"
    site.clock.advance(100)
    assert 'data-seconds="800"' in invited.get("/me").text  # that are left
    site.accounts.link("ben", "ben_watches")
    site.sign_ins[0].frontend.linked(User(1, "ben_watches"))
    assert invited.get("/me/state").json == {"leave": True}
    assert "Linked as ben_watches" in invited.get("/me").text


TOLD = {
    "The old code is no longer valid. Here is a new one.": ("show_code", CODE, NewCodeReason.CODE_GONE),
    "The code has expired": ("expired",),
    "Simkl does not accept the client id of this server. Tell the admin.": ("failed", ClientIdRefused()),
    "Internal error; please report it.": ("failed", RuntimeError("planted")),
}


@pytest.mark.parametrize(("words", "happens"), TOLD.items())
def test_what_happens_to_a_sign_in_is_told_and_asks_for_no_code_by_itself(site, invited, words, happens):
    before = invited.get("/me/state").json["version"]
    event, *given = happens
    getattr(site.sign_ins[0].frontend, event)(*given)
    assert invited.get("/me/state").json.get("version") != before
    page = invited.get("/me").text
    assert words in page
    assert "planted" not in page
    assert len(site.sign_ins) == 1  # no endless renewing through the night


def test_a_new_code_stops_the_old_sign_in_and_before_it_is_there_the_page_says_so(site, invited):
    assert "K7QXM" in invited.post("/me/code").text
    assert [each.stop.called for each in site.sign_ins] == [True, False]
    site.code = None
    invited.post("/me/code")
    page = invited.get("/me").text
    assert "Getting your code" in page
    assert "K7QXM" not in page


def test_more_sign_ins_than_the_server_polls_for_wait(invited, stranger, invite, monkeypatch):
    monkeypatch.setattr(sign_ins, "MOST_SIGN_INS", 1)
    path = f"/i/{invite('cleo').token}"
    stranger.get(path)
    answer = stranger.post(path)
    assert answer.status_code == 503
    assert "Many people are signing in just now." in answer.text


def test_who_is_linked_sees_what_was_tracked_links_again_and_unlinks(site, linked):
    plays = (("Lantern Street 2x04", "sent"), ("Paper Boats 1x01", "waiting"))
    site.tracking.plays["ben"] = [TrackedView(NOW, label, state) for label, state in plays]
    page = linked.get(f"/i/{linked.invitation.token}", follow_redirects=True).text  # it leads back in the same browser
    for words in ("Linked as ben_watches", "Lantern Street 2x04", "1 waiting", "What you watch on home goes to Simkl"):
        assert words in page
    assert "K7QXM" in linked.post("/me/code").text
    assert "Linked as ben_watches" in linked.get("/me?stay=1").text  # it can be given up
    assert site.sign_ins[-1].stop.called
    site.accounts.link("ben", "ben_watches", needs_linking=True)
    page = linked.get("/me").text
    assert "ben_watches: needs linking again" in page
    assert "Nothing is lost: what you watch waits until then." in page
    assert "Nothing more is sent to Simkl." in linked.post("/me/unlink").text
    assert site.accounts.get("ben") is None
    assert ("accounts_changed",) in site.tracking.asked
    assert "K7QXM" in linked.get("/me").text


def test_an_invitation_ends_after_a_week_or_with_a_newer_one(site, visitor, invite):
    old, new = invite("ben"), invite("ben")
    assert [visitor.get(f"/i/{each.token}").status_code for each in (old, new)] == [410, 200]
    site.clock.advance(8 * 86400)
    answer = visitor.get(f"/i/{new.token}")
    assert answer.status_code == 410
    assert "This invitation does not work" in answer.text


@pytest.fixture
def log_in(site, visitor):
    """Log in as ben at a media server, with a password; `right` is the right one."""
    site.reconfigure(servers={"home": MediaServer(name="home", url="http://media.example.org")})
    site.media_login = lambda server, name, password: (
        MediaServerUser("77aa", "Ben") if (server, name, password) == ("home", "ben", "right") else None
    )

    def log_in(password):
        visitor.get("/sign-in")
        return visitor.post("/sign-in", server="home", name="ben", password=password)

    return log_in


def test_a_media_server_login_takes_the_place_of_an_invitation(site, visitor, log_in):
    assert "kept nowhere" in visitor.get("/sign-in").text
    site.media_login = Mock(side_effect=LoginUnavailable("down"), wraps=site.media_login)
    assert "The media server does not answer." in log_in("right").text  # which is no wrong password
    site.media_login.side_effect = None
    assert "K7QXM" in log_in("right").text
    assert site.services.people.account_for("home", "77aa", "Ben") == "Ben"


def test_media_server_passwords_cannot_be_tried_without_end(site, log_in):
    for _ in range(5):
        assert "The server does not accept this name and password." in log_in("wrong").text
    assert log_in("right").status_code == 429
    assert site.sign_ins == []


def test_without_an_address_there_is_no_media_server_login(secured, visitor):
    assert visitor.get("/sign-in").status_code == 404
    visitor.get("/login")
    assert visitor.post("/sign-in", server="home", name="ben", password="right").status_code == 404


def test_two_servers_with_the_same_user_name_are_two_people(site):
    site.reconfigure(servers={"home": MediaServer("home", users={"ana": "ana"}), "cabin": MediaServer("cabin")})
    names = [site.services.account_name(server, "ana", "ana") for server in ("home", "cabin")]
    assert names == ["ana", "ana@cabin"]
