"""A real Kodi on a virtual screen, driven from a test as a person with a remote would drive it.

    with RealKodi(tmp_path) as kodi:
        kodi.install(Path("dist/plugin.video.simkl.zip"))
        kodi.send("RunScript(plugin.video.simkl,link)")
        kodi.wait_until(lambda: kodi.control() == "Cancel", 5, "the sign-in window")
        kodi.picture(tmp_path / "link.png")
        kodi.key("Back")

Keys, actions and built-ins are acknowledged before the window has reacted: put a `wait_until` after them. Windows are
known before they are drawn: `picture(..., still=True)` waits for what slides and fades.

The skins Estuary and Estouchy and all languages come with Debian's `kodi-data`, which `kodi` brings along. Both skins
are drawn with Noto and Roboto, which `kodi-data` only recommends (`fonts-noto-core fonts-noto-mono
fonts-roboto-hinted`); without them Kodi falls back to a wider font. Neither font set has Chinese, Japanese or Korean.
"""

import subprocess
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from tests.real_kodi import addons
from tests.real_kodi.debian import PACKAGES, PICTURES, clean_environment, kodi_environment, require
from tests.real_kodi.home import Home
from tests.real_kodi.processes import KodiProcess, Screen
from tests.real_kodi.rpc import HOST, METHOD_NOT_FOUND, Notifications, RpcError, json_rpc
from tests.real_kodi.versions import KODI_20, KodiVersion
from tests.real_kodi.waiting import Answer, Crashed, NotReached, wait_until

HOME_WINDOW, YES_NO_DIALOG = 10000, 10100
START_TIMEOUT = 60.0
QUIT_TIMEOUT = 60.0
LOG_TAIL = 40


class RealKodi:
    """One Kodi with a home, a screen and ports of its own; a context manager that leaves no process behind.

    home: an empty folder, or one that a `RealKodi` has used before (its add-ons and settings are still there).
    size: of the screen, in pixels. skin, language: ids of add-ons that Debian's Kodi ships.
    settings: more of Kodi's own settings by id, as in guisettings.xml. env: more variables for Kodi.
    prefix: of Kodi's command line, see `KodiProcess`. version: of Kodi, with the modules of its time.
    """

    def __init__(
        self, home: Path, size: Tuple[int, int] = (1280, 720), skin: str = "skin.estuary",
        language: str = "resource.language.en_gb", settings: Optional[Dict[str, str]] = None,
        env: Optional[Dict[str, str]] = None, prefix: Sequence[str] = (), version: KodiVersion = KODI_20,
    ) -> None:  # fmt: skip
        self.version = version
        self.home = Home(home)
        self._settings = {"lookandfeel.skin": skin, "locale.language": language, **(settings or {})}
        self._env = {**kodi_environment(home), **(env or {})}
        self._screen = Screen(size, clean_environment(home), home / "xvfb.log")
        self._process = KodiProcess(home, prefix, version)
        self._messages: Optional[Notifications] = None
        self._stack = ExitStack()

    def __enter__(self) -> "RealKodi":
        require("a real Kodi", PACKAGES, PICTURES)
        modules = addons.module_addons(self.version.modules)
        self.home.prepare(self._settings)
        with ExitStack() as stack:  # until everything is up, a failure undoes what has been started
            stack.enter_context(self._screen)
            stack.callback(self.kill)
            self.start()
            addons.put(self, *[folder for folder in modules if not (self.home.addons / folder.name).exists()])
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    # Its life

    def start(self) -> None:
        """Start Kodi and wait for its home screen. For a test only after `quit` or `kill`, to start it once more."""
        self._process.start({**self._env, "DISPLAY": self._screen.display})
        self.wait_until(self._at_home, START_TIMEOUT, "Kodi at its home screen")
        self._messages = self.wait_until(self._listening, START_TIMEOUT, "Kodi's notifications")
        self.wait_until(lambda: not self._screen.is_blank(), START_TIMEOUT, "the home screen drawn")

    def quit(self) -> float:
        """End Kodi as its power menu does, and return the seconds until all its processes were gone. Raises Crashed."""
        started = time.monotonic()
        with suppress(ConnectionError):  # Kodi may be gone before it has answered
            self.rpc("Application.Quit")
        wait_until(lambda: not self.running(), QUIT_TIMEOUT, "Kodi gone after Application.Quit", self._evidence)
        seconds = time.monotonic() - started
        if self._process.crashed():
            raise Crashed(f"Kodi has ended ({self._process.ending()}) at Application.Quit\n{self._evidence()}")
        self.kill()
        return seconds

    def restart(self) -> None:
        """End Kodi as its power menu does, and start it again."""
        self.quit()
        self.start()

    def kill(self) -> None:
        """End Kodi as a power cut does; when it has ended already, only tidy up."""
        self._process.end()
        if self._messages:
            self._messages.close()

    def running(self) -> bool:
        """Return whether any process of this Kodi is alive."""
        return self._process.running()

    @property
    def pid(self) -> int:
        """The process id of kodi.bin, which leads the group of all that it starts."""
        return self._process.pid

    # Its remote

    def rpc(self, method: str, **params: Any) -> Any:
        """Return the result of a JSON-RPC call; `RpcError` with Kodi's message when it refuses."""
        return json_rpc(self.home.ports.web, method, **params)

    def key(self, name: str) -> None:
        """Press a button of the remote: Select, Back, Left, Right, Up, Down, Home, Info, ContextMenu."""
        self.rpc(f"Input.{name}")

    def action(self, name: str) -> None:
        """Do one of Kodi's actions by its keymap name, in lower case: `pageup`, `playpause`, `fullscreen`."""
        self.rpc("Input.ExecuteAction", action=name)

    def send(self, builtin: str) -> None:
        """Run one of Kodi's built-in functions, such as `ActivateWindow(home)`; Kodi reports no mistake in it."""
        command = ["kodi-send", f"--host={HOST}", f"--port={self.home.ports.events}", f"--action={builtin}"]
        env = clean_environment(self.home.root)
        subprocess.run(command, env=env, check=True, timeout=20, capture_output=True)

    def install(self, archive: Path) -> None:
        """Install an add-on's zip. Kodi reads its texts at the next start only: this is not Kodi's own installer."""
        with tempfile.TemporaryDirectory(dir=self.home.root) as workshop:
            addons.put(self, addons.unpack(archive, Path(workshop)))

    # What it shows

    def window(self) -> int:
        """Return the id of the window or dialog in front."""
        return int(self.rpc("GUI.GetProperties", properties=["currentwindow"])["currentwindow"]["id"])

    def control(self) -> str:
        """Return the label of the focused control."""
        return str(self.rpc("GUI.GetProperties", properties=["currentcontrol"])["currentcontrol"]["label"])

    def infolabel(self, name: str) -> str:
        """Return one info label: `Control.GetLabel(10)`, `Window(10000).Property(x)`, `System.BuildVersion`."""
        return str(self.rpc("XBMC.GetInfoLabels", labels=[name])[name])

    def infoboolean(self, name: str) -> bool:
        """Return one info boolean: `System.HasActiveModalDialog`, `Window.IsVisible(busydialog)`."""
        return bool(self.rpc("XBMC.GetInfoBooleans", booleans=[name])[name])

    def at_rest(self) -> bool:
        """Return whether the home screen is in front, with no dialog that waits for an answer."""
        return self.window() == HOME_WINDOW and not self.infoboolean("System.HasActiveModalDialog")

    def picture(self, path: Path, still: bool = False) -> Path:
        """Write the screen to a PNG and return its path; `still` waits for animations to come to rest first."""
        return self._screen.picture(path, still)

    # What it says

    def log(self) -> str:
        """Return kodi.log since the last start."""
        return self.home.log.read_text(encoding="utf-8", errors="replace") if self.home.log.exists() else ""

    @property
    def notifications(self) -> List[Dict[str, Any]]:
        """What Kodi has announced since it was started, in order, see `Notifications`."""
        return list(self._messages.received)

    def wait_for_notification(
        self, method: str, predicate: Callable[[Dict[str, Any]], bool] = lambda params: True, timeout: float = 30
    ) -> Dict[str, Any]:
        """Return the first notification of `method` whose params satisfy `predicate`; earlier ones count too."""
        notification = self._messages.wait_for(method, predicate, timeout)
        if notification is None:
            heard = "\n".join(map(str, self.notifications))
            ended = "" if self.running() else f"Kodi has ended ({self._process.ending()}); "
            raise NotReached(f"{ended}no such {method} within {timeout:g} s; heard:\n{heard}\n{self._evidence()}")
        return notification

    def forget_notifications(self) -> None:
        """Forget what has been announced so far."""
        self._messages.clear()

    def wait_until(self, condition: Callable[[], Answer], timeout: float, what: str) -> Answer:
        """Wait until `condition` answers something true and return that; `NotReached` tells the end of the log.

        Gives up at once when Kodi has ended.
        """

        def alive_and_met() -> Answer:
            if not self.running():
                why = Crashed if self._process.crashed() else NotReached
                raise why(f"Kodi has ended ({self._process.ending()}) before: {what}\n{self._evidence()}")
            return condition()

        return wait_until(alive_and_met, timeout, what, self._evidence)

    def profile(self, addon_id: str) -> Path:
        """Return the folder behind `special://profile/addon_data/<id>/`; it may not exist yet."""
        return self.home.userdata / "addon_data" / addon_id

    def _listening(self) -> Optional[Notifications]:
        try:
            return Notifications(self.home.ports.notifications)
        except ConnectionRefusedError:  # in Kodi 19 that server comes up last
            return None

    def _at_home(self) -> bool:
        try:
            window = self.window()
        except OSError:  # its web server is not up yet
            return False
        except RpcError as error:
            if error.code != METHOD_NOT_FOUND:
                raise
            return False  # its web server is up, and does not know Kodi's methods yet
        if window == YES_NO_DIALOG and self._offers_what_debian_recommends():
            self.key("Back")  # no
            return False
        return self.at_rest()

    def _offers_what_debian_recommends(self) -> bool:
        """Return whether Kodi asks, as at its first start, whether to enable one of the add-ons beside it on the disk.

        Such as `kodi-visualization-spectrum`, which Debian's `kodi` recommends. The question's last line is the name.
        """
        name = self.infolabel("Control.GetLabel(9)").rpartition("\n")[2]
        found = self.rpc("Addons.GetAddons", enabled=False, properties=["name", "path"]).get("addons") or []
        return any(each["name"] == name and not each["path"].startswith(str(self.home.addons)) for each in found)

    def _evidence(self) -> str:
        return "\n".join([f"the end of {self.home.log}:", *self.log().splitlines()[-LOG_TAIL:]])
