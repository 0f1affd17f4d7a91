"""The admin's pages: people, servers, settings, and the lists, a page at a time and found by name."""

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
from tests.frontends.web.site import NOW, a_delivery, an_evening


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


PEOPLE = 120


@pytest.fixture
def crowd(site):
    """A hundred and twenty linked people, of whom one needs linking again, and as many who were only seen."""
    names = [f"viewer{number:03}" for number in range(PEOPLE)]
    for name in names:
        site.accounts.link(name, f"{name}_at_simkl", needs_linking=name == "viewer117")
    site.reconfigure(servers={"home": MediaServer("home", users={name: name for name in names})})
    site.tracking.seen = [SeenView("home", f"id-{n}", f"guest{n:03}", NOW - n, "A film") for n in range(PEOPLE)]
    return site


def shown(page: str) -> tuple[list[str], list[str]]:
    """Return who is on a page: linked, and seen only."""
    linked, _, seen = page.partition('id="seen-heading"')
    return re.findall(r"<strong>(\w+)</strong>", linked), re.findall(r"<strong>(\w+)</strong>", seen)


def link(page: str, rel: str) -> str:
    """Return the address of a link to the previous or the next page."""
    return re.search(rf'rel="{rel}" href="([^"]+)"', page).group(1).replace("&amp;", "&")


def test_fifty_people_are_a_page_and_who_needs_linking_comes_first(crowd, admin):
    page = admin.get("/").text
    linked, seen = shown(page)
    assert linked == ["viewer117", *(f"viewer{n:03}" for n in range(49))]
    assert seen == [f"guest{n:03}" for n in range(50)]
    assert "1 to 50 of 120" in page and len(page) < 120_000
    page = admin.get(link(page, "next")).text
    page = admin.get(link(page, "next")).text
    assert len(shown(page)[0]) == 20 and "101 to 120 of 120" in page
    assert shown(admin.get(link(page, "prev")).text)[0][0] == "viewer049"
    linked, seen = shown(admin.get(link(admin.get("/?page=3").text, "next")).text)  # the lists are paged apart
    assert (linked[0], seen[0]) == ("viewer099", "guest050")
    page = admin.get("/settings").text
    assert "viewer019 → viewer019, 100 more" in page and "viewer020" not in page


def test_people_are_found_by_a_part_of_their_name_and_no_page_is_missing(crowd, admin):
    for name, people in {"VIEWER04": 10, "viewer117": 1, "003_at_simkl": 1, "guest": 0}.items():
        linked, seen = shown(admin.get(f"/?name={name}").text)
        assert (len(linked), len(seen)) == (people, 50 if name == "guest" else 0)
    page = admin.get(link(admin.get("/?name=guest&note=removed&lang=en").text, "next")).text
    assert shown(page)[1][0] == "guest050" and 'value="guest"' in page and "Removed." not in page
    for asked in ("0", "-1", "many", "4", "99999999999999999999", "%C2%B2", ""):
        answer = admin.get(f"/?page={asked}&seen={asked}")
        assert answer.status_code == 200 and shown(answer.text)[0][-1] in ("viewer048", "viewer119")


def test_nobody_of_a_name_is_said_and_a_short_list_has_no_search(admin):
    assert "Nobody of this name." in admin.get("/?name=zoe").text
    assert 'role="search"' not in admin.get("/").text


@pytest.mark.parametrize("path", ["/deliveries", "/not-recognised"])
def test_older_deliveries_are_a_page_further(site, admin, path):
    site.tracking.rows = [a_delivery(number, f"Title {number}", "unknown_title") for number in range(1, 61)]
    page = admin.get(path).text
    assert "Title 60<" in page and "Title 10<" not in page and "before=11" in link(page, "next")
    page = admin.get(link(page, "next")).text
    assert "Title 10<" in page and "Title 60<" not in page and "Newest ones" in page


def test_deliveries_say_what_became_of_them_and_are_filtered(site, admin):
    an_evening(site)
    page = admin.get("/deliveries").text
    said = ("sent to Simkl", "position read", "counted already", "The body is cut off in the middle.", "nobody named")
    assert [words for words in said if words not in page] == []
    admin.get("/deliveries?server=cabin&outcome=test&text=x&before=77")
    assert site.tracking.asked[-1] == ("deliveries", 50, 77, "cabin", "test", "x")
    admin.get("/deliveries?before=many")
    assert site.tracking.asked[-1][2] == 0
    site.tracking.rows, site.tracking.searched_to = [], 900
    page = admin.get("/deliveries?text=rare").text
    assert "Look among older ones." in page and "text=rare" in link(page, "next") and "before=900" in link(page, "next")


REFERENCES = {
    "tt0000001": {"imdb": "tt0000001"},
    " https://www.imdb.com/title/tt0000001/ ": {"imdb": "tt0000001"},
    "https://simkl.com/tv/12345/a-name": {"simkl": "12345"},
    "simkl.com/movies/7": {"simkl": "7"},
    "https://simkl.com/anime/9/x": {"simkl": "9"},
    **dict.fromkeys(("", "12345", "https://evil.example/tv/1", "simkl.com/tv/x", "tt1", "simkl.com/tv/1x")),
}


def test_what_was_not_recognised_is_tried_again_or_its_title_said(site, admin):
    an_evening(site)
    assert "Holiday video 2025" in admin.get("/not-recognised").text
    assert "Simkl is being asked once more." in admin.post("/not-recognised/retry", id="38").text
    assert "This is already done." in admin.post("/not-recognised/retry", id="999").text
    assert admin.post("/not-recognised/retry", id="x").status_code == 400
    for reference, ids in REFERENCES.items():
        site.tracking.asked.clear()
        page = admin.post("/not-recognised/correct", id="38", kind="movie", reference=reference).text
        said = "Remembered. It is sent again." if ids else "That is no address at simkl.com and no IMDb id."
        assert said in page, reference
        corrected = [asked for asked in site.tracking.asked if asked[0] == "correct"]
        assert corrected == ([("correct", 38, "movie", ids)] if ids else []), reference
    assert admin.post("/not-recognised/correct", id="1", kind="song", reference="tt0000001").status_code == 400
    page = admin.post("/not-recognised/correct", id="1", kind="show", reference="tt0000001").text
    assert "This is already done." in page  # no such delivery
