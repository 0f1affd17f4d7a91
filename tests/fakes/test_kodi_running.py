"""The Kodi stubs run an add-on: its windows and the person in front of them, its service, its directories."""

import sys
import threading

import pytest

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
                self.addControls([xbmcgui.ControlImage(0, 0, 10, 10, "")])
        Show("tiny.xml", xbmcaddon.Addon().getAddonInfo("path"), "Default", "1080i").doModal()
    """
    kodi = run(program, [lambda screen: screen.window._controls[-1].getId() == 3001, "back"])
    screen = kodi.windows[0]
    assert not screen.open
    assert screen.texts() == ["59", "Cancel it", "New", "Hello Sam!"]
    assert screen.control(104)._absolute() == (120, 55) and screen.image(104) == kodi.addon_info("icon")
    assert (screen.label(101), screen.visible(103)) == ("Cancel it", False)


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


@pytest.mark.parametrize("end, words", [
    ("", "never ended"),
    ("    xbmcplugin.endOfDirectory(handle)\n" * 2, "ended already"),
    ("    xbmcplugin.endOfDirectory(handle + 1)\n", "not the handle"),
    ("    tiny().doModal()\n", "from a listing"),
    ("    item.setArt({'icon': '/gone.png'})\n    xbmcplugin.endOfDirectory(handle)\n", "gone.png"),
])  # fmt: skip
def test_a_wrong_directory_is_refused(make, end, words):
    kodi = make(LISTING + end)
    with pytest.raises(AssertionError, match=words):
        call(kodi, f"plugin://{ADDON_ID}/", "7", "")


@pytest.mark.parametrize("argv", [["other.py"], ["plugin://plugin.video.other/", "1", ""], [f"plugin://{ADDON_ID}/"]])
def test_a_call_kodi_would_not_make_is_refused(make, argv):
    with pytest.raises(AssertionError):
        call(make(), *argv)


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
