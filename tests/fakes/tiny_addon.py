"""A tiny add-on that a test makes on the fly, with the program that the test wants it to run."""

import textwrap

import pytest

from tests.fakes.kodi import KodiStub, UserScript

ADDON_ID = "plugin.video.tiny"
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
        files = {
            "addon.xml": ADDON_XML,
            "plugin.py": textwrap.dedent(DIALOG) + textwrap.dedent(program),
            "resources/icon.png": "png",
            "resources/settings.xml": settings,
            "resources/language/resource.language.en_gb/strings.po": STRINGS.format(cancel=""),
            "resources/language/resource.language.de_de/strings.po": STRINGS.format(cancel="Abbrechen"),
            "resources/skins/Default/media/back.png": "png",
            "resources/skins/Default/1080i/tiny.xml": window,
        }
        for name, text in files.items():
            path = tmp_path / ADDON_ID / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return KodiStub(tmp_path / ADDON_ID, tmp_path / "profile", **options)

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
