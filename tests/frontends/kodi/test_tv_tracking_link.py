"""Whose plays they are: whatever happens to the link, the network or the clock, none is lost or given away."""

from tests.frontends.kodi.couch import FILM, OTHER_FILM, VIEWER

TITLE, OTHER_TITLE = FILM.title, OTHER_FILM.title
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


def test_unlinked_while_plays_wait_they_stay_and_go_out_when_the_same_person_links_again(couch):
    couch.plan(1, 221)
    couch.at(200, couch.box.stop_listening)
    couch.at(230, unlink, couch)
    couch.service(300)
    assert couch.queued() == [("stop", TITLE, "waiting")]
    couch.box.listen_again()
    for marks in ({}, {TITLE: 1}):
        couch.restart()
        couch.service(100)
        assert couch.marks() == marks
        couch.be_linked()


def test_what_waits_is_never_sent_to_somebody_else(couch):
    couch.box.add_user("other_viewer", 900002)
    couch.at(1, couch.play_film)
    couch.at(221, couch.kodi.playback.quit)
    couch.run("")
    couch.be_linked("other_viewer", 900002, "other_viewer")
    couch.restart()
    couch.service(100)
    assert not any(couch.box.watched.values())
    assert couch.queued() == [("stop", TITLE, "waiting")]


def test_unlinked_in_the_middle_of_a_film_nothing_more_is_told(couch):
    couch.plan(1, 120)
    couch.at(60, unlink, couch)
    couch.service(300)
    assert couch.calls() == [("start", TITLE, 1)]
    assert couch.queued() == [("stop", TITLE, "waiting")]


def film_without_a_name(couch):
    """Plan a film of an account whose name Simkl cannot tell, while it takes no plays either."""
    couch.be_linked(name="")
    couch.box.order("status", status=503, path="/users/settings", times=1)
    for path in ("/scrobble", "/sync"):
        couch.box.order("status", status=503, path=path, times=None)
    couch.at(5, couch.play_film)
    couch.at(240, couch.kodi.playback.end)


def test_plays_from_before_simkl_told_the_name_are_the_same_persons_after_a_new_start_too(couch):
    film_without_a_name(couch)
    couch.service(620)
    assert couch.state().owner == "900001"
    couch.box.clear_faults()
    couch.restart()
    couch.service(2000)
    assert couch.marks() == {TITLE: 1}
    assert (couch.queued(), couch.queued(owner=NAMELESS)) == ([], [])


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
    assert couch.marks() == {TITLE: 1}
    assert couch.state().refused is False


def test_what_the_home_window_says_of_a_link_is_taken_back_by_a_start_that_finds_nobody_linked(couch):
    couch.service(5)
    before = couch.kodi.properties
    before[10000]["simkl.linked"] = "true"  # as a Kodi leaves it that is ended by force
    couch.write_settings(UNLINKED)
    couch.restart()
    couch.remember(owner="", linked=False)
    couch.kodi.properties = before  # Kodi's windows outlive a change of the profile
    couch.service(5)
    assert "simkl.linked" not in couch.kodi.properties[10000]


def test_the_network_gone_and_back_brings_the_mark_and_the_resume_point_late(couch):
    couch.plan(1, 221)
    couch.at(100, couch.box.stop_listening)
    couch.plan(230, 300, couch.play_other_film)
    couch.at(3000, couch.box.listen_again)
    couch.service(5000)
    [mark] = couch.box.watched[VIEWER].values()
    assert (mark.title, mark.times, mark.watched_at) == (TITLE, 1, "2026-03-05T18:03:41Z")
    assert [one.title for one in couch.box.playbacks] == [OTHER_TITLE]
    assert couch.queued() == [] and couch.toasts()[1:] == []


def test_a_film_watched_before_the_clock_was_set_gets_its_true_time(couch):
    right = couch.wall
    couch.wall = lambda: couch.now() if couch.now() < 300 else right()  # 1970 until then
    couch.at(0.5, couch.box.stop_listening)
    couch.plan(1, 221)
    couch.at(310, couch.box.listen_again)
    couch.service(2000)
    [mark] = couch.box.watched[VIEWER].values()
    assert mark.watched_at == "2026-03-05T18:03:41Z"
