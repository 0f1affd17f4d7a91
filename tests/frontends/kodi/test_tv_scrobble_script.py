"""`RunScript(plugin.video.simkl,scrobble,...)`: other add-ons tell what Kodi does not see."""

import re

import pytest

from lib.simkl.api.media import Item
from lib.tracking.play import Play
from tests.frontends.kodi.couch import FILM, SHOW
from tests.frontends.kodi.rating_steps import SLOW, break_queue, plays, sitting, woken
from tests.frontends.kodi.tv import PROJECT

FILM_WORDS = ["type=movie", f"title={FILM.title}", "year=2018", "imdb=tt9900001", "tmdb=990001"]
EPISODE_WORDS = ["type=episode", "tvdb=992001", "season=2", "episode=4"]


@pytest.fixture
def couch(make_couch):
    return sitting(make_couch)


def tell(couch, *words):
    assert couch.script("scrobble", *words) in (None, 0)
    assert couch.toasts() == [] and couch.kodi.windows == [] and couch.kodi.dialogs == []


def told(couch):
    """Return the lines that everybody's log has from the script."""
    name = "lib.kodi.tracking.scrobble_command"
    return [line.message for line in couch.kodi.logged if name in line.message and line.level > 0]


def test_simkl_gets_what_is_told(couch):
    couch.kodi.settings.values["mark"] = 90
    tell(couch, "start", *FILM_WORDS, "progress=3")
    assert [(play.threshold, play.at) for play in plays(couch)] == [(90, couch.wall())] and woken(couch)
    couch.restart(real_wait=0.0)
    couch.service(30)
    assert couch.calls() == [("start", FILM.title, 3)]
    couch.restart(real_wait=SLOW)
    tell(couch, "stop", *EPISODE_WORDS, "progress=96")
    tell(couch, "watched", "type=movie", "title=Salt Letters")
    couch.restart(real_wait=0.0)
    couch.service(60)
    assert set(couch.marks()) == {f"{SHOW.title} 2x04", "Salt Letters"}
    assert couch.queued() == [] and couch.box.malformed == []


def test_what_is_wrong_is_logged_and_nothing_is_sent(couch):
    words = ["watched", *FILM_WORDS, "The Sequel"]
    tell(couch, *words)
    [line] = told(couch)
    assert "word 7 is no name=value" in line and FILM.title not in line
    assert f"told: {', '.join(words)}" in couch.kodi.log_text()  # for who turns Kodi's debug log on
    assert plays(couch) == [] and not woken(couch)


def test_without_a_link_or_a_queue_that_can_be_written_it_is_logged(couch):
    break_queue(couch)
    tell(couch, "watched", *FILM_WORDS)
    assert len(told(couch)) == 1
    couch.remember(owner="")
    tell(couch, "watched", *FILM_WORDS)
    assert "not linked" in told(couch)[-1] and not woken(couch)


@pytest.mark.parametrize(("words", "is_playing"), [(FILM_WORDS, True), (EPISODE_WORDS, False), (FILM_WORDS, None)])
def test_what_kodi_plays_itself_is_left_to_it(couch, words, is_playing):
    film = None if is_playing is None else Item("movie", FILM.title, 2018, (("imdb", "tt9900001"),))
    with couch.queue() as queue:
        queue.save_now_playing("900001", Play("stop", film, 0.0, 50.0, file="x.mkv"))
    tell(couch, "stop", *words, "progress=95")
    assert (plays(couch) == []) == bool(is_playing) == ("Kodi itself plays" in told(couch)[0]) == (not woken(couch))


@pytest.mark.parametrize(("switch", "words"), [("track_movies", FILM_WORDS), ("track_anime", ["type=movie", "mal=1"])])
def test_what_the_person_does_not_track_is_not_sent(couch, switch, words):
    couch.kodi.settings.values[switch] = False
    tell(couch, "stop", *words, "progress=95")
    assert "of a kind that is not tracked" in told(couch)[-1] and plays(couch) == []


AGAIN = {
    "watched": ("watched", 0, True),
    "a stop past the mark": ("stop progress=96", 0, True),
    "a stop before the mark": ("stop progress=40", 0, False),
    "watched, after a day": ("watched", 86401, False),
}


@pytest.mark.parametrize(("again", "later", "ignored"), AGAIN.values(), ids=AGAIN.keys())
def test_what_is_marked_within_a_day_is_not_marked_again(couch, again, later, ignored):
    tell(couch, "watched", *FILM_WORDS)
    with couch.queue() as queue:
        queue.delivered("900001", plays(couch), couch.wall())  # Simkl has got it; nothing waits and nothing plays
    couch.kodi.announced.clear()
    now = couch.wall() + later
    couch.wall = lambda: now
    action, *progress = again.split()
    tell(couch, action, *FILM_WORDS, *progress)
    assert (plays(couch) == []) is ignored
    assert woken(couch) is not ignored


def test_the_manual_names_every_message_and_property():
    text = (PROJECT / "docs" / "for-add-ons.md").read_text(encoding="utf-8")
    sources = [PROJECT / "lib" / "kodi" / name for name in ("tracking/notifier.py", "playback/playing_item.py")]
    source = "".join(path.read_text(encoding="utf-8") for path in sources)
    messages = re.findall(r'"(watching|paused|stopped|watched|unwatched|rated|not_recognised)"', source)
    properties = re.findall(r'"(script\.(?:simkl|trakt)\.\w+|simkl\.\w+)"', source)
    wanted = [*(f"`Other.{message}`" for message in messages), *properties, "simkl.linked"]
    assert len(wanted) > 9 and [each for each in wanted if each not in text] == []
