"""The Kodi stubs offer what Kodi offers and no more, and refuse what Kodi refuses."""

import importlib.util
import inspect
import sys
import types
from pathlib import Path

import pytest

from tests.fakes.kodi.installing import PARTS, modules
from tests.fakes.tiny_addon import SETTINGS, WINDOW

KODISTUBS = Path(sys.prefix) / "kodistubs"


def kodistubs(name):
    spec = importlib.util.spec_from_file_location(f"_kodistubs_{name}", str(KODISTUBS / f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def parameters(function):
    """Return (name, has a default) of what can be given by position, without self."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    found = [one for one in inspect.signature(function).parameters.values() if one.kind in kinds]
    return [(one.name, one.default is not one.empty) for one in found if one.name not in ("self", "cls")]


def constructor(kind):
    """Return __new__ if the class reads its arguments there, as Kodi does, else __init__."""
    own = [vars(kind)[name] for name in ("__new__", "__init__") if name in vars(kind)]
    return next((one for one in own if parameters(one)), lambda: None)


def differences(ours, theirs, where=""):
    """Name whatever `ours` offers that `theirs` lacks or has otherwise; it may leave out the last parameters."""
    for name in vars(ours):
        member, real = getattr(ours, name), getattr(theirs, name, None)
        if name.startswith("_"):
            continue
        if real is None or getattr(real, "__module__", "") == "typing":
            yield f"{where}{name} does not exist"
        elif inspect.isclass(member):
            if [one.__name__ for one in member.__mro__] != [one.__name__ for one in real.__mro__]:
                yield f"{name} has the bases {member.__mro__}"
            yield from differs(name, constructor(member), constructor(real))
            yield from differences(member, real, f"{name}.")
        elif callable(member):
            yield from differs(where + name, member, real)
        elif member != real:
            yield f"{name} = {member!r} should be {real!r}"


def differs(name, ours, theirs):
    if parameters(ours) != parameters(theirs)[: len(parameters(ours))]:
        yield f"{name}{parameters(ours)} should take {parameters(theirs)}"


@pytest.mark.parametrize("name", sorted(PARTS))
def test_offers_only_what_kodi_offers(name):
    assert list(differences(modules(21)[name], kodistubs(name))) == []


def test_the_comparison_notices_what_differs():
    class File:
        def __init__(self, path):
            """Take a name that Kodi's own does not."""

        def readAll(self):
            """Do what Kodi's own cannot."""

    fake = types.SimpleNamespace(exists=lambda where: True, teleport=lambda path: None, Union=1, File=File)
    found = "\n".join(differences(fake, kodistubs("xbmcvfs")))
    for wanted in ("exists[", "teleport does not", "Union does not", "File[", "File.readAll"):
        assert wanted in found


@pytest.mark.parametrize("line, error, words", [
    ("xbmcaddon.Addon().getLocalizedString(30099)", AssertionError, "30099"),
    ("xbmcaddon.Addon().getLocalizedString('30001')", TypeError, "must be int"),
    ("xbmcaddon.Addon('plugin.video.other')", RuntimeError, "Unknown addon id"),
    ("xbmcaddon.Addon().getSetting('nonsense')", AssertionError, "not in resources/settings.xml"),
    ("xbmcaddon.Addon().getSettingInt('on')", TypeError, "Invalid setting type"),
    ("xbmcaddon.Addon().getAddonInfo('colour')", RuntimeError, "invalid Id"),
    ("xbmc.log(3)", TypeError, "must be str"),
    ("xbmc.executebuiltin('Reboot()')", AssertionError, "no built-in function Reboot"),
    ("xbmc.restart()", AttributeError, "restart"),
    ("xbmcgui.ControlLabel(0, 0, 1, 1, 'a')", AssertionError, "makes no ControlLabel"),
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
    ("bar = xbmcgui.DialogProgress(); bar.create('a'); bar.update(101)", AssertionError, "0 to 100"),
    ("xbmcgui.ControlImage(0, 0, 1, 1, 'a').setVisibleCondition('true')", AssertionError, "not on a window"),
    ("tiny('Tiny.xml')", RuntimeError, "XML File for Window is missing"),
    ("tiny().getControl(100)", RuntimeError, "Non-Existent Control"),
    ("Tiny(xmlFilename='tiny.xml', scriptPath='')", TypeError, "xmlFilename"),
    ("__import__('xbmcvfs').translatePath('special://moon/x')", AssertionError, "special://moon"),
    ("__import__('xbmcplugin').endOfDirectory(1)", AssertionError, "not the handle"),
])  # fmt: skip
def test_refuses(run, line, error, words):
    with pytest.raises(error, match=words):
        run(line)


@pytest.mark.parametrize("line, error, words", [
    ("getControl(999)", RuntimeError, "Non-Existent Control 999"),
    ("getControl(106)", RuntimeError, "Unknown control type for python"),
    ("getControl(104).setLabel('x')", AttributeError, "setLabel"),
    ("getControl(100).setLabel(5)", TypeError, "must be str"),
    ("setFocusId(999)", RuntimeError, "Non-Existent"),
    ("addControls([self.getControl(100)])", RuntimeError, "already used"),
    ("getControl(104).setImage('absent.png')", AssertionError, r"not there: \['absent.png'\]"),
])  # fmt: skip
def test_a_window_refuses(run, line, error, words):
    with pytest.raises(error, match=words):
        run(f"Tiny.onInit = lambda self: self.{line}\ntiny().doModal()", ["back"])


@pytest.mark.parametrize("old, new, words", [
    ('id="105"', 'id="3"', "taken"),
    ('101</defaultcontrol>', '55</defaultcontrol>', "defaultcontrol"),
    ("<onright>102", "<onright>55", "leads to 55"),
    ("30001]", "30077]", "30077"),
    ("<label>New</label>", "<label>30001</label>", "use \\$ADDON"),
    ("<visible>false<", "<visible>Sky.IsBlue<", "no condition"),
    ("back.png", "gone.png", "gone.png"),
    ('type="progress"', 'type="progressbar"', "no control of type"),
])  # fmt: skip
def test_a_wrong_window_file_is_refused(run, old, new, words):
    with pytest.raises(AssertionError, match=words):
        run("tiny().doModal()", ["back"], window=WINDOW.replace(old, new))


@pytest.mark.parametrize("old, new, words", [
    ('version="1"', "", "version"),
    ('<control type="toggle"/>', "", "no <control>"),
    ("<default>3</default>", "", "no <default>"),
    ('id="count"', 'id="on"', "twice"),
])  # fmt: skip
def test_a_wrong_settings_file_is_refused(make, old, new, words):
    with pytest.raises(AssertionError, match=words):
        make(settings=SETTINGS.replace(old, new))
