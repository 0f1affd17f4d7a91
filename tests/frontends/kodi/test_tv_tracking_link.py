"""Whose plays they are: whatever happens to the link, the network or the clock, none is lost or given away."""

import re

import pytest

from tests.frontends.kodi.couch import FILM, VIEWER

TITLE = FILM.title
UNLINKED = "accounts: {}\n"
NAMELESS = "linked at 2026-03-05T18:00:00Z"


def tell_link(couch, text, **state):
    """Write the accounts as another process does, and tell the service."""
    couch.write_settings(text)
    couch.remember(**state)
    couch.kodi.notify("plugin.video.simkl", "Other.linked" if state["linked"] else "Other.unlinked")


def unlink(couch):
    tell_link(couch, UNLINKED, owner="", linked=False)


def test_nothing_is_tracked_while_nobody_is_linked(make_couch):
    couch = make_couch(linked=False)
    couch.watch(couch.play_film, (60, "stop"), until=60)
    assert couch.paths() == []
    assert not (couch.data / "queue.db").exists()


def test_a_link_made_while_something_plays_tracks_it_from_there_on(make_couch):
    couch = make_couch(linked=False)
    couch.be_linked()
    kept = couch.settings_file.read_text(encoding="utf-8")
    couch.write_settings(UNLINKED)
    couch.plan(1, 221)
    couch.at(61, lambda: tell_link(couch, kept, owner="900001", linked=True))
    couch.service(230)
    assert couch.calls() == [("start", TITLE, 26), ("stop", TITLE, 92)]
    assert couch.marks() == {TITLE: 1}


def test_unlinked_while_plays_wait_they_go_out_when_the_same_person_links_again_and_never_to_somebody_else(couch):
    couch.box.add_user("other_viewer", 900002)
    couch.plan(1, 221)
    couch.at(200, couch.box.stop_listening)
    couch.at(230, unlink, couch)
    couch.service(300)
    couch.box.listen_again()
    for link in (lambda: None, lambda: couch.be_linked("other_viewer", 900002, "other_viewer")):
        link()
        couch.restart()
        couch.service(100)
        assert not any(couch.box.watched.values())
        assert couch.queued() == [("stop", TITLE, "waiting")]
    couch.be_linked()
    couch.restart()
    couch.service(100)
    assert couch.marks() == {TITLE: 1}


def film_without_a_name(couch):
    """Plan a film of an account whose name Simkl cannot tell, while it takes no plays either."""
    couch.be_linked(name="")
    couch.box.order("status", status=503, path="/users/settings", times=1)
    for path in ("/scrobble", "/sync"):
        couch.box.order("status", status=503, path=path, times=None)
    couch.plan(5, 240)


def test_somebody_elses_link_does_not_get_what_was_queued_without_a_name(couch):
    film_without_a_name(couch)
    couch.service(300)
    couch.restart()
    couch.box.clear_faults()
    couch.be_linked()
    couch.service(600)
    assert couch.marks() == {}
    assert [action for action, _, _ in couch.queued(owner=NAMELESS)] == ["stop"]


def test_one_refusal_of_the_token_that_was_an_accident_costs_nothing(couch):
    couch.box.order("status", status=401, error="user_token_failed", path="/scrobble/start")
    couch.plan(1, 221)
    couch.service(300)
    assert couch.marks() == {TITLE: 1} and couch.state().refused is False


def test_a_film_watched_before_the_clock_was_set_gets_its_true_time(couch):
    right = couch.wall
    couch.wall = lambda: couch.now() if couch.now() < 300 else right()  # 1970 until then
    couch.at(0.5, couch.box.stop_listening)
    couch.plan(1, 221)
    couch.at(310, couch.box.listen_again)
    couch.service(2000)
    [mark] = couch.box.watched[VIEWER].values()
    assert mark.watched_at == "2026-03-05T18:03:41Z"


def test_plays_from_before_simkl_told_the_name_are_the_same_persons_after_a_new_start_too(couch):
    film_without_a_name(couch)
    couch.service(620)
    assert couch.state().owner == "900001"
    couch.box.clear_faults()
    couch.restart()
    couch.service(2000)
    assert couch.marks() == {TITLE: 1}
    assert (couch.queued(), couch.queued(owner=NAMELESS)) == ([], [])


@pytest.mark.parametrize(
    ("now_linked", "calls", "stops"),
    [("900001", ["start", "stop"], []), ("900002", ["start"], ["900001", "900002"]), ("", ["start"], ["900001"])],
)
def test_a_link_that_changes_in_the_middle_of_a_film_goes_on_for_who_is_linked_then(couch, now_linked, calls, stops):
    if now_linked:
        couch.at(20, couch.remember, owner=now_linked)
        couch.at(21, couch.kodi.notify, "plugin.video.simkl", "Other.linked")
    else:
        couch.at(20, unlink, couch)
    couch.watch(couch.play_film, (240, "end"))
    assert [action for action, *_ in couch.calls()] == calls
    left = [(owner, play) for owner in ("900001", "900002") for play in couch.queued(owner) if play[0] == "stop"]
    assert left == [(owner, ("stop", TITLE, "waiting")) for owner in stops]


def test_an_account_that_another_program_links_is_tracked_for_within_a_minute(couch):
    other = couch.settings_file.read_text().replace("id: 900001", "id: 900002")
    couch.at(10, couch.write_settings, re.sub("name: .*", "name: other_viewer", other))
    couch.at(120, couch.play_film)
    couch.at(350, couch.kodi.playback.stop)
    couch.service(351)
    assert (couch.state().owner, couch.queued()) == ("900002", [])


def test_the_same_account_linked_anew_by_another_program_goes_on_sending(couch):
    anew = re.sub("linked_at: .*", "linked_at: '2026-03-05T18:03:20Z'", couch.settings_file.read_text())
    couch.at(225, couch.box.stop_listening)
    couch.at(260, couch.write_settings, anew)
    couch.at(261, couch.box.listen_again)
    couch.watch(couch.play_film, (230, "stop"), until=400)
    assert (couch.marks(), couch.queued()) == ({"The Glass Harbour": 1}, [])
