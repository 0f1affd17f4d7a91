"""Lists of the admin that grow with the server: a page at a time, with plain links, and found by name."""

from __future__ import annotations

import re

import pytest

from lib.web.media_server import MediaServer
from lib.web.page_services import SeenView
from tests.frontends.web.site import NOW, a_delivery

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


def link(page: str, rel: str, number: int = 0) -> str:
    """Return the address of a link to the previous or the next page."""
    return re.findall(rf'rel="{rel}" href="([^"]+)"', page)[number].replace("&amp;", "&")


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


def test_the_two_lists_are_paged_apart(crowd, admin):
    page = admin.get(link(admin.get("/?page=3").text, "next")).text
    linked, seen = shown(page)
    assert (linked[0], seen[0]) == ("viewer099", "guest050")
    assert '<a href="#seen-heading">Seen, not linked: ' in page  # which is far below


@pytest.mark.parametrize(("name", "people"), [("VIEWER04", 10), ("viewer117", 1), ("003_at_simkl", 1), ("guest", 0)])
def test_people_are_found_by_a_part_of_their_name(crowd, admin, name, people):
    linked, seen = shown(admin.get(f"/?name={name}").text)
    assert (len(linked), len(seen)) == (people, 50 if name == "guest" else 0)


def test_a_search_stays_over_its_pages_and_languages(crowd, admin):
    page = admin.get(link(admin.get("/?name=guest&note=removed&lang=en").text, "next")).text
    assert shown(page)[1][0] == "guest050" and 'value="guest"' in page and "Removed." not in page
    assert 'href="?name=guest&amp;seen=2&amp;lang=de"' in page  # in another language, too


@pytest.mark.parametrize("asked", ["0", "-1", "many", "4", "99999999999999999999", "%C2%B2", ""])
def test_a_page_that_there_is_not_is_the_first_or_the_last(crowd, admin, asked):
    answer = admin.get(f"/?page={asked}&seen={asked}")
    assert answer.status_code == 200 and shown(answer.text)[0][-1] in ("viewer048", "viewer119")


def test_the_settings_name_some_users_and_count_the_others(crowd, admin):
    page = admin.get("/settings").text
    assert "viewer019 → viewer019, 100 more" in page and "viewer020" not in page


def test_nobody_of_a_name_is_said_and_a_short_list_has_no_search(site, admin):
    assert "Nobody of this name." in admin.get("/?name=zoe").text
    assert 'role="search"' not in admin.get("/").text


def test_what_was_not_recognised_goes_on_over_pages(site, admin):
    site.tracking.rows = [a_delivery(number, f"Title {number}", "unknown_title") for number in range(1, 61)]
    page = admin.get("/not-recognised").text
    assert "Title 60<" in page and "Title 10<" not in page
    page = admin.get(link(page, "next")).text
    assert "Title 10<" in page and "Title 60<" not in page and "Newest ones" in page


def test_a_search_that_found_nothing_yet_goes_on_among_older_ones(site, admin):
    site.tracking.searched_to = 900
    page = admin.get("/deliveries?text=rare").text
    assert "Look among older ones." in page and "text=rare" in link(page, "next") and "before=900" in link(page, "next")
