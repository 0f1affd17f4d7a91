"""The admin's pages of what came in, and of what Simkl did not recognise."""

from __future__ import annotations

import pytest

from tests.frontends.web.site import a_delivery, an_evening


def test_deliveries_say_what_became_of_them(site, admin):
    an_evening(site)
    page = admin.get("/deliveries").text
    said = ("sent to Simkl", "position read", "counted already", "The body is cut off in the middle.", "nobody named")
    assert [words for words in said if words not in page] == []


def test_deliveries_are_filtered(site, admin):
    admin.get("/deliveries?server=cabin&outcome=test&text=x&before=77")
    assert site.tracking.asked[-1] == ("deliveries", 50, 77, "cabin", "test", "x")
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
    **dict.fromkeys(("", "12345", "https://evil.example/tv/1", "simkl.com/tv/x", "tt1", "simkl.com/tv/1x")),
}


def test_a_title_can_be_said_and_what_is_none_is_not_remembered(site, admin):
    an_evening(site)
    for reference, ids in REFERENCES.items():
        site.tracking.asked.clear()
        page = admin.post("/not-recognised/correct", id="38", kind="movie", reference=reference).text
        said = "Remembered. It is sent again." if ids else "That is no address at simkl.com and no IMDb id."
        assert said in page, reference
        corrected = [asked for asked in site.tracking.asked if asked[0] == "correct"]
        assert corrected == ([("correct", 38, "movie", ids)] if ids else []), reference


@pytest.mark.parametrize(("kind", "status", "words"), [("song", 400, ""), ("show", 200, "This is already done.")])
def test_a_title_of_no_kind_or_no_delivery_is_refused(admin, kind, status, words):
    answer = admin.post("/not-recognised/correct", id="1", kind=kind, reference="tt0000001")
    assert answer.status_code == status
    assert words in answer.text
