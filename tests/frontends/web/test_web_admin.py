"""The admin's pages of people and servers, and the settings."""

import contextlib
import io
import re
import sqlite3
import zipfile

from lib.system.secrets import Secret
from lib.web.media_server import MediaServer
from lib.web.page_services import SeenView, ServerView
from tests.frontends.web.site import NOW, an_evening


def test_who_was_seen_and_is_not_linked_can_be_invited_with_one_press(site, admin):
    an_evening(site)
    people, _, seen = admin.get("/").text.partition("Seen, not linked")
    for words in ("Linked as sample_viewer since 2026-11-24", "Needs linking again", "Last: Lantern Street 2x04"):
        assert words in people
    assert "1 waiting" in people
    assert "ben" in seen and "visitor" in seen
    page = admin.post("/people/invite", server="cabin", user_key="9", user_name="visitor").text
    assert "Invitation for visitor" in page and "<svg" in page
    token = re.search(r"http://192\.0\.2\.1:8585/i/([\w-]+)", page).group(1)
    assert site.services.invitations.find(token).account == "visitor"
    people, _, seen = admin.get("/").text.partition("Seen, not linked")
    assert "<strong>visitor</strong>" in people
    assert "visitor" not in seen


def test_somebody_can_be_invited_by_name_before_they_play(site, admin):
    assert "Invitation for Dora" in admin.post("/people/invite", server="home", user_name="Dora").text
    site.tracking.seen = [SeenView("home", "77aa", "", NOW, ""), SeenView("home", "88bb", "Dora", NOW, "A film")]
    people, _, seen = admin.get("/").text.partition("Seen, not linked")
    assert "Has not accepted yet · Last: A film" in people
    assert "77aa" in seen  # who has no name is shown by id
    for server, name in (("elsewhere", "x"), ("home", " "), ("home", "x" * 101)):
        assert admin.post("/people/invite", server=server, user_name=name).status_code == 400


def test_removing_somebody_ends_everything_of_theirs(site, admin, linked):
    assert "Removed." in admin.post("/people/remove", server="home", user_key="ben").text
    assert site.accounts.get("ben") is None
    assert linked.get("/me").status_code == 401
    assert linked.get(f"/i/{linked.invitation.token}").status_code == 410


def test_a_link_survives_where_it_stands_in_the_settings_or_another_user_shares_it(site, admin, linked):
    site.reconfigure(servers={"home": MediaServer("home"), "cabin": MediaServer("cabin", users={"benni": "ben"})})
    admin.post("/people/remove", server="home", user_key="ben")
    admin.post("/people/remove", server="cabin", user_key="benni")
    assert site.accounts.get("ben") is not None


def test_a_server_shows_its_address_and_what_came_last_and_none_how_to_add_one(site, admin):
    page = admin.get("/servers").text
    assert "Waiting for the first event" in page
    secret = site.services.hook_secrets.current("home")
    assert f"http://192.0.2.1:8585/hook/{secret}" in page
    site.tracking.servers["home"] = ServerView("jellyfin", "10.11.6", NOW)
    assert "Got one from Jellyfin 10.11.6" in admin.get("/servers").text
    site.reconfigure(public_url="https://media.example.org/simkl", base_path="/simkl")
    assert f"https://media.example.org/simkl/hook/{secret}" in admin.get("/simkl/servers").text
    site.reconfigure(servers={}, base_path="")
    assert "No server is set up." in admin.get("/servers").text
    assert "Invite by name" not in admin.get("/").text
    assert admin.post("/servers/rotate", server="elsewhere").status_code == 404


def test_a_hook_address_rotates_with_an_overlap_that_can_be_ended(site, admin):
    secrets = site.services.hook_secrets
    old = secrets.current("home")
    assert "This is the new address." in admin.post("/servers/rotate", server="home").text
    new = secrets.current("home")
    assert new != old
    assert secrets.server_for(old) == secrets.server_for(new) == "home"
    site.clock.advance(15 * 86400)
    assert (secrets.server_for(old), secrets.server_for(new)) == (None, "home")
    admin.log_in()
    admin.get("/servers")
    admin.post("/servers/rotate", server="home")
    admin.post("/servers/end-old", server="home")
    assert secrets.server_for(new) is None


def test_a_secret_of_the_settings_is_not_rotated_here_nor_shown(site, admin):
    server = MediaServer("home", {"ana": "ana"}, url="http://media.example.org", api_key=Secret("planted-api-key-1"))
    hooks = {"home": Secret("planted-hook-secret-0001")}
    site.reconfigure(servers={"home": server}, hooks=hooks, warnings=("Odd.",))
    site.services.hook_secrets.forget_cached()
    assert "stands in the settings file" in admin.post("/servers/rotate", server="home").text
    assert site.services.hook_secrets.server_for("planted-hook-secret-0001") == "home"
    page = admin.get("/settings").text
    for words in ("serve.port", "ana → ana", "set, not shown", "Odd."):
        assert words in page
    assert "planted" not in page


def test_everything_can_be_paused(site, admin):
    assert "Paused: nothing is sent to Simkl." in admin.post("/settings/pause", paused="1").text
    assert site.paused
    assert "Everything is paused" in admin.get("/").text
    assert "Going on." in admin.post("/settings/pause", paused="0").text
    assert not site.paused


def test_the_backup_opens_no_page(admin, invited, tmp_path):
    answer = admin.post("/settings/backup")
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert sorted(archive.namelist()) == ["access.db", "plays.db"]
        archive.extract("access.db", tmp_path / "restored")
    with contextlib.closing(sqlite3.connect(tmp_path / "restored" / "access.db")) as copy:
        tables = ("people", "sessions", "invitations")
        rows = [copy.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]
    assert rows == [1, 0, 0]
