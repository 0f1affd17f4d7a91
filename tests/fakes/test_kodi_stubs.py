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
    class File:
        def __init__(self, filepath):
            """Take a name that Kodi's own does not."""

        def readAll(self):
            """Do what Kodi's own cannot."""

    fake = types.SimpleNamespace(exists=lambda where: True, teleport=lambda path: None, Union=1, File=File)
    found = "\n".join(differences(fake, kodistubs("xbmcvfs")))
    for wanted in ("exists[", "teleport does not", "Union does not", "File[", "File.readAll"):
        assert wanted in found


@pytest.mark.parametrize(
    "line, error, words",
    [
        ("xbmcaddon.Addon().getLocalizedString(30099)", AssertionError, "30099"),
        ("xbmcaddon.Addon().getLocalizedString('30001')", TypeError, "must be int"),
        ("xbmcaddon.Addon('plugin.video.other')", RuntimeError, "Unknown addon id"),
        ("xbmcaddon.Addon().getSetting('nonsense')", AssertionError, "not in resources/settings.xml"),
        ("xbmcaddon.Addon().getSettingInt('on')", TypeError, "Invalid setting type"),
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
        ("bar = xbmcgui.DialogProgress(); bar.create('a'); bar.update(101)", AssertionError, "0 to 100"),
        ("xbmcgui.ControlLabel(0, 0, 1, 1, 'a').setVisibleCondition('true')", AssertionError, "not on a window"),
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
    ("line", "error", "words"),
    [
        ("getControl(999)", RuntimeError, "Non-Existent Control 999"),
        ("getControl(106)", RuntimeError, "Unknown control type for python"),
        ("getControl(104).setLabel('x')", AttributeError, "setLabel"),
        ("getControl(100).setLabel(5)", TypeError, "must be str"),
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
