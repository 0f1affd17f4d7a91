"""The home folder of a Kodi under test, and what is written there before Kodi's first start."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Dict, NamedTuple

from tests.fakes.ports import free_port

ASOUNDRC = """pcm.!default { type null }
ctl.!default { type null }
"""
# Estouchy opens a welcome window over the first home screen until its own skin string says that this was done.
ESTOUCHY = '<settings><setting id="FirstRun" type="string">done</setting></settings>\n'
# This TCP port is not among the settings of Kodi's settings window.
ADVANCED = """<advancedsettings version="1.0">
    <jsonrpc><tcpport>{notifications}</tcpport></jsonrpc>
</advancedsettings>
"""
# What keeps everything off the screen and the network that a test has not asked for.
QUIET = {
    "addons.unknownsources": "true",
    "general.addonupdates": "2",  # never look for updates
    "general.addonnotifications": "false",
    "services.zeroconf": "false",
    "services.upnp": "false",
    "screensaver.mode": "",
    "powermanagement.displaysoff": "0",
    "audiooutput.guisoundmode": "0",
    "input.enablemouse": "false",  # a pointer in the middle of every picture otherwise
}


class Ports(NamedTuple):
    """Where one Kodi listens on the loopback: HTTP, JSON notifications over TCP, event server over UDP."""

    web: int
    notifications: int
    events: int

    def settings(self) -> Dict[str, str]:
        """Return the settings that open Kodi's servers on these ports, without a password."""
        return {
            "services.webserver": "true",
            "services.webserverport": str(self.web),
            "services.webserverauthentication": "false",
            "services.webserverpassword": "unused",  # without any text Kodi keeps the web server shut
            "services.esenabled": "true",
            "services.esport": str(self.events),
            "services.esportrange": "1",
            "services.esallinterfaces": "false",
        }


class Home:
    """The folders of one Kodi below the `HOME` it is started with, and the ports that it listens on."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.kodi = root / ".kodi"
        self.addons = self.kodi / "addons"
        self.userdata = self.kodi / "userdata"
        self.log = self.kodi / "temp" / "kodi.log"
        self.ports = Ports(free_port(), free_port(), free_port())

    def prepare(self, settings: Dict[str, str]) -> None:
        """Write what makes a first start quiet and reachable; a home that has been used keeps its other settings."""
        for folder in (self.addons, self.userdata, self.log.parent):
            folder.mkdir(parents=True, exist_ok=True)
        (self.root / ".asoundrc").write_text(ASOUNDRC)
        (self.userdata / "advancedsettings.xml").write_text(ADVANCED.format(notifications=self.ports.notifications))
        estouchy = self.userdata / "addon_data" / "skin.estouchy" / "settings.xml"
        if not estouchy.exists():
            estouchy.parent.mkdir(parents=True, exist_ok=True)
            estouchy.write_text(ESTOUCHY)
        self._write_settings({**QUIET, **self.ports.settings(), **settings})

    def _write_settings(self, settings: Dict[str, str]) -> None:
        path = self.userdata / "guisettings.xml"
        # A Kodi that was killed may leave an empty file behind; Kodi starts afresh from that, and so does this.
        if path.exists() and path.stat().st_size:
            root = ElementTree.parse(path).getroot()
        else:  # without these two Kodi calls the file unreadable and falls back to its defaults, for some settings
            root = ElementTree.fromstring('<settings version="2"><resolutions/><viewstates/></settings>')
        present = {element.get("id"): element for element in root.iter("setting")}
        for name, value in settings.items():
            element = present.get(name)
            if element is None:
                element = ElementTree.SubElement(root, "setting", id=name)
            element.attrib.pop("default", None)  # Kodi ignores the text of what is marked as default
            element.text = value
        ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
