"""The Kodi stub plays, marks and lists as the real one was seen to."""

import json

import pytest

from tests.fakes.kodi import KodiStub
from tests.fakes.program import table
from tests.frontends.kodi.tv import PROJECT


@pytest.fixture
def kodi(tmp_path):
    made = KodiStub(PROJECT, tmp_path)
    with made.installed():
        yield made


@pytest.fixture
def heard(kodi):
    """What a player and a monitor hear, in order; they hear it when somebody waits."""
    import xbmc

    found = []

    def hear(what):
        return lambda player, *about: found.append(what(player, *about) if callable(what) else what)

    told = {
        "onPlayBackStarted": "started",
        "onAVStarted": "av",
        "onPlayBackPaused": "paused",
        "onPlayBackResumed": lambda player: ("resumed", player.getTime(), player.getTotalTime()),
        "onPlayBackSeek": lambda player, time, offset: ("seek", time, player.getTime()),
        "onPlayBackStopped": "stopped",
        "onPlayBackEnded": lambda player: ("ended", player.isPlaying()),
    }

    class Monitor(xbmc.Monitor):
        def onNotification(self, sender, method, data):
            if method.startswith(("VideoLibrary", "Player.OnStop", "System")):
                found.append((method.partition(".")[2], json.loads(data)))

    player = type("Player", (xbmc.Player,), {name: hear(what) for name, what in told.items()})()
    monitor = Monitor()
    yield found, monitor.waitForAbort, player


@pytest.fixture
def film(kodi):
    return kodi.library.add_film("Film", 2018, {"imdb": "tt1"})


ITEM = {"id": 1, "type": "movie"}
CHANGED, COUNTED = ("OnUpdate", {"item": ITEM}), ("OnUpdate", {"item": ITEM, "playcount": 1})
ON_STOP, ON_END = (("OnStop", {"end": end, "item": ITEM}) for end in (False, True))


@table(("position", "act", "told"), {
    "one opened over another is a resume that no pause came before": (
        100, lambda play: play.start("/other.mkv", 60.0), [("resumed", 0.0, 0.0), CHANGED, "started", "av"]),
    "a seek is told before the position moves": (9, lambda play: play.seek(120), [("seek", 120000, 10.0)]),
    "a stop": (100, lambda play: play.stop(), [CHANGED, ON_STOP, "stopped"]),
    "a stop from ninety percent on counts": (220, lambda play: play.stop(), [COUNTED, ON_STOP, "stopped"]),
    "a natural end is told when the next one plays": (
        9, lambda play: play.end_and_start("/next.mkv", 60.0),
        [COUNTED, ("OnUpdate", ITEM), ON_END, ("ended", True), "started", "av"]),
    "quitting tells the monitor and not the player": (
        9, lambda play: play.quit(), [CHANGED, ON_STOP, ("OnQuit", {"exitcode": 0})]),
})  # fmt: skip
def test_what_is_told_when_a_film_plays(kodi, heard, film, position, act, told):
    found, wait, _ = heard
    kodi.playback.start_from_library("movie", film, lead=position)
    wait(1)
    found.clear()
    act(kodi.playback)
    wait(0.5)
    wait(1)
    assert found == told


def test_a_season_is_announced_before_its_episodes_and_a_double_file_is_the_first_of_its_own_to_json_rpc(kodi, heard):
    found, wait, player = heard
    show = kodi.library.add_show("Show", 2020, {})
    first, second = (kodi.library.add_episode(show, 1, number, file="/double.mkv") for number in (1, 2))
    kodi.library.mark_season(show, 1)
    wait(0.1)
    told = [(data["item"]["type"], data["item"]["id"]) for _, data in found]
    assert told == [("season", 10 * show + 1), ("episode", first), ("episode", second)]
    kodi.playback.start_from_library("episode", second)
    wait(1)
    assert kodi.playback.json_item()["id"] == first
    assert player.getVideoInfoTag().getDbId() == second, "the tag tells what was opened"


def test_an_add_ons_item_shows_its_address_and_properties_and_its_position_while_it_plays(kodi, heard):
    _, wait, player = heard
    kodi.playback.start("http://x/1", 600.0, {}, "plugin://a/1", {"my.prop": "hello"}, title="T")
    wait(10)
    kodi.playback.seek(120)
    wait(1)
    assert player.getTime() == 121.0
    item = player.getPlayingItem()
    assert (item.getPath(), item.getProperty("my.prop")) == ("plugin://a/1", "hello")
    assert player.getPlayingFile() == "http://x/1"
    assert kodi.playback.json_item()["customproperties"]["my.prop"] == "hello"
    assert kodi.playback.json_item()["mediapath"] == "plugin://a/1"
    kodi.playback.stop()
    with pytest.raises(RuntimeError):
        player.getTime()


def test_the_library_knows_no_property_that_kodi_does_not(kodi, film):
    with pytest.raises(AssertionError, match="Invalid params"):
        kodi.library.movie_details(film, ["titel"])
