"""The home folder of a Kodi under test, and what is written there before Kodi's first start."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Dict, NamedTuple

from tests.fakes.ports import free_port

ASOUNDRC = """pcm.!default { type null }
ctl.!default { type null }
"""

# Estouchy opens a welcome window over the first home screen until its own skin string says that this was done.
SKIN_SETTINGS = {
    "skin.estouchy": '<settings><setting id="FirstRun" type="string">done</setting></settings>\n',
}

ADVANCED = """<advancedsettings version="1.0">
    <jsonrpc><tcpport>{notifications}</tcpport></jsonrpc>
</advancedsettings>
"""


class Ports(NamedTuple):
    """Where one Kodi listens on the loopback: HTTP, JSON notifications over TCP, event server over UDP."""

    web: int
    notifications: int
    events: int


def free_ports() -> Ports:
    """Return three ports that nobody uses now."""
    return Ports(free_port(), free_port(), free_port())


class Home:
    """The folders of one Kodi below the `HOME` it is started with."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.kodi = root / ".kodi"
        self.addons = self.kodi / "addons"
        self.userdata = self.kodi / "userdata"
        self.log = self.kodi / "temp" / "kodi.log"

    def prepare(self, ports: Ports, settings: Dict[str, str]) -> None:
        """Write what makes a first start quiet and reachable; a home that has been used keeps its other settings."""
        for folder in (self.addons, self.userdata, self.log.parent):
            folder.mkdir(parents=True, exist_ok=True)
        (self.root / ".asoundrc").write_text(ASOUNDRC)
        # The TCP port is not among the settings of Kodi's settings window, only here.
        (self.userdata / "advancedsettings.xml").write_text(ADVANCED.format(notifications=ports.notifications))
        for skin, text in SKIN_SETTINGS.items():
            path = self.userdata / "addon_data" / skin / "settings.xml"
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        self._write_settings({**quiet_settings(), **port_settings(ports), **settings})

    def _write_settings(self, settings: Dict[str, str]) -> None:
        path = self.userdata / "guisettings.xml"
        # A Kodi that was killed may leave an empty file behind; Kodi starts afresh from that, and so does this.
        if path.exists() and path.stat().st_size:
            tree = ElementTree.parse(path)
        else:
            tree = ElementTree.ElementTree(ElementTree.Element("settings", version="2"))
            # Without these two Kodi calls the file unreadable and falls back to its defaults, for some settings.
            for name in ("resolutions", "viewstates"):
                ElementTree.SubElement(tree.getroot(), name)
        root = tree.getroot()
        present = {element.get("id"): element for element in root.iter("setting")}
        for name, value in settings.items():
            element = present.get(name)
            if element is None:
                element = ElementTree.SubElement(root, "setting", id=name)
            element.attrib.pop("default", None)  # Kodi ignores the text of what is marked as default
            element.text = value
        tree.write(path, encoding="utf-8", xml_declaration=True)


def port_settings(ports: Ports) -> Dict[str, str]:
    """Return the settings that open Kodi's servers on these ports, without a password."""
    return {
        "services.webserver": "true",
        "services.webserverport": str(ports.web),
        "services.webserverauthentication": "false",
        "services.webserverpassword": "unused",  # without any text Kodi keeps the web server shut
        "services.esenabled": "true",
        "services.esport": str(ports.events),
        "services.esportrange": "1",
        "services.esallinterfaces": "false",
    }


def quiet_settings() -> Dict[str, str]:
    """Return the settings that keep everything off the screen and the network that a test has not asked for."""
    return {
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
