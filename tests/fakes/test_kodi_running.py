"""The Kodi stubs run an add-on: its windows and the person in front of them, its service, its directories."""

import sys
import threading

import pytest

from tests.fakes.kodi import Do, UserScript
from tests.fakes.kodi.installing import PARTS
from tests.fakes.program import table
from tests.fakes.tiny_addon import ADDON_ID


def call(kodi, *argv):
    """Have Kodi call the add-on."""
    with kodi.installed():
        return kodi.run(list(argv))


def test_keys_follow_the_ways_of_the_xml(run):
    kodi = run(
        "w = tiny(); w.doModal(); xbmc.log(repr((w.extra, w.seen)))",
        ["select", "right", "right", lambda screen: screen.focus == 102, "select"],
        init_times=2,
    )
    events = [("focus", 101), "init", "init", ("click", 101), ("focus", 102), ("click", 102)]
    assert kodi.log_text() == f"Control 103 has been asked to focus, but it can't\n{(1, events)!r}"


def test_what_is_on_the_screen(run):
    program = """
        class Show(Tiny):
            def onInit(self):
                self.setProperty("State", "code")
                self.setProperty("user", "Sam")
                self.getControl(100).setLabel("59")
                self.getControl(104).setImage(xbmcaddon.Addon().getAddonInfo("icon"))
                self.getControl(101).setLabel("")
                self.addControl(xbmcgui.ControlLabel(0, 0, 10, 10, "added"))
        Show("tiny.xml", xbmcaddon.Addon().getAddonInfo("path"), "Default", "1080i").doModal()
    """
    kodi = run(program, [lambda screen: "added" in screen.texts(), "back"])
    screen = kodi.windows[0]
    assert not screen.open
    assert screen.texts() == ["59", "Cancel it", "New", "Hello Sam!", "added"]
    assert screen.control(104)._absolute() == (120, 55) and screen.image(104) == kodi.addon_info("icon")
    assert (screen.label(101), screen.visible(103)) == ("Cancel it", False)


def test_a_translation_with_english_where_it_lacks(run):
    kodi = run("tiny().doModal()", ["back"], language="de_de")
    assert kodi.windows[0].texts() == ["Abbrechen", "New"]
    assert kodi.strings.get(30002) == "Only English"


POLLER = """
    class Poll(Tiny):
        def onInit(self): self.worker.start()
        def work(self):
            self.setProperty("state", "code")
            for text in ("first", "second", "third"):
                self.getControl(100).setLabel(text)
            self.stopped = self.monitor.waitForAbort(60)
            {end}
    window = Poll("tiny.xml", xbmcaddon.Addon().getAddonInfo("path"), "Default", "1080i")
    window.monitor = xbmc.Monitor()
    window.worker = threading.Thread(target=window.work, name="poller")
    window.doModal()
"""


def saw(text):
    return lambda screen: text in screen.texts()


def test_a_user_sees_what_a_thread_shows_for_a_moment(run):
    kodi = run(POLLER.format(end="self.close()"), [saw("first"), saw("second"), saw("third")])
    assert kodi.clock.now == 60
    assert len(kodi.monitors) == 1


@table(("program", "steps", "says"), {
    "a window nobody closes": ("tiny().doModal()", [], "still open after 0.05 s: the user has no steps left"),
    "a user who waits in vain": ("tiny().doModal()", [lambda screen: False, "back"], "waits for <lambda>"),
    "steps that are left over": ("tiny().doModal()", ["back", "left"], "steps left: .'left'."),
    "a thread that dies": (POLLER.format(end="self.close(); raise ValueError('boom')"), [], "poller.*boom"),
})  # fmt: skip
def test_how_a_run_must_not_end(run, program, steps, says):
    with pytest.raises(AssertionError, match=says):
        run(program, steps, bound=0.05 if "open" in says or "waits" in says else 5.0)


def test_a_thread_that_stays_is_an_error_and_is_stopped(run, monkeypatch):
    monkeypatch.setattr("tests.fakes.kodi.running.LINGER", 0.05)
    with pytest.raises(AssertionError, match="still running 0.05 s after the script ended: stubborn"):
        run("threading.Thread(target=xbmc.Monitor().waitForAbort, name='stubborn').start()", real_wait=1)
    assert "stubborn" not in [one.name for one in threading.enumerate()]


def test_kodi_shuts_down_while_a_window_is_open(make):
    kodi = make("tiny().doModal(); xbmc.log(str(xbmc.Monitor().waitForAbort(9)))")
    kodi.user = UserScript(["right", Do(kodi.abort)])
    call(kodi, "plugin.py")
    assert kodi.log_text() == "True"
    assert kodi.clock.now == 0


SERVICE = """
    class Watch(xbmc.Monitor):
        def __init__(self, name): self.name = name
        def onNotification(self, sender, method, data):
            if not method.startswith("Player."): xbmc.log(f"{sender} {method} {data}")
        def onSettingsChanged(self): xbmc.log(str(xbmcaddon.Addon().getSettingInt("count")))
    class Play(xbmc.Player):
        def onAVStarted(self): xbmc.log(f"{self.getVideoInfoTag().getTitle()} of {self.getTotalTime()}")
        def onPlayBackStopped(self): xbmc.log("stopped")
    watch, player = Watch("w"), Play()
    while not watch.waitForAbort(10):
        if player.isPlaying():
            xbmc.log(str(player.getTime()))
"""


def test_a_service_lives_on_the_fake_clock(make):
    kodi = make(SERVICE)
    kodi.at(5, lambda: kodi.notify("xbmc", "System.OnWake"))
    kodi.at(12, lambda: kodi.change_setting("count", 4))
    kodi.at(15, lambda: kodi.playback.start("/film.mkv", 100.0, title="Film"))
    kodi.at(25, lambda: kodi.playback.stop())
    kodi.at(31, kodi.abort)
    call(kodi, "")
    assert [line.message for line in kodi.logged] == ["xbmc System.OnWake null", "4", "Film of 100.0", "5.0", "stopped"]
    assert kodi.clock.now == 31


def test_a_service_shows_nothing_modal(make):
    kodi = make("xbmcgui.Dialog().ok('a', 'b')")
    with pytest.raises(AssertionError, match="from a service"):
        call(kodi, "")


LISTING = """
    import sys, xbmcplugin
    handle = int(sys.argv[1])
    item = xbmcgui.ListItem("Sign in")
    item.setArt({"icon": "DefaultUser.png"})
    if handle >= 0:
        xbmcplugin.addDirectoryItem(handle, sys.argv[0] + "link", item, isFolder=False)
"""


@pytest.mark.parametrize(
    "end, words",
    [
        ("", "never ended"),
        ("    xbmcplugin.endOfDirectory(handle)\n" * 2, "ended already"),
        ("    xbmcplugin.endOfDirectory(handle + 1)\n", "not the handle"),
        ("    tiny().doModal()\n", "from a listing"),
        ("    item.setArt({'icon': '/gone.png'})\n    xbmcplugin.endOfDirectory(handle)\n", "gone.png"),
    ],
)
def test_a_wrong_directory_is_refused(make, end, words):
    kodi = make(LISTING + end)
    with pytest.raises(AssertionError, match=words):
        call(kodi, f"plugin://{ADDON_ID}/", "7", "")


def test_a_directory(make):
    kodi = make(LISTING + "    xbmcplugin.endOfDirectory(handle)\n")
    call(kodi, f"plugin://{ADDON_ID}/", "7", "", "resume:false")
    assert kodi.listing.labels == ["Sign in"]
    assert kodi.listing.entries[0].url == f"plugin://{ADDON_ID}/link"


@pytest.mark.parametrize("argv", [["other.py"], ["plugin://plugin.video.other/", "1", ""], [f"plugin://{ADDON_ID}/"]])
def test_a_call_kodi_would_not_make_is_refused(make, argv):
    with pytest.raises(AssertionError):
        call(make(), *argv)


def test_records_and_answers(make):
    kodi = make(
        """
        import json, sys
        data = json.dumps('{"name": "a, b"}')
        xbmc.executebuiltin(f"NotifyAll(plugin.video.tiny,linked,{data})")
        xbmc.executebuiltin("InhibitScreensaver(true)")
        xbmcgui.Dialog().notification("Tiny", "Linked", "info", 3000)
        xbmcgui.Window(10000).setProperty("Tiny.State", "linked")
        assert xbmc.getInfoLabel("Window(Home).Property(tiny.state)") == "linked"
        assert xbmc.getCondVisibility("!String.IsEmpty(Window(Home).Property(tiny.state)) + [false | true]")
        bar = xbmcgui.DialogProgress(); bar.create("Tiny", "a")
        turns = 0
        while not bar.iscanceled(): turns += 1
        bar.close()
        sys.exit(turns if xbmcgui.Dialog().yesno("Sure?", "Really?") else 99)
        """
    )
    kodi.answers = [True]
    kodi.cancel_after = 3
    assert call(kodi, "plugin.py", "link") == 3
    assert kodi.builtins[0] == ("NotifyAll", (ADDON_ID, "linked", '{"name": "a, b"}'))
    assert kodi.screensaver_inhibited
    assert kodi.notifications == [("Tiny", "Linked", "info", 3000, True)]
    assert [(one.kind, one.heading) for one in kodi.dialogs] == [("yesno", "Sure?")]
    assert not kodi.progress[0].open


def test_kodi_19_lacks_what_came_with_20(run):
    program = 'assert not hasattr(xbmc.Player(), "getPlayingItem")'
    run(program, version=19)
    with pytest.raises(AssertionError):
        run(program, version=20)


def test_modules_come_and_go(make):
    kodi = make(
        """
        import importlib.util, lib.kodi.sample
        xbmc.log(lib.kodi.sample.__file__)
        assert importlib.util.find_spec("xbmc")
        """
    )
    (kodi.folder / "lib" / "kodi").mkdir(parents=True)
    (kodi.folder / "lib" / "__init__.py").touch()
    (kodi.folder / "lib" / "kodi" / "sample.py").write_text("import xbmc\n", encoding="utf-8")
    before = dict(sys.modules)
    assert "xbmc" not in before
    call(kodi, "plugin.py")
    assert kodi.log_text() == str(kodi.folder / "lib" / "kodi" / "sample.py")
    assert {name for name in sys.modules if name.split(".")[0] in ("lib", *PARTS)} == {
        name for name in before if name.split(".")[0] == "lib"
    }
