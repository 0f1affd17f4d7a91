"""The strict little Kodi offers what Kodi offers and no more, and refuses what Kodi refuses."""

import importlib.util
import inspect
import sys
import textwrap
import threading
import types
from pathlib import Path

import pytest

from tests.fakes.kodi import Do, KodiStub, UserScript
from tests.fakes.kodi.installing import PARTS, modules

KODISTUBS = Path(sys.prefix) / "kodistubs"
ADDON_ID = "plugin.video.tiny"

# --- the same names and signatures as Kodi --------------------------------------------------------------------------


def kodistubs(name):
    spec = importlib.util.spec_from_file_location(f"_kodistubs_{name}", str(KODISTUBS / f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def parameters(function):
    """Return (name, has a default) of what can be given by position, without self."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    found = [
        (one.name, one.default is not one.empty)
        for one in inspect.signature(function).parameters.values()
        if one.kind in kinds
    ]
    return found[1:] if found and found[0][0] in ("self", "cls") else found


def constructor(kind):
    """Return the parameters of __new__ if the class reads its arguments there, as Kodi does, else of __init__."""
    own = [getattr(kind, name) for name in ("__new__", "__init__") if name in vars(kind)]
    named = [parameters(one) for one in own]
    return next((one for one in named if one), [])


def differences(ours, theirs):
    """Name whatever `ours` offers that `theirs` lacks or takes other arguments for."""
    for name, member in vars(ours).items():
        if name.startswith("_"):
            continue
        real = vars(theirs).get(name)
        if real is None or getattr(real, "__module__", "") == "typing":
            yield f"{name} does not exist"
        elif inspect.isclass(member):
            yield from class_differences(name, member, real)
        elif inspect.isfunction(member):
            if parameters(member) != parameters(real):
                yield f"{name}{parameters(member)} should take {parameters(real)}"
        elif member != real:
            yield f"{name} = {member!r} should be {real!r}"


def class_differences(name, ours, theirs):
    if [one.__name__ for one in ours.__mro__] != [one.__name__ for one in theirs.__mro__]:
        yield f"{name} has the bases {ours.__mro__}"
    if constructor(ours) != constructor(theirs):
        yield f"{name}{constructor(ours)} should take {constructor(theirs)}"
    for method in dir(ours):
        if method.startswith("_"):
            continue
        if not hasattr(theirs, method):
            yield f"{name}.{method} does not exist"
        elif parameters(getattr(ours, method)) != parameters(getattr(theirs, method)):
            yield f"{name}.{method} should take {parameters(getattr(theirs, method))}"


@pytest.mark.parametrize("name", sorted(PARTS))
def test_offers_only_what_kodi_offers(name):
    assert list(differences(modules(21)[name], kodistubs(name))) == []


def test_the_comparison_notices_what_differs():
    fake = types.ModuleType("xbmcvfs")
    fake.exists = lambda where: True
    fake.teleport = lambda path: None
    fake.Union = 1

    class File:
        def __init__(self, filepath):
            self.filepath = filepath

        def readAll(self):
            return ""

    fake.File = File
    found = "\n".join(differences(fake, kodistubs("xbmcvfs")))
    for wanted in ("exists[", "teleport does not", "Union does not", "File[", "File.readAll"):
        assert wanted in found


# --- a tiny add-on made on the fly ----------------------------------------------------------------------------------

ADDON_XML = f"""<addon id="{ADDON_ID}" name="Tiny" version="1.2.3" provider-name="tests">
  <extension point="xbmc.python.pluginsource" library="plugin.py"/>
  <extension point="xbmc.python.library" library="plugin.py"/>
  <extension point="xbmc.service" library="plugin.py"/>
  <extension point="xbmc.addon.metadata"><summary lang="en_GB">Small</summary>
    <assets><icon>resources/icon.png</icon></assets></extension>
</addon>"""
STRINGS = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgctxt "#30001"
msgid "Cancel it"
msgstr "{cancel}"

msgctxt "#30002"
msgid "Only English"
msgstr ""
"""
SETTINGS = """<settings version="1"><section id="tiny"><category id="all" label="30001"><group id="1">
  <setting id="on" type="boolean" label="30001"><level>0</level>
    <default>true</default><control type="toggle"/></setting>
  <setting id="count" type="integer"><default>3</default><control type="edit" format="integer"/></setting>
  <setting id="name" type="string"><default>x</default><control type="edit" format="string"/></setting>
</group></category></section></settings>"""
WINDOW = f"""<window><defaultcontrol always="true">101</defaultcontrol><controls>
  <control type="image"><texture>back.png</texture></control>
  <control type="group" id="9"><left>100</left><top>50</top><width>400</width><height>300</height>
    <visible>String.IsEqual(Window.Property(state),code) | Control.HasFocus(102)</visible>
    <control type="label" id="100"><left>10</left><width>200</width><height>40</height><label>-</label></control>
    <control type="image" id="104"><left>20</left><top>5</top></control>
  </control>
  <control type="button" id="101"><label>$ADDON[{ADDON_ID} 30001]</label><onright>102</onright></control>
  <control type="button" id="102"><label>New</label><onleft>101</onleft><onright>103</onright></control>
  <control type="button" id="103"><label>Hidden</label><visible>false</visible></control>
  <control type="progress" id="105"/><control type="grouplist" id="106"/>
  <control type="label" id="107"><label>$INFO[Window.Property(user),Hello ,!]</label></control>
</controls></window>"""
DIALOG = """
import xbmc, xbmcgui, xbmcaddon, threading
class Tiny(xbmcgui.WindowXMLDialog):
    def __init__(self, *args, **kwargs):
        self.extra = kwargs.get("extra")
        self.seen = []
    def onInit(self): self.seen.append("init")
    def onFocus(self, controlId): self.seen.append(("focus", controlId))
    def onClick(self, controlId):
        self.seen.append(("click", controlId))
        if controlId == 102: self.close()
def tiny(name="tiny.xml"):
    path = xbmcaddon.Addon().getAddonInfo("path")
    return Tiny(name, path, "Default", "1080i", extra=1)
"""


@pytest.fixture
def make(tmp_path):
    """Return a function that writes the tiny add-on with this program in it and gives its KodiStub."""

    def make_kodi(program="", window=WINDOW, settings=SETTINGS, **options):
        folder = tmp_path / ADDON_ID
        skin = folder / "resources" / "skins" / "Default"
        for language, cancel in (("en_gb", ""), ("de_de", "Abbrechen")):
            (folder / "resources" / "language" / f"resource.language.{language}").mkdir(parents=True, exist_ok=True)
            po = folder / "resources" / "language" / f"resource.language.{language}" / "strings.po"
            po.write_text(STRINGS.format(cancel=cancel), encoding="utf-8")
        for sub in ("1080i", "media"):
            (skin / sub).mkdir(parents=True, exist_ok=True)
        (skin / "media" / "back.png").write_bytes(b"png")
        (folder / "resources" / "icon.png").write_bytes(b"png")
        (skin / "1080i" / "tiny.xml").write_text(window, encoding="utf-8")
        (folder / "addon.xml").write_text(ADDON_XML, encoding="utf-8")
        (folder / "resources" / "settings.xml").write_text(settings, encoding="utf-8")
        (folder / "plugin.py").write_text(textwrap.dedent(DIALOG) + textwrap.dedent(program), encoding="utf-8")
        return KodiStub(folder, tmp_path / "profile", **options)

    return make_kodi


@pytest.fixture
def run(make):
    """Return a function that runs a program as RunScript and gives the KodiStub."""

    def run_program(program, user=(), **options):
        kodi = make(program, **options)
        kodi.user = UserScript(list(user))
        with kodi.installed():
            kodi.run(["plugin.py"])
        return kodi

    return run_program


@pytest.mark.parametrize(
    "line, error, words",
    [
        ("xbmcaddon.Addon().getLocalizedString(30099)", AssertionError, "30099"),
        ("xbmcaddon.Addon().getLocalizedString('30001')", TypeError, "must be int"),
        ("xbmcaddon.Addon('plugin.video.other')", RuntimeError, "Unknown addon id"),
        ("xbmcaddon.Addon().getSetting('nonsense')", AssertionError, "not in resources/settings.xml"),
        ("xbmcaddon.Addon().getSettingInt('on')", TypeError, "Invalid setting type"),
        ("xbmcaddon.Addon().getSettings().getBool('name')", TypeError, "Invalid setting type"),
        ("xbmcaddon.Addon().setSettingInt('count', 'many')", TypeError, "must be int"),
        ("xbmcaddon.Addon().getAddonInfo('colour')", RuntimeError, "invalid Id"),
        ("xbmc.log(3)", TypeError, "must be str"),
        ("xbmc.executebuiltin('Reboot()')", AssertionError, "no built-in function Reboot"),
        ("xbmc.executebuiltin('InhibitScreensaver(yes)')", AssertionError, "true or false"),
        ("xbmc.executebuiltin('RunScript(plugin.video.other)')", AssertionError, "not installed"),
        ('xbmc.executeJSONRPC(\'{"jsonrpc":"2.0","id":1,"method":"Files.Nuke"}\')', AssertionError, "Nuke"),
        ("xbmc.getInfoLabel('Weather.Mood')", AssertionError, "no info label"),
        ("xbmc.getCondVisibility('Moon.IsFull')", AssertionError, "no condition"),
        ("xbmc.Player().getTime()", RuntimeError, "not playing"),
        ("xbmc.Monitor().waitForAbort(0)", AssertionError, "for ever"),
        ("xbmcgui.Window(12345)", RuntimeError, "does not exist"),
        ("xbmcgui.Dialog().yesno('a', 'b')", AssertionError, "no answer"),
        ("xbmcgui.Dialog().ok('a')", TypeError, "message"),
        ("xbmcgui.DialogProgress().update(1)", RuntimeError, "not created"),
        ("xbmcgui.ControlProgress(0, 0, 1, 1).setPercent(5)", AssertionError, "not on a window"),
        ("tiny('Tiny.xml')", RuntimeError, "XML File for Window is missing"),
        ("tiny().getControl(100)", RuntimeError, "Non-Existent Control"),
        ("Tiny(xmlFilename='tiny.xml', scriptPath='')", TypeError, "xmlFilename"),
        ("__import__('xbmcvfs').translatePath('special://moon/x')", AssertionError, "special://moon"),
        ("__import__('xbmcplugin').endOfDirectory(1)", AssertionError, "not the handle"),
    ],
)
def test_refuses(run, line, error, words):
    with pytest.raises(error, match=words):
        run(line)


@pytest.mark.parametrize(
    "line, error, words",
    [
        ("getControl(999)", RuntimeError, "Non-Existent Control 999"),
        ("getControl(106)", RuntimeError, "Unknown control type for python"),
        ("getControl(104).setLabel('x')", AttributeError, "setLabel"),
        ("getControl(100).setLabel(5)", TypeError, "must be str"),
        ("getControl(105).setPercent(101)", AssertionError, "0 to 100"),
        ("setFocusId(999)", RuntimeError, "Non-Existent"),
        ("addControl(self.getControl(100))", RuntimeError, "already used"),
        ("getControl(104).setImage('absent.png')", AssertionError, r"not there: \['absent.png'\]"),
    ],
)
def test_a_window_refuses(run, line, error, words):
    with pytest.raises(error, match=words):
        run(f"Tiny.onInit = lambda self: self.{line}\ntiny().doModal()", ["back"])


@pytest.mark.parametrize(
    "old, new, words",
    [
        ('id="105"', 'id="3"', "taken"),
        ("101</defaultcontrol>", "55</defaultcontrol>", "defaultcontrol"),
        ("<onright>102", "<onright>55", "leads to 55"),
        ("30001]", "30077]", "30077"),
        ("<label>New</label>", "<label>30001</label>", "use \\$ADDON"),
        ("<visible>false<", "<visible>Sky.IsBlue<", "no condition"),
        ("back.png", "gone.png", "gone.png"),
        ('type="progress"', 'type="progressbar"', "no control of type"),
    ],
)
def test_a_wrong_window_file_is_refused(run, old, new, words):
    with pytest.raises(AssertionError, match=words):
        run("tiny().doModal()", ["back"], window=WINDOW.replace(old, new))


@pytest.mark.parametrize(
    "old, new, words",
    [
        ('version="1"', "", "version"),
        ('<control type="toggle"/>', "", "no <control>"),
        ('label="30001"', 'label="30088"', "30088"),
        ("<default>3</default>", "", "no <default>"),
        ('id="count"', 'id="on"', "twice"),
    ],
)
def test_a_wrong_settings_file_is_refused(make, old, new, words):
    with pytest.raises(AssertionError, match=words):
        make(settings=SETTINGS.replace(old, new))


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
                self.getControl(105).setPercent(40)
                self.getControl(101).setLabel("")
                self.addControl(xbmcgui.ControlLabel(0, 0, 10, 10, "added"))
        Show("tiny.xml", xbmcaddon.Addon().getAddonInfo("path"), "Default", "1080i").doModal()
    """
    kodi = run(program, [lambda screen: "added" in screen.texts(), "back"])
    screen = kodi.windows[0]
    assert not screen.open
    assert screen.texts() == ["59", "Cancel it", "New", "Hello Sam!", "added"]
    assert screen.images() == [(0, 0, "back.png"), (120, 55, kodi.addon_info("icon"))]
    assert (screen.percent(105), screen.label(101), screen.visible(103)) == (40.0, "Cancel it", False)


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


def test_a_window_that_nobody_closes_is_an_error(run):
    with pytest.raises(AssertionError, match="still open after 0.05 s: the user has no steps left"):
        run("tiny().doModal()", bound=0.05)


def test_a_user_waits_in_vain(run):
    with pytest.raises(AssertionError, match="waits for <lambda>"):
        run("tiny().doModal()", [lambda screen: False, "back"], bound=0.05)


def test_steps_left_over_are_an_error(run):
    with pytest.raises(AssertionError, match="steps left: .'left'."):
        run("tiny().doModal()", ["back", "left"])


def test_a_thread_that_dies_is_an_error(run):
    with pytest.raises(AssertionError, match="poller.*boom"):
        run(POLLER.format(end="self.close(); raise ValueError('boom')"))


def test_a_thread_that_stays_is_an_error_and_is_stopped(run, monkeypatch):
    monkeypatch.setattr("tests.fakes.kodi.running.LINGER", 0.05)
    with pytest.raises(AssertionError, match="still running 0.05 s after the script ended: stubborn"):
        run("threading.Thread(target=xbmc.Monitor().waitForAbort, name='stubborn').start()", real_wait=1)
    assert "stubborn" not in [one.name for one in threading.enumerate()]


def test_kodi_shuts_down_while_a_window_is_open(make):
    kodi = make("tiny().doModal(); xbmc.log(str(xbmc.Monitor().waitForAbort(9)))")
    kodi.user = UserScript(["right", Do(kodi.abort)])
    with kodi.installed():
        kodi.run(["plugin.py"])
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
    with kodi.installed():
        kodi.run([""])
    assert [line.message for line in kodi.logged] == ["xbmc System.OnWake null", "4", "Film of 100.0", "5.0", "stopped"]
    assert kodi.clock.now == 31


def test_a_service_shows_nothing_modal(make):
    kodi = make("xbmcgui.Dialog().ok('a', 'b')")
    with kodi.installed(), pytest.raises(AssertionError, match="from a service"):
        kodi.run([""])


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
    with kodi.installed(), pytest.raises(AssertionError, match=words):
        kodi.run([f"plugin://{ADDON_ID}/", "7", ""])


def test_a_directory(make):
    kodi = make(LISTING + "    xbmcplugin.endOfDirectory(handle)\n")
    with kodi.installed():
        kodi.run([f"plugin://{ADDON_ID}/", "7", "", "resume:false"])
    assert kodi.listing.labels == ["Sign in"]
    assert kodi.listing.entries[0].url == f"plugin://{ADDON_ID}/link"


@pytest.mark.parametrize("argv", [["other.py"], ["plugin://plugin.video.other/", "1", ""], [f"plugin://{ADDON_ID}/"]])
def test_a_call_kodi_would_not_make_is_refused(make, argv):
    kodi = make()
    with kodi.installed(), pytest.raises(AssertionError):
        kodi.run(argv)


def test_records_and_answers(make):
    kodi = make(
        """
        import json, xbmcvfs, sys
        data = json.dumps('{"name": "a, b"}')
        xbmc.executebuiltin(f"NotifyAll(plugin.video.tiny,linked,{data})")
        xbmc.executebuiltin("InhibitScreensaver(true)")
        xbmcgui.Dialog().notification("Tiny", "Linked", xbmcgui.NOTIFICATION_INFO, 3000)
        xbmcgui.Window(10000).setProperty("Tiny.State", "linked")
        assert xbmc.getInfoLabel("Window(Home).Property(tiny.state)") == "linked"
        assert xbmc.getCondVisibility("!String.IsEmpty(Window(Home).Property(tiny.state)) + [false | true]")
        folder = xbmcvfs.translatePath(xbmcaddon.Addon().getAddonInfo("profile"))
        assert not xbmcvfs.exists(folder) and xbmcvfs.mkdirs(folder) and xbmcvfs.exists(folder)
        bar = xbmcgui.DialogProgress(); bar.create("Tiny", "a")
        turns = 0
        while not bar.iscanceled(): turns += 1
        bar.close()
        sys.exit(turns if xbmcgui.Dialog().yesno("Sure?", "Really?") else 99)
        """
    )
    kodi.answers = [True]
    kodi.cancel_after = 3
    with kodi.installed():
        assert kodi.run(["plugin.py", "link"]) == 3
    assert kodi.builtins[0] == ("NotifyAll", (ADDON_ID, "linked", '{"name": "a, b"}'))
    assert kodi.screensaver_inhibited
    assert kodi.notifications == [("Tiny", "Linked", "info", 3000, True)]
    assert [(one.kind, one.heading) for one in kodi.dialogs] == [("yesno", "Sure?")]
    assert not kodi.progress[0].open


def test_kodi_19_lacks_what_came_with_20(run):
    program = """
        assert not hasattr(xbmcaddon.Addon(), "getSettings") and not hasattr(xbmcaddon, "Settings")
        assert not hasattr(xbmcgui.ListItem().getVideoInfoTag(), "setTitle")
        xbmcgui.ListItem("a").setInfo("video", {"title": "x"})
    """
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
    with kodi.installed():
        kodi.run(["plugin.py"])
    assert kodi.log_text() == str(kodi.folder / "lib" / "kodi" / "sample.py")
    assert {name for name in sys.modules if name.split(".")[0] in ("lib", *PARTS)} == {
        name for name in before if name.split(".")[0] == "lib"
    }
