"""What waits, what Simkl does not recognise or refuses, and what it has got: the lists, and what can be done."""

import time
from dataclasses import replace

import pytest

from lib.simkl.api.media import Item
from lib.simkl.api.scrobble import PAUSE, START, STOP
from lib.tracking.play import NOT_FOUND, QUEUED, RATING, REJECTED, UNWATCHED, WATCHED, Play
from tests.frontends.kodi.tracked import CARTOON, HARBOUR, HOUR, MISSPELT, NOW, OWNER, watched
from tests.frontends.kodi.tv import ADDON_ID

WHAT_IS_IT, TRY_AGAIN, FORGET, BACK = 0, 1, 2, -1


def labels(listing):
    return [entry.item.getLabel().replace("[B]", "").replace("[/B]", "") for entry in listing.entries]


def rows(tv):
    """Return what each line leads to, and what it says."""
    listing = tv.open("waiting")
    assert listing.ended is True
    return list(zip([entry.url.partition(f"{ADDON_ID}/")[2] for entry in listing.entries], labels(listing)))


def test_what_needs_a_person_comes_first_and_of_each_the_newest(tv, waiting):
    ids = waiting.put(
        watched(HARBOUR, NOW - 2 * HOUR),
        watched(MISSPELT, NOW - 3 * HOUR, state=NOT_FOUND, why="not_found"),
        watched(None, NOW - 1 * HOUR, file="Some.Film.mkv", state=NOT_FOUND, why="not_found"),
        Play(RATING, HARBOUR, NOW, rating=8, state=REJECTED, why="bad_request"),
        Play(UNWATCHED, HARBOUR, NOW - 60),
    )
    assert rows(tv) == [
        (f"play/{ids[2]}", "Some.Film.mkv  watched 13:02, not recognised"),
        (f"play/{ids[1]}", "Lantern Streeet 2x04  watched 11:02, not recognised"),
        (f"play/{ids[3]}", "The Glass Harbour  rated 8, 14:02, rejected by Simkl"),
        (f"play/{ids[4]}", "The Glass Harbour  marked unwatched 14:01, waiting"),
        (f"play/{ids[0]}", "The Glass Harbour  watched 12:02, waiting"),
        ("retry", "Try all again"),
    ]
    assert tv.open("waiting").category == "Waiting and not recognised"


SAYS = {
    "started 14:02": Play(START, HARBOUR, NOW, 2.0),
    "paused 14:01": Play(PAUSE, HARBOUR, NOW - 60, 20.0),
    "stopped 14:00 at 41 %": Play(STOP, HARBOUR, NOW - 120, 41.9),
    "watched 13:59": Play(STOP, HARBOUR, NOW - 180, 80.0),
    "watched 23/11/2026 23:02": Play(WATCHED, HARBOUR, NOW - 15 * HOUR),
}


@pytest.mark.parametrize(("says", "play"), SAYS.items(), ids=SAYS)
def test_a_play_says_what_it_is_and_when_it_was(tv, waiting, says, play):
    waiting.put(play)
    assert [label for _, label in rows(tv)] == [f"The Glass Harbour  {says}, waiting"]


def test_a_play_shows_its_poster_or_what_became_of_it(tv, waiting):
    waiting.put(watched(HARBOUR, art="image://poster/"), watched(MISSPELT, state=NOT_FOUND))
    unknown, known, _ = tv.open("waiting").entries
    assert (known.item.getArt("poster"), known.item.getArt("thumb")) == ("image://poster/", "image://poster/")
    assert unknown.item.getArt("thumb").endswith("/menu/unknown.png")  # the Kodi stubs looks for the file
    assert not (known.is_folder or unknown.is_folder)


def test_why_nothing_is_sent_stands_on_top_and_tests_the_connection(tv, waiting):
    waiting.put(watched(HARBOUR))
    for says, *stands in (
        ("On hold until 19:02: the daily limit is reached.", "quota", NOW + 5 * HOUR),
        ("On hold: Simkl does not accept the client id.", "stopped"),
        ("On hold until you link again.", "parked"),
    ):
        waiting.stands(*stands)
        assert rows(tv)[0] == ("status", says)


def test_empty_lists_say_so_and_make_no_queue(tv, waiting):
    for makes_queue in (False, True):
        if makes_queue:
            waiting.put()
        assert (rows(tv), labels(tv.open("sent"))) == ([("", "Nothing is waiting")], ["Nothing sent yet"])
        assert (tv.data / "queue.db").exists() == makes_queue


def test_a_long_line_is_cut_and_the_rest_counted(tv, waiting):
    waiting.put(*(watched(Item("movie", f"Film {number}"), NOW) for number in range(103)))
    waiting.put(*(watched(None, file=f"{each}.mkv", state=(NOT_FOUND, REJECTED)[each % 2]) for each in range(110)))
    found = [label for _, label in rows(tv)]
    assert all(".mkv" in label for label in found[:110])  # what needs a person is listed however much it is
    assert [found[110], found[209]] == ["Film 102  watched 14:02, waiting", "Film 3  watched 14:02, waiting"]
    assert found[210:] == ["3 more", "Try all again"]


def test_a_queue_that_cannot_be_used_is_told_in_the_listing_and_in_the_scripts(tv, waiting):
    (tv.data / "queue.db").mkdir()
    says = "The queue cannot be used. Check the free space and Kodi's log."
    assert rows(tv) == [("status", says)]
    tv.script("retry")
    assert [dialog.message for dialog in tv.kodi.dialogs] == [says]
    assert waiting.woken == 0


def chosen(tv, waiting, play, *answers):
    """Have a person choose a play from our listing, and answer; return whether the listing is drawn anew."""
    [id_] = waiting.put(play)
    tv.kodi.info_labels["Container.PluginName"] = ADDON_ID
    tv.kodi.answers = list(answers)
    tv.open(f"play/{id_}", handle=-1)
    usual = ["Try again", "What is it?", "Delete"]
    offered = [dialog.details for dialog in tv.kodi.dialogs if dialog.kind == "contextmenu"]
    assert offered == [["What is it?", "Try again", "Delete"] if play.state == NOT_FOUND else usual]
    return ("Container.Refresh", ()) in tv.kodi.builtins


@pytest.mark.parametrize("state", [NOT_FOUND, REJECTED, QUEUED])
def test_try_again_puts_a_play_back_into_the_line(tv, waiting, state):
    assert chosen(tv, waiting, watched(HARBOUR, state=state, why="x"), TRY_AGAIN if state == NOT_FOUND else 0)
    assert (waiting.states(), waiting.woken) == ([("The Glass Harbour", QUEUED)], 1)


@pytest.mark.parametrize("answers", [(FORGET, True), (FORGET, False), (BACK,)])
def test_forgetting_a_mark_is_asked_for_once_more(tv, waiting, answers):
    is_drawn_anew = chosen(tv, waiting, watched(HARBOUR, state=NOT_FOUND), *answers)
    question, is_gone = tv.kodi.dialogs[-1], answers == (FORGET, True)
    if answers != (BACK,):
        told = "Simkl will not be told that you watched it."
        assert (question.heading, question.message) == ("Delete The Glass Harbour?", told)
    assert waiting.states() == ([] if is_gone else [("The Glass Harbour", NOT_FOUND)])
    assert (waiting.woken, is_drawn_anew) == (int(is_gone), is_gone)


@pytest.mark.parametrize("play", [Play(STOP, HARBOUR, NOW, 30.0), Play(RATING, HARBOUR, NOW, rating=3)])
def test_what_is_no_mark_is_forgotten_without_a_question(tv, waiting, play):
    chosen(tv, waiting, play, FORGET)
    assert waiting.states() == []


@pytest.mark.parametrize(("words", "told"), [(["7"], ["This is already done."]), ([], []), (["seven"], [])])
def test_a_play_that_was_sent_meanwhile_is_done_already_and_one_without_a_number_is_nothing(tv, waiting, words, told):
    waiting.put()
    tv.script("play", *words)
    assert (tv.toasts(), tv.kodi.dialogs) == (told, [])


def test_try_all_again_puts_everything_back_into_the_line(tv, waiting):
    waiting.put(watched(HARBOUR, state=NOT_FOUND), watched(MISSPELT, state=REJECTED), watched(CARTOON))
    tv.open("retry", handle=-1)
    assert [state for _, state in waiting.states()] == [QUEUED] * 3
    assert waiting.woken == 1


def send(waiting, play, answer):
    with waiting.queue() as queue:
        queue.add(OWNER, [play])
        [queued] = queue.listing(OWNER, "waiting")
        queue.delivered(OWNER, [queued], NOW, answer)


def test_what_was_sent_says_what_when_and_what_simkl_said_the_newest_first(tv, waiting):
    episode = Item("show", "Lantern Street", 2021, (("imdb", "tt9910001"),), 2, 4)
    long_ago = time.mktime((2019, 7, 1, 20, 15, 0, 0, 0, -1))
    send(waiting, watched(HARBOUR, NOW - 2 * HOUR), "scrobble")
    send(waiting, watched(episode, NOW - HOUR), "already_watched")
    send(waiting, replace(watched(replace(HARBOUR, title="Salt and Velvet")), library_date=long_ago), "added")
    send(waiting, Play(RATING, replace(episode, season=None, episode=None), NOW, rating=8), "rated")
    assert labels(tv.open("sent")) == [
        "Lantern Street  rated 8, 14:02, rating saved",
        "Salt and Velvet  watched 01/07/2019 20:15, added to the history",
        "Lantern Street 2x04  watched 13:02, was already watched",
        "The Glass Harbour  watched 12:02, marked as watched",
    ]


def test_of_very_many_a_hundred_are_shown(tv, waiting):
    for number in range(105):
        send(waiting, watched(replace(HARBOUR, title=f"Film {number}", ids=())), "scrobble")
    found = labels(tv.open("sent"))
    assert len(found) == 100 and found[0].startswith("Film 104 ")


OTHER, UNNAMED = "900002", "linked at 2026-11-24T06:00:00Z"


def for_others(tv, waiting, owner):
    """Have something wait for another account; return the address that its line leads to."""
    with waiting.queue() as queue:
        queue.add(owner, [watched(HARBOUR)])
    [entry] = [each for each in tv.open("waiting").entries if "/others/" in each.url]
    assert entry.item.getLabel() == "1 for another account"
    return entry.url.partition(f"{ADDON_ID}/")[2]


def of(waiting, owner):
    with waiting.queue() as queue:
        return [play.label for play in queue.listing(owner, "waiting")]


def test_what_waits_for_another_account_stays_listed_and_can_be_deleted(tv, waiting):
    for_others(tv, waiting, OTHER)
    for sure, left in ((False, ["The Glass Harbour"]), (True, [])):
        tv.kodi.answers = [0, sure]
        tv.script("others", OTHER)
        assert of(waiting, OTHER) == left


def test_what_was_queued_before_the_name_was_known_can_be_taken_over(tv, waiting):
    address = for_others(tv, waiting, UNNAMED)
    tv.kodi.answers = [0]
    tv.open(address, handle=-1)
    assert (of(waiting, OWNER), of(waiting, UNNAMED)) == (["The Glass Harbour"], [])


@pytest.mark.parametrize("is_linked", [True, False])
def test_the_menu_counts_them(tv, waiting, is_linked):
    for_others(tv, waiting, OTHER)
    if not is_linked:
        tv.kodi.answers = [True]
        tv.script("unlink")
    for path, counts in (("", True), ("waiting", True), ("sent", False)):
        shown = labels(tv.open(path))
        assert ("1 for another account" in shown, "Sent" in shown) == (counts, path == "" and is_linked)
