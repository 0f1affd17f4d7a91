"""The Kodi stub plays, marks and lists as the real one was seen to."""

import json

import pytest

from tests.fakes.kodi import KodiStub
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

    class Player(xbmc.Player):
        def onPlayBackStarted(self):
            found.append("started")

        def onAVStarted(self):
            found.append("av")

        def onPlayBackPaused(self):
            found.append("paused")

        def onPlayBackResumed(self):
            found.append(("resumed", self.getTime(), self.getTotalTime()))

        def onPlayBackSeek(self, time, offset):
            found.append(("seek", time, self.getTime()))

        def onPlayBackStopped(self):
            found.append("stopped")

        def onPlayBackEnded(self):
            found.append(("ended", self.isPlaying()))

    class Monitor(xbmc.Monitor):
        def onNotification(self, sender, method, data):
            if method.startswith(("VideoLibrary", "Player.OnStop", "System")):
                found.append((method.partition(".")[2], json.loads(data)))

    player, monitor = Player(), Monitor()
    yield found, monitor.waitForAbort, player


@pytest.fixture
def film(kodi):
    return kodi.library.add_film("Film", 2018, {"imdb": "tt1"})


ITEM = {"id": 1, "type": "movie"}
ON_STOP = ("OnStop", {"end": False, "item": ITEM})


def test_one_opened_over_another_is_told_by_a_resume_that_no_pause_came_before(kodi, heard, film):
    found, wait, _ = heard
    kodi.playback.start_from_library("movie", film)
    wait(5)
    kodi.playback.start("/other.mkv", 60.0)
    wait(0.5)
    wait(1)
    assert found == ["started", "av", ("resumed", 0.0, 0.0), ("OnUpdate", {"item": ITEM}), "started", "av"]


def test_a_seek_is_told_before_the_position_moves(kodi, heard, film):
    found, wait, player = heard
    kodi.playback.start_from_library("movie", film)
    wait(10)
    kodi.playback.seek(120)
    wait(1)
    assert found[-1] == ("seek", 120000, 10.0)
    assert player.getTime() == 121.0


@pytest.mark.parametrize("position, changes", [(100, [{"item": ITEM}]), (220, [{"item": ITEM, "playcount": 1}])])
def test_a_stop_is_announced_with_a_play_count_from_ninety_percent_on(kodi, heard, film, position, changes):
    found, wait, player = heard
    kodi.playback.start_from_library("movie", film, lead=position)
    wait(1)
    found.clear()
    kodi.playback.stop()
    wait(0.1)
    assert found == [*[("OnUpdate", change) for change in changes], ON_STOP, "stopped"]
    with pytest.raises(RuntimeError):
        player.getTime()


def test_a_natural_end_with_another_one_next_is_told_when_that_plays(kodi, heard, film):
    found, wait, _ = heard
    kodi.playback.start_from_library("movie", film)
    wait(1)
    found.clear()
    kodi.playback.end_and_start("/next.mkv", 60.0)
    wait(2)
    assert found[-3:] == [("ended", True), "started", "av"]
    assert found[:2] == [("OnUpdate", {"item": ITEM, "playcount": 1}), ("OnUpdate", ITEM)]


def test_quitting_tells_the_monitor_and_not_the_player(kodi, heard, film):
    found, wait, _ = heard
    kodi.playback.start_from_library("movie", film)
    wait(1)
    found.clear()
    kodi.playback.quit()
    assert wait(1)
    assert found == [("OnUpdate", {"item": ITEM}), ON_STOP, ("OnQuit", {"exitcode": 0})]


def test_a_season_is_announced_before_its_episodes(kodi, heard):
    found, wait, _ = heard
    show = kodi.library.add_show("Show", 2020, {})
    numbers = [kodi.library.add_episode(show, 1, number) for number in (1, 2)]
    kodi.library.mark_season(show, 1)
    wait(0.1)
    assert [data["item"]["type"] for _, data in found] == ["season", "episode", "episode"]
    assert [data["item"]["id"] for _, data in found[1:]] == numbers


def test_a_double_file_is_its_first_episode_to_json_rpc_and_what_was_opened_to_the_tag(kodi, heard):
    _, wait, player = heard
    show = kodi.library.add_show("Show", 2020, {})
    first, second = (kodi.library.add_episode(show, 1, number, file="/double.mkv") for number in (1, 2))
    kodi.playback.start_from_library("episode", second)
    wait(1)
    assert kodi.playback.json_item()["id"] == first
    assert player.getVideoInfoTag().getDbId() == second


def test_an_add_ons_item_shows_its_address_and_properties(kodi, heard):
    _, wait, player = heard
    kodi.playback.start("http://x/1", 60.0, {}, "plugin://a/1", {"my.prop": "hello"}, title="T")
    wait(1)
    item = player.getPlayingItem()
    assert (item.getPath(), item.getProperty("my.prop"), player.getPlayingFile()) == (
        "plugin://a/1",
        "hello",
        "http://x/1",
    )
    assert kodi.playback.json_item()["customproperties"]["my.prop"] == "hello"
    assert kodi.playback.json_item()["mediapath"] == "plugin://a/1"


def test_the_library_knows_no_property_that_kodi_does_not(kodi, film):
    with pytest.raises(AssertionError, match="Invalid params"):
        kodi.library.movie_details(film, ["titel"])
