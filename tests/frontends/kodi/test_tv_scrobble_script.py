"""`RunScript(plugin.video.simkl,scrobble,...)`: other add-ons tell what Kodi does not see."""

import re

import pytest

from tests.fakes.kodi import builtins_list
from tests.frontends.kodi.couch import FILM, SHOW
from tests.frontends.kodi.rating_room import SLOW, break_queue, nothing_is_queued, plays, sitting, windows, woken
from tests.frontends.kodi.tv import ADDON_ID, PROJECT

FILM_WORDS = ["type=movie", f"title={FILM.title}", "year=2018", "imdb=tt9900001", "tmdb=990001"]
EPISODE_WORDS = ["type=episode", "tvdb=992001", "season=2", "episode=4"]


@pytest.fixture
def couch(make_couch):
    return sitting(make_couch, SLOW)


def tell(couch, *words):
    assert couch.script("scrobble", *words) in (None, 0)
    assert couch.toasts() == [] and windows(couch) == [] and couch.kodi.dialogs == []


def told(couch):
    """Return the lines that everybody's log has from the script."""
    return [
        line.message
        for line in couch.kodi.logged
        if "lib.kodi.tracking.scrobble_command" in line.message and line.level > 0
    ]


FILM_STORED = {"kind": "movie", "title": FILM.title, "year": 2018, "ids": {"imdb": "tt9900001", "tmdb": "990001"}}
EPISODE_STORED = {"kind": "show", "ids": {"tvdb": "992001"}, "season": 2, "episode": 4}
WHAT = {
    "a film": (FILM_WORDS, FILM_STORED),
    "a film by its title": (["type=movie", "title=Salt Letters"], {"kind": "movie", "title": "Salt Letters"}),
    "a film by one id": (["type=movie", "simkl=9000002"], {"kind": "movie", "ids": {"simkl": "9000002"}}),
    "an episode by an id of its show": (EPISODE_WORDS, EPISODE_STORED),
    "an episode by name": (
        ["type=episode", "title=Lantern Street", "year=2021", "season=1", "episode=3"],
        {"kind": "show", "title": "Lantern Street", "year": 2021, "season": 1, "episode": 3},
    ),
    "a special": (
        ["type=episode", "tmdb=991001", "season=0", "episode=1"],
        {"kind": "show", "ids": {"tmdb": "991001"}, "season": 0, "episode": 1},
    ),
    "an anime": (["type=anime", "mal=99103", "episode=7"], {"kind": "anime", "ids": {"mal": "99103"}, "episode": 7}),
    "an anime with a season": (
        ["type=anime", "tvdb=992003", "season=1", "episode=7"],
        {"kind": "anime", "ids": {"tvdb": "992003"}, "season": 1, "episode": 7},
    ),
    "what is empty is left out": ([*FILM_WORDS, "season=", "tvdb=", "mal= "], FILM_STORED),
}


@pytest.mark.parametrize(("words", "stored"), WHAT.values(), ids=WHAT.keys())
def test_what_it_is(couch, words, stored):
    tell(couch, "watched", *words)
    [play] = plays(couch)
    assert play.item.stored() == stored
    assert woken(couch)


@pytest.mark.parametrize(
    ("words", "action", "progress", "counts"),
    [
        (["start"], "start", 0, False), (["start", "progress=12.5"], "start", 12.5, False),
        (["pause", "progress=41.5"], "pause", 41.5, False), (["pause", "progress=99"], "pause", 99, False),
        (["stop", "progress=89.99"], "stop", 89.99, False), (["stop", "progress=90"], "stop", 90, True),
        (["stop", "progress=100"], "stop", 100, True), (["stop", "progress=0"], "stop", 0, False),
        (["watched"], "watched", 100, True), (["watched", "progress=3"], "watched", 100, True),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_what_happened_to_it_by_the_mark_of_the_person(couch, words, action, progress, counts):
    couch.kodi.settings.values["mark"] = 90
    tell(couch, words[0], *FILM_WORDS, *words[1:])
    [play] = plays(couch)
    assert (play.action, play.progress, play.counts, play.at) == (action, progress, counts, couch.wall())


WRONG = {
    "no word": ([], "the first word is one of start, pause, stop, watched"),
    "another word": (["play", *FILM_WORDS], "the first word is one of start, pause, stop, watched"),
    "no type": (["watched", "title=X"], "type is one of movie, episode, anime"),
    "another type": (["watched", "type=show", "title=X"], "type is one of movie, episode, anime"),
    "neither title nor id": (["watched", "type=movie", "year=2018"], "a title or an id is needed"),
    "ids that are none": (["watched", "type=movie", "imdb=0", "tmdb=-1"], "a title or an id is needed"),
    "an unknown name": (["watched", *FILM_WORDS, "epsiode=3"], "word 7 is no name=value of these names: type"),
    "no name": (["watched", *FILM_WORDS, "The Sequel"], "word 7 is no name=value"),
    "a name twice": (["watched", *FILM_WORDS, "year=2019"], "year is told twice"),
    "an episode without a season": (["watched", "type=episode", "title=X", "episode=1"], "type=episode needs season"),
    "an episode without a number": (["watched", "type=episode", "title=X", "season=1"], "type=episode needs episode"),
    "an anime without a number": (["watched", "type=anime", "mal=1"], "type=anime needs episode"),
    "a film with a season": (["watched", *FILM_WORDS, "season=1"], "a movie has neither season nor episode"),
    "a film with an episode": (["watched", *FILM_WORDS, "episode=1"], "a movie has neither season nor episode"),
    "half an episode": (["watched", "type=anime", "mal=1", "episode=1.5"], "episode is no whole number"),
    "an episode below zero": (["watched", "type=anime", "mal=1", "episode=-1"], "episode is no whole number"),
    "a year in words": (["watched", "type=movie", "title=X", "year=last"], "year is no whole number"),
    "a year of no film": (["watched", "type=movie", "title=X", "year=18"], "year=18 is none"),
    "a stop without progress": (["stop", *FILM_WORDS], "stop needs progress, 0 to 100"),
    "a pause without progress": (["pause", *FILM_WORDS], "pause needs progress, 0 to 100"),
    "more than all": (["stop", *FILM_WORDS, "progress=100.5"], "stop needs progress, 0 to 100"),
    "less than nothing": (["stop", *FILM_WORDS, "progress=-1"], "stop needs progress, 0 to 100"),
    "no number": (["start", *FILM_WORDS, "progress=nan"], "start needs progress, 0 to 100"),
    "a number of another script": (["start", *FILM_WORDS, "progress=\u0663"], "start needs progress, 0 to 100"),
    "percent": (["stop", *FILM_WORDS, "progress=90%"], "stop needs progress, 0 to 100"),
}


@pytest.mark.parametrize(("words", "reason"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_logged_and_nothing_is_sent(couch, words, reason):
    tell(couch, *words)
    [line] = told(couch)
    assert line.partition("lib.kodi.tracking.scrobble_command:")[2].startswith(reason) and FILM.title not in line
    assert f"told: {', '.join(words) or 'nothing'}" in couch.kodi.log_text()  # for who turns Kodi's debug log on
    assert nothing_is_queued(couch) and not woken(couch)


def test_without_a_link_it_is_logged(make_couch):
    couch = make_couch(linked=False)
    tell(couch, "watched", *FILM_WORDS)
    assert "not linked" in told(couch)[0] and nothing_is_queued(couch)


def test_a_queue_that_cannot_be_written_is_logged(couch):
    break_queue(couch)
    tell(couch, "watched", *FILM_WORDS)
    assert len(told(couch)) == 1 and not woken(couch)


# what Kodi plays itself

OWN = {
    "the same": ({"kind": "movie", "title": FILM.title, "year": 2018, "ids": {"imdb": "tt9900001"}}, FILM_WORDS, True),
    "the same by one id": ({"kind": "movie", "title": "Der Hafen", "ids": {"tmdb": "990001"}}, FILM_WORDS, True),
    "the same by its name": ({"kind": "movie", "title": FILM.title.upper(), "ids": {"simkl": "7"}}, FILM_WORDS, True),
    "another film": ({"kind": "movie", "title": "Salt Letters", "ids": {"imdb": "tt9900002"}}, FILM_WORDS, False),
    "two without a title": ({"kind": "movie", "ids": {"imdb": "tt1"}}, ["type=movie", "imdb=tt2"], False),
    "the same episode": ({**EPISODE_STORED, "title": SHOW.title}, EPISODE_WORDS, True),
    "another episode": ({**EPISODE_STORED, "episode": 5}, EPISODE_WORDS, False),
    "another season": ({**EPISODE_STORED, "season": 1}, EPISODE_WORDS, False),
    "an anime as a show": ({**EPISODE_STORED}, ["type=anime", "tvdb=992001", "episode=4"], True),
    "a film of that number": ({"kind": "movie", "ids": {"tvdb": "992001"}}, EPISODE_WORDS, False),
    "a file nobody knows": (None, FILM_WORDS, False),
}  # fmt: skip


def kodi_plays(couch, own):
    with couch.inside():
        from lib.simkl.api.media import item_from_json
        from lib.tracking.play import Play
        from lib.tracking.store.queue import PlayQueue

        couch.data.mkdir(parents=True, exist_ok=True)
        queue = PlayQueue(couch.data / "queue.db", couch.clock)
        queue.save_now_playing("900001", Play("stop", own and item_from_json(own), 0.0, 50.0, file="x.mkv"))
        queue.close()


@pytest.mark.parametrize(("own", "words", "ignored"), OWN.values(), ids=OWN.keys())
def test_what_kodi_plays_itself_is_left_to_it(couch, own, words, ignored):
    kodi_plays(couch, own)
    tell(couch, "watched", *words)
    assert (plays(couch) == []) == ignored
    assert ("Kodi itself plays" in told(couch)[0]) == ignored == (not woken(couch))


@pytest.mark.parametrize("action", ["start", "pause", "stop"])
def test_so_is_whatever_happens_to_it(couch, action):
    kodi_plays(couch, FILM_STORED)
    tell(couch, action, *FILM_WORDS, "progress=95")
    assert plays(couch) == []


@pytest.mark.parametrize(
    ("switch", "words"),
    [
        ("track_movies", FILM_WORDS), ("track_shows", EPISODE_WORDS),
        ("track_anime", ["type=anime", "mal=1", "episode=7"]), ("track_anime", ["type=movie", "mal=1"]),
        ("track_anime", ["type=episode", "mal=1", "season=1", "episode=7"]),
    ],
    ids=["films", "TV shows", "anime", "an anime film", "an anime as a show"],
)  # fmt: skip
def test_what_the_person_does_not_track_is_not_sent(couch, switch, words):
    tell(couch, "watched", *words)
    couch.kodi.settings.values[switch] = False
    for action in ("start", "pause", "stop", "watched"):
        tell(couch, action, *words, "progress=95")
        assert "of a kind that is not tracked" in told(couch)[-1]
    assert len(plays(couch)) == 1


AGAIN = {
    "watched": ("watched", True),
    "a stop past the mark": ("stop progress=96", True),
    "a stop before the mark": ("stop progress=40", False),
    "a start": ("start", False),
}


@pytest.mark.parametrize(("again", "ignored"), AGAIN.values(), ids=AGAIN.keys())
def test_what_is_marked_within_a_day_is_not_marked_again(couch, again, ignored):
    tell(couch, "watched", *FILM_WORDS)
    couch.restart(real_wait=0.0)
    couch.service(30)  # Simkl has got it; nothing waits and nothing plays
    couch.restart(real_wait=SLOW)
    action, *progress = again.split()
    tell(couch, action, *FILM_WORDS, *progress)
    assert nothing_is_queued(couch) is ignored
    assert woken(couch) is not ignored


def test_after_a_day_it_is_marked_again(couch, monkeypatch):
    tell(couch, "watched", *FILM_WORDS)
    couch.restart(real_wait=0.0)
    couch.service(30)
    couch.restart(real_wait=SLOW)
    later = couch.wall() + 86401
    couch.wall = lambda: later
    tell(couch, "watched", *FILM_WORDS)
    assert len(plays(couch)) == 1


def test_simkl_gets_what_is_told(couch):
    tell(couch, "start", *FILM_WORDS, "progress=3")
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


def examples():
    """Yield each call that is shown to the authors of add-ons, as Kodi takes it apart."""
    for path in ("docs/for-add-ons.md", "lib/tracking/script_arguments.py"):
        text = (PROJECT / path).read_text(encoding="utf-8")
        for line in re.findall(rf"^ *(RunScript\({re.escape(ADDON_ID)},scrobble,[a-z].*\))$", text, re.MULTILINE):
            yield builtins_list.parse(line).args[2:]


@pytest.mark.parametrize("words", list(examples()), ids=lambda words: f"{words[0]} {words[1]}")
def test_the_examples_of_the_manual_work(couch, words):
    tell(couch, *words)
    assert len(plays(couch)) == 1


def test_the_manual_names_every_message_and_property():
    text = (PROJECT / "docs" / "for-add-ons.md").read_text(encoding="utf-8")
    for module in ("tracking/notifier", "playback/playing_item"):
        source = (PROJECT / "lib" / "kodi" / f"{module}.py").read_text(encoding="utf-8")
        messages = re.findall(r'"(?:watching|paused|stopped|watched|unwatched|rated|not_recognised)"', source)
        assert all(f"`Other.{message[1:-1]}`" in text for message in messages)
        properties = re.findall(r'"(script\.(?:simkl|trakt)\.\w+|simkl\.\w+)"', source)
        assert all(name in text for name in properties)
    assert "simkl.linked" in text
    assert len(list(examples())) == 8
