"""A real Kodi on a virtual screen, driven from a test as a person with a remote would drive it.

    with RealKodi(tmp_path) as kodi:
        kodi.install(Path("dist/plugin.video.simkl.zip"))
        kodi.run_script("plugin.video.simkl", "link")
        kodi.wait_until(lambda: kodi.control() == "Cancel", 5, "the sign-in window")
        kodi.picture(tmp_path / "link.png")
        kodi.key("Back")

Keys, actions and built-ins are acknowledged before the window has reacted: put a `wait_until` after them. Windows are
known before they are drawn: `picture(..., still=True)` waits for what slides and fades.

The skins Estuary and Estouchy and all languages come with Debian's `kodi-data`, which `kodi` brings along. Both skins
are drawn with Noto and Roboto, which `kodi-data` only recommends (`fonts-noto-core fonts-noto-mono
fonts-roboto-hinted`); without them Kodi falls back to a wider font. Neither font set has Chinese, Japanese or Korean:
`settings={"lookandfeel.font": "Arial"}`, as people with those languages choose it.
"""

import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from tests.real_kodi import addons, dependencies
from tests.real_kodi.home import Home, free_ports
from tests.real_kodi.kodi_process import KodiProcess
from tests.real_kodi.processes import Process
from tests.real_kodi.requirements import clean_environment, kodi_environment, require_programs
from tests.real_kodi.rpc import HOST, METHOD_NOT_FOUND, JsonRpc, Notifications, RpcError
from tests.real_kodi.screen import Screen
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
    modules: whether to install `script.module.requests`, `.yaml` and `.schedule`; built once into `cache`.
    prefix: of Kodi's command line, see `KodiProcess`. version: of Kodi, with the modules of its time.
    """

    def __init__(
        self,
        home: Path,
        size: Tuple[int, int] = (1280, 720),
        skin: str = "skin.estuary",
        language: str = "resource.language.en_gb",
        settings: Optional[Dict[str, str]] = None,
        env: Optional[Dict[str, str]] = None,
        modules: bool = True,
        cache: Path = dependencies.CACHE,
        prefix: Sequence[str] = (),
        version: KodiVersion = KODI_20,
    ) -> None:
        self.version = version
        self.home = Home(home)
        self.ports = free_ports()
        self.start_seconds = 0.0
        self._settings = {"lookandfeel.skin": skin, "locale.language": language, **(settings or {})}
        self._clean = clean_environment(home)
        self._env = {**kodi_environment(home), **(env or {})}
        self._cache = cache if modules else None
        self._screen = Screen(size, self._clean, home / "xvfb.log")
        self._rpc = JsonRpc(self.ports.web)
        self._process = KodiProcess(home, home / "kodi.out", prefix, version)
        self._notifications: Optional[Notifications] = None
        self._stack = ExitStack()

    def __enter__(self) -> "RealKodi":
        require_programs()
        modules = dependencies.module_addons(self.version.modules, self._cache) if self._cache else []
        self.home.prepare(self.ports, self._settings)
        with ExitStack() as stack:  # until everything is up, a failure undoes what has been started
            stack.enter_context(self._screen)
            stack.callback(self.kill)
            self.start()
            new = [folder for folder in modules if not (self.home.addons / folder.name).exists()]
            addons.put(self, *new)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    # Its life

    def start(self) -> None:
        """Start Kodi and wait for its home screen. For a test only after `quit` or `kill`, to start it once more."""
        started = time.monotonic()
        self._process.start({**self._env, "DISPLAY": self._screen.display})
        self.wait_until(self._at_home, START_TIMEOUT, "Kodi at its home screen")
        self._notifications = self.wait_until(self._listening, START_TIMEOUT, "Kodi's notifications")
        self.wait_until(lambda: not self._screen.is_blank(), START_TIMEOUT, "the home screen drawn")
        self.start_seconds = time.monotonic() - started

    def quit(self) -> float:
        """End Kodi as its power menu does, and return the seconds until all its processes were gone.

        A script that does not stop costs 5 s here: Kodi's time-out at shutdown. Raises Crashed.
        """
        started = time.monotonic()
        with suppress(ConnectionError):  # Kodi may be gone before it has answered
            self.rpc("Application.Quit")
        wait_until(lambda: not self.running(), QUIT_TIMEOUT, "Kodi gone after Application.Quit", self._evidence)
        seconds = time.monotonic() - started
        if self._process.crashed():
            raise Crashed(f"Kodi has ended ({self._process.ending()}) at Application.Quit\n{self._evidence()}")
        self.kill()
        return seconds

    def kill(self) -> None:
        """End Kodi as a power cut does; when it has ended already, only tidy up."""
        self._process.end()
        if self._notifications:
            self._notifications.close()

    def running(self) -> bool:
        """Return whether any process of this Kodi is alive."""
        return self._process.running()

    # Its remote

    def rpc(self, method: str, **params: Any) -> Any:
        """Return the result of a JSON-RPC call; `RpcError` with Kodi's message when it refuses."""
        return self._rpc.call(method, **params)

    def key(self, name: str) -> None:
        """Press a button of the remote: Select, Back, Left, Right, Up, Down, Home, Info, ContextMenu."""
        self.rpc(f"Input.{name}")

    def action(self, name: str) -> None:
        """Do one of Kodi's actions by its keymap name, in lower case: `pageup`, `playpause`, `fullscreen`."""
        self.rpc("Input.ExecuteAction", action=name)

    def send(self, builtin: str) -> None:
        """Run one of Kodi's built-in functions, such as `ActivateWindow(home)`; Kodi reports no mistake in it."""
        command = ["kodi-send", f"--host={HOST}", f"--port={self.ports.events}", f"--action={builtin}"]
        subprocess.run(command, env=self._clean, check=True, timeout=20, capture_output=True)

    def run_script(self, addon_id: str, *arguments: str) -> None:
        """Run an add-on as a menu entry or a keymap does: `RunScript(id,argument,...)`."""
        self.send(f"RunScript({','.join([addon_id, *map(_quoted, arguments)])})")

    def install(self, archive: Path, restart: bool = False) -> str:
        """Install an add-on's zip, or put it in place of an older version; return its id once it is enabled.

        Kodi reads an add-on's texts in its own installer and at start-up, but not when a folder appears, so one that
        speaks wants `restart`. A new add-on's profile is removed in between: the start is its first.
        """
        with tempfile.TemporaryDirectory(dir=self.home.root) as workshop:
            folder = addons.unpack(archive, Path(workshop))
            is_new = not self.profile(folder.name).exists()
            addons.put(self, folder)
        if restart:
            self.quit()
            if is_new:
                shutil.rmtree(self.profile(folder.name), ignore_errors=True)
            self.start()
        return folder.name

    # What it shows

    def window(self) -> Dict[str, Any]:
        """Return `{"id": ..., "label": ...}` of the window or dialog in front."""
        return dict(self.rpc("GUI.GetProperties", properties=["currentwindow"])["currentwindow"])

    def control(self) -> str:
        """Return the label of the focused control."""
        return str(self.rpc("GUI.GetProperties", properties=["currentcontrol"])["currentcontrol"]["label"])

    def infolabel(self, name: str) -> str:
        """Return one info label: `Control.GetLabel(10)`, `Window(10000).Property(x)`, `System.BuildVersion`."""
        return str(self.rpc("XBMC.GetInfoLabels", labels=[name])[name])

    def infoboolean(self, name: str) -> bool:
        """Return one info boolean: `System.HasActiveModalDialog`, `Window.IsVisible(busydialog)`."""
        return bool(self.rpc("XBMC.GetInfoBooleans", booleans=[name])[name])

    def picture(self, path: Path, still: bool = False) -> Path:
        """Write the screen to a PNG and return its path; `still` waits for animations to come to rest first."""
        return self._screen.still_picture(path) if still else self._screen.picture(path)

    # What it says

    def log(self) -> str:
        """Return kodi.log since the last start."""
        return self.home.log.read_text(encoding="utf-8", errors="replace") if self.home.log.exists() else ""

    def wait_for_log(self, text: str, timeout: float = 30) -> str:
        """Wait for a line that holds `text` and return that line."""
        lines = self.wait_until(lambda: [line for line in self.log().splitlines() if text in line], timeout, repr(text))
        return lines[0]

    @property
    def notifications(self) -> List[Dict[str, Any]]:
        """What Kodi has announced since it was started, in order."""
        return list(self._messages().received)

    def wait_for_notification(
        self, method: str, predicate: Optional[Callable[[Dict[str, Any]], bool]] = None, timeout: float = 30
    ) -> Dict[str, Any]:
        """Return the first notification of `method` whose params satisfy `predicate`; earlier ones count too."""
        notification = self._messages().wait_for(method, predicate, timeout)
        if notification is None:
            heard = "\n".join(map(str, self.notifications))
            ended = "" if self.running() else f"Kodi has ended ({self._process.ending()}); "
            raise NotReached(f"{ended}no such {method} within {timeout:g} s; heard:\n{heard}\n{self._evidence()}")
        return notification

    def forget_notifications(self) -> None:
        """Forget what has been announced so far."""
        self._messages().clear()

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

    # Its files and its cost

    def profile(self, addon_id: str) -> Path:
        """Return the folder behind `special://profile/addon_data/<id>/`; it may not exist yet."""
        return self.home.userdata / "addon_data" / addon_id

    def cpu_seconds(self) -> float:
        """Return the processor time Kodi and its children have used; it draws all the time, so compare with idle."""
        return sum(process.cpu_seconds for process in self.processes())

    def memory_bytes(self) -> int:
        """Return the resident memory of Kodi and its children."""
        return sum(process.memory_bytes for process in self.processes())

    def processes(self) -> List[Process]:
        """Return kodi.bin and whatever it has started."""
        return self._process.family()

    def _messages(self) -> Notifications:
        if self._notifications is None:
            raise RuntimeError("this Kodi has not been started")
        return self._notifications

    def _listening(self) -> Optional[Notifications]:
        try:
            return Notifications(self.ports.notifications)
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
        if window["id"] == YES_NO_DIALOG and self._offers_what_debian_recommends():
            self.key("Back")  # no
            return False
        return window["id"] == HOME_WINDOW and not self.infoboolean("System.HasActiveModalDialog")

    def _offers_what_debian_recommends(self) -> bool:
        """Return whether Kodi asks, as at its first start, whether to enable one of the add-ons beside it on the disk.

        Such as `kodi-visualization-spectrum`, which Debian's `kodi` recommends. The question's last line is the name.
        """
        name = self.infolabel("Control.GetLabel(9)").rpartition("\n")[2]
        found = self.rpc("Addons.GetAddons", enabled=False, properties=["name", "path"]).get("addons") or []
        return any(each["name"] == name and not each["path"].startswith(str(self.home.addons)) for each in found)

    def _evidence(self) -> str:
        return "\n".join([f"the end of {self.home.log}:", *self.log().splitlines()[-LOG_TAIL:]])


def _quoted(argument: str) -> str:
    r"""Return an argument of a built-in so that Kodi takes it as one: `a,b` as `"a,b"`, quotes as `\"`."""
    if not any(mark in argument for mark in ' ,()"\\'):
        return argument
    return '"' + argument.replace("\\", "\\\\").replace('"', '\\"') + '"'
