"""The admin's pages: people, servers, deliveries, what was not recognised, settings."""

from __future__ import annotations

import contextlib
import io
import re
import sqlite3
import zipfile

import pytest

from lib.system.secrets import Secret
from lib.web.media_server import MediaServer
from lib.web.page_services import SeenView, ServerView
from tests.frontends.web.site import NOW, PASSWORD, a_delivery, an_evening


def test_people_and_how_their_links_stand(site, admin):
    an_evening(site)
    page = admin.get("/").text
    assert "Linked as sample_viewer since 2026-11-24" in page
    assert "Needs linking again" in page
    assert "Last: Lantern Street 2x04" in page
    assert "1 waiting" in page


def test_who_was_seen_and_is_not_linked_can_be_invited_with_one_press(site, admin):
    an_evening(site)
    seen = admin.get("/").text.partition("Seen, not linked")[2]
    assert "ben" in seen
    assert "visitor" in seen
    page = admin.post("/people/invite", server="cabin", user_key="9", user_name="visitor").text
    assert "Invitation for visitor" in page
    assert "<svg" in page
    token = re.search(r"http://192\.0\.2\.1:8585/i/([\w-]+)", page).group(1)
    assert site.services.invitations.find(token).account == "visitor"
    linked, _, seen = admin.get("/").text.partition("Seen, not linked")
    assert "<strong>visitor</strong>" in linked
    assert "visitor" not in seen


def test_somebody_can_be_invited_by_name_before_they_play(site, admin):
    assert "Invitation for dora" in admin.post("/people/invite", server="home", user_name="dora").text
    assert "Has not accepted yet" in admin.get("/").text


@pytest.mark.parametrize(
    "fields",
    [
        {"server": "elsewhere", "user_name": "x"},
        {"server": "home", "user_name": " "},
        {"server": "home", "user_name": "x" * 101},
    ],
)
def test_an_invitation_for_nobody_is_refused(admin, fields):
    assert admin.post("/people/invite", **fields).status_code == 400


def test_removing_somebody_ends_everything_of_theirs(site, admin, invited):
    site.accounts.link("ben", "ben_watches")
    admin.get("/")
    assert "Removed." in admin.post("/people/remove", server="home", user_key="ben").text
    assert site.accounts.get("ben") is None
    assert invited.get("/me").status_code == 401
    assert invited.get(f"/i/{invited.invitation.token}").status_code == 410


def test_who_stands_in_the_settings_is_not_removed_from_here(site, admin):
    an_evening(site)
    admin.get("/")
    admin.post("/people/remove", server="home", user_key="ana")
    assert site.accounts.get("ana") is not None


def test_an_account_that_two_users_share_survives_the_removal_of_one(site, admin, invited):
    site.accounts.link("ben", "ben_watches")
    site.reconfigure(servers={"home": MediaServer("home"), "cabin": MediaServer("cabin", users={"benni": "ben"})})
    admin.get("/")
    admin.post("/people/remove", server="home", user_key="ben")
    assert site.accounts.get("ben") is not None


def test_a_server_shows_its_address_and_what_came_last(site, admin):
    page = admin.get("/servers").text
    assert "Waiting for the first event" in page
    secret = site.services.hook_secrets.current("home")
    assert f"http://192.0.2.1:8585/hook/{secret}" in page
    site.tracking.servers["home"] = ServerView("jellyfin", "10.11.6", NOW)
    assert "Got one from Jellyfin 10.11.6" in admin.get("/servers").text


def test_the_public_address_is_shown_where_one_is_set(site, admin):
    site.reconfigure(public_url="https://media.example.org/simkl", base_path="/simkl")
    page = admin.get("/simkl/servers").text
    assert f"https://media.example.org/simkl/hook/{site.services.hook_secrets.current('home')}" in page


def test_a_hook_address_rotates_with_an_overlap(site, admin):
    old = site.services.hook_secrets.current("home")
    admin.get("/servers")
    assert "This is the new address." in admin.post("/servers/rotate", server="home").text
    new = site.services.hook_secrets.current("home")
    assert new != old
    assert site.services.hook_secrets.server_for(old) == site.services.hook_secrets.server_for(new) == "home"
    site.clock.advance(15 * 86400)
    assert site.services.hook_secrets.server_for(old) is None
    assert site.services.hook_secrets.server_for(new) == "home"


def test_the_overlap_can_be_ended_at_once(site, admin):
    old = site.services.hook_secrets.current("home")
    admin.get("/servers")
    admin.post("/servers/rotate", server="home")
    admin.post("/servers/end-old", server="home")
    assert site.services.hook_secrets.server_for(old) is None


def test_a_secret_of_the_settings_is_not_rotated_here(site, admin):
    site.reconfigure(hooks={"home": Secret("planted-hook-secret-0001")})
    site.services.hook_secrets.forget_cached()
    admin.get("/servers")
    assert "stands in the settings file" in admin.post("/servers/rotate", server="home").text
    assert site.services.hook_secrets.server_for("planted-hook-secret-0001") == "home"


def test_an_unknown_server_has_no_address(admin):
    admin.get("/servers")
    assert admin.post("/servers/rotate", server="elsewhere").status_code == 404


def test_deliveries_say_what_became_of_them(site, admin):
    an_evening(site)
    page = admin.get("/deliveries").text
    for words in (
        "sent to Simkl",
        "position read",
        "counted already",
        "The body is cut off in the middle.",
        "nobody named",
    ):
        assert words in page


def test_deliveries_are_filtered(site, admin):
    an_evening(site)
    admin.get("/deliveries?server=cabin&outcome=test&text=x&before=77")
    assert site.tracking.asked[-1] == ("deliveries", 51, 77, "cabin", "test", "x")
    admin.get("/deliveries?before=many")
    assert site.tracking.asked[-1][2] == 0


def test_older_deliveries_are_a_page_further(site, admin):
    site.tracking.rows = [a_delivery(number, f"Title {number}", "sent") for number in range(1, 61)]
    page = admin.get("/deliveries").text
    assert "Title 60" in page
    assert "Title 10<" not in page
    assert "before=11" in page
    assert "Title 10<" in admin.get("/deliveries?before=11").text


def test_what_was_not_recognised_can_be_tried_again(site, admin):
    an_evening(site)
    assert "Holiday video 2025" in admin.get("/not-recognised").text
    assert "Simkl is being asked once more." in admin.post("/not-recognised/retry", id="38").text
    assert "This is already done." in admin.post("/not-recognised/retry", id="999").text
    assert admin.post("/not-recognised/retry", id="x").status_code == 400


REFERENCES = {
    "tt0000001": {"imdb": "tt0000001"},
    " https://www.imdb.com/title/tt0000001/ ": {"imdb": "tt0000001"},
    "https://simkl.com/tv/12345/a-name": {"simkl": "12345"},
    "simkl.com/movies/7": {"simkl": "7"},
    "https://simkl.com/anime/9/x": {"simkl": "9"},
}


@pytest.mark.parametrize(("reference", "ids"), REFERENCES.items())
def test_a_title_can_be_said(site, admin, reference, ids):
    an_evening(site)
    admin.get("/not-recognised")
    answer = admin.post("/not-recognised/correct", id="38", kind="movie", reference=reference)
    assert "Remembered. It is sent again." in answer.text
    assert ("correct", 38, "movie", ids) in site.tracking.asked


@pytest.mark.parametrize(
    "reference", ["", "12345", "https://evil.example/tv/1", "simkl.com/tv/x", "tt1", "simkl.com/tv/1x"]
)
def test_what_is_no_title_is_not_remembered(site, admin, reference):
    an_evening(site)
    admin.get("/not-recognised")
    answer = admin.post("/not-recognised/correct", id="38", kind="movie", reference=reference)
    assert "That is no address at simkl.com and no IMDb id." in answer.text
    assert not [asked for asked in site.tracking.asked if asked[0] == "correct"]


def test_a_title_of_no_kind_or_no_delivery_is_refused(site, admin):
    admin.get("/not-recognised")
    assert admin.post("/not-recognised/correct", id="1", kind="song", reference="tt0000001").status_code == 400
    gone = admin.post("/not-recognised/correct", id="1", kind="show", reference="tt0000001")
    assert "This is already done." in gone.text


def test_settings_are_shown_without_secrets(site, admin):
    server = MediaServer(
        "home", users={"ana": "ana"}, url="http://media.example.org", api_key=Secret("planted-api-key-1")
    )
    site.reconfigure(servers={"home": server}, hooks={"home": Secret("planted-hook-secret-1")}, warnings=("Odd.",))
    page = admin.get("/settings").text
    assert "serve.port" in page
    assert "ana → ana" in page
    assert "set, not shown" in page
    assert "Odd." in page
    assert "planted" not in page


def test_everything_can_be_paused(site, admin):
    assert "Paused: nothing is sent to Simkl." in admin.post("/settings/pause", paused="1").text
    assert site.paused
    assert "Everything is paused" in admin.get("/").text
    assert "Going on." in admin.post("/settings/pause", paused="0").text
    assert not site.paused


def test_the_backup_opens_no_page(site, admin, invited, tmp_path):
    answer = admin.post("/settings/backup")
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert sorted(archive.namelist()) == ["access.db", "plays.db"]
        archive.extract("access.db", tmp_path / "restored")
    with contextlib.closing(sqlite3.connect(tmp_path / "restored" / "access.db")) as copy:
        rows = {
            table: copy.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("people", "sessions", "invitations")
        }
    assert rows == {"people": 1, "sessions": 0, "invitations": 0}


def test_a_seen_user_without_a_name_is_shown_by_id(site, admin):
    site.tracking.seen = [SeenView("home", "77aa", "", NOW, "")]
    assert "77aa" in admin.get("/").text.partition("Seen, not linked")[2]


def test_without_a_server_the_page_says_how_to_add_one(site, admin):
    site.reconfigure(servers={})
    assert "No server is set up." in admin.get("/servers").text
    assert "Invite by name" not in admin.get("/").text


def test_the_password_can_be_changed(site, admin):
    assert "That is not the password." in admin.post("/password", old="wrong", password="another sentence").text
    assert "Too short" in admin.post("/password", old=PASSWORD, password="short").text
    assert "The password is set." in admin.post("/password", old=PASSWORD, password="another sentence").text
    assert site.services.password.matches("another sentence")


def test_signing_out_ends_the_session(admin):
    admin.get("/")
    admin.post("/logout")
    assert "Password" in admin.get("/", follow_redirects=True).text
    assert admin.get("/").status_code == 303
