"""What Simkl has got of late is a list, and what waits for another account is in the list of what waits."""

import time
from dataclasses import replace

import pytest

from lib.simkl.api.media import SHOW, Item
from lib.tracking.play import RATING, Play
from tests.frontends.kodi.tracked import HARBOUR, HOUR, NOW, OWNER, watched

EPISODE = Item(SHOW, "Lantern Street", 2021, (("imdb", "tt9910001"),), 2, 4)
LONG_AGO = time.mktime((2019, 7, 1, 20, 15, 0, 0, 0, -1))
OTHER, UNNAMED = "900002", "linked at 2026-11-24T06:00:00Z"


def labels(listing):
    return [entry.item.getLabel().replace("[B]", "").replace("[/B]", "") for entry in listing.entries]


def send(waiting, play, answer, at=NOW):
    with waiting.queue() as queue:
        queue.add(OWNER, [play])
        [queued] = queue.listing(OWNER, "waiting")
        queue.delivered(OWNER, [queued], at, answer)


def test_the_list_says_what_when_and_what_simkl_said_the_newest_first(tv, waiting):
    send(waiting, watched(HARBOUR, NOW - 2 * HOUR), "scrobble")
    send(waiting, watched(EPISODE, NOW - HOUR), "already_watched")
    send(waiting, replace(watched(replace(HARBOUR, title="Salt and Velvet")), library_date=LONG_AGO), "added")
    send(waiting, Play(RATING, replace(EPISODE, season=None, episode=None), NOW, rating=8), "rated")
    assert labels(tv.open("sent")) == [
        "Lantern Street  rated 8, 14:02, rating saved",
        "Salt and Velvet  watched 01/07/2019 20:15, added to the history",
        "Lantern Street 2x04  watched 13:02, was already watched",
        "The Glass Harbour  watched 12:02, marked as watched",
    ]


def test_of_very_many_a_hundred_are_shown(tv, waiting):
    for number in range(105):
        send(waiting, watched(replace(HARBOUR, title=f"Film {number}", ids=()), NOW), "scrobble")
    found = labels(tv.open("sent"))
    assert len(found) == 100 and found[0].startswith("Film 104 ")


def test_nothing_sent_is_said(tv, waiting):
    waiting.put()
    assert labels(tv.open("sent")) == ["Nothing sent yet"]


def for_others(waiting, owner):
    with waiting.queue() as queue:
        queue.add(owner, [watched(HARBOUR)])


def of(waiting, owner):
    with waiting.queue() as queue:
        return [play.label for play in queue.listing(owner, "waiting")]


def test_what_waits_for_another_account_stays_listed_and_can_be_deleted(tv, waiting):
    for_others(waiting, OTHER)
    [entry] = [each for each in tv.open("waiting").entries if "/others/" in each.url]
    assert entry.item.getLabel() == "1 for another account"
    for sure, left in ((False, ["The Glass Harbour"]), (True, [])):
        tv.kodi.answers = [0, sure]
        tv.script("others", OTHER)
        assert of(waiting, OTHER) == left


def test_what_was_queued_before_the_name_was_known_can_be_taken_over(tv, waiting):
    for_others(waiting, UNNAMED)
    [entry] = [each for each in tv.open("waiting").entries if "/others/" in each.url]
    tv.kodi.answers = [0]
    tv.open(entry.url.partition("plugin.video.simkl/")[2], handle=-1)
    assert of(waiting, OWNER) == ["The Glass Harbour"] and of(waiting, UNNAMED) == []


@pytest.mark.parametrize("is_linked", [True, False])
@pytest.mark.parametrize("path", ["", "waiting", "sent"])
def test_the_menu_counts_them(tv, waiting, path, is_linked):
    for_others(waiting, OTHER)
    if not is_linked:
        tv.kodi.answers = [True]
        tv.script("unlink")
    shown = labels(tv.open(path))
    assert ("1 for another account" in shown) is (path != "sent")
    assert ("Sent" in shown) is (path == "" and is_linked)
