"""KodiStub: one Kodi with one add-on, its screen, its records, and the person in front of it."""

import contextlib
import threading
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple, Union

from tests.fakes.kodi import builtins_list, installing, running
from tests.fakes.kodi.addon_files import Manifest, Settings, Strings
from tests.fakes.kodi.api_dialogs import Notification, Progress, Shown
from tests.fakes.kodi.api_plugin import Listing
from tests.fakes.kodi.api_xbmc import Logged
from tests.fakes.kodi.clock import Clock, Waiting
from tests.fakes.kodi.library import Library
from tests.fakes.kodi.paths import Paths
from tests.fakes.kodi.playback import Playback
from tests.fakes.kodi.screen import Screen
from tests.fakes.kodi.user import Do, UserScript


class KodiStub:
    """A Kodi fed by the add-on's real files.

    `version` is Kodi's major version: what came later is missing. `real_wait` lets waitForAbort block for at most that
    many real seconds (for tests with threads); the fake clock moves on by the whole time in any case. `bound` is how
    long, in real seconds, a step of the user script may take. `init_times` is how often onInit runs per window.
    """

    def __init__(self, addon_folder: Union[str, Path], profile_folder: Union[str, Path],
                 language: str = "en_gb", version: int = 21, real_wait: float = 0.0, bound: float = 5.0,
                 init_times: int = 1) -> None:  # fmt: skip
        self.folder, profile = Path(addon_folder).resolve(), Path(profile_folder).resolve()
        self.language, self.version, self.bound, self.init_times = language, version, bound, init_times
        self.addon = Manifest(self.folder)
        self.strings = Strings(self.folder, language)
        self.settings = Settings(self.folder)
        self.paths = Paths(self.folder, self.addon.id, profile)
        self.check_texture = self.paths.check_texture
        self.changes = threading.Condition(threading.RLock())
        self.clock = Clock()
        self.waiting = Waiting(self.clock, self.changes, real_wait, bound)
        self.playback = Playback(self)
        self.library = Library(self)
        # what a test scripts
        self.user = UserScript([])
        self.answers: List[Any] = []
        self.listitem: Any = None  # what stands under the context menu
        self.cancel_after = float("inf")
        self.jsonrpc: Dict[str, Any] = {}
        self.info_labels = {"System.BuildVersion": f"{version}.0", "System.FriendlyName": "Kodi"}
        self.info_labels.update({"Container.PluginName": "", "Player.Filenameandpath": ""})
        self.conditions: Dict[str, bool] = {"System.Platform.Android": False, "Player.HasMedia": False}
        self.other_addons: Dict[str, str] = {}  # enabled ones, id to name
        self.core_settings: Dict[str, Any] = {"locale.language": f"resource.language.{language}"}
        # what a test reads
        self.windows: List[Screen] = []
        self.notifications: List[Notification] = []
        self.builtins: List[builtins_list.Builtin] = []
        self.logged: List[Logged] = []
        self.dialogs: List[Shown] = []
        self.progress: List[Progress] = []
        self.listing: Optional[Listing] = None
        self.properties: Dict[int, Dict[str, str]] = {10000: {}}
        self.windows_at_the_end: List[int] = []
        self.monitors: List[Any] = []
        self.players: List[Any] = []
        self.screensaver_inhibited = False
        self.announced: List[Tuple[str, str, Any]] = []  # by JSONRPC.NotifyAll: sender, message, data
        self.asked: List[Tuple[str, int]] = []  # JSON-RPC: method, thread
        self.entry = ""

    @property
    def aborted(self) -> bool:
        return self.waiting.aborted

    def installed(self) -> "contextlib.AbstractContextManager[KodiStub]":
        """Put the fake xbmc modules into sys.modules while the `with` lasts."""
        return installing.installed(self)

    def run(self, argv: List[str]) -> Any:
        """Call the add-on as Kodi does, through the file addon.xml names; return its exit code or None."""
        return running.run(self, argv)

    def abort(self) -> None:
        with self.changing():
            self.waiting.aborted = True

    def at(self, seconds: float, event: Callable[[], Any]) -> None:
        """Plan what happens when the fake clock gets there, such as kodi.at(30, kodi.abort)."""
        self.clock.at(seconds, event)

    def notify(self, sender: str, method: str, data: str = "null") -> None:
        """Send a notification to every Monitor; it arrives when the monitor's thread waits."""
        self.tell_monitors("onNotification", sender, method, data)

    def change_setting(self, name: str, value: Any) -> None:
        self.settings.set(name, self.settings.kind(name), value)
        self.tell_monitors("onSettingsChanged")

    def log_text(self) -> str:
        return "\n".join(line.message for line in self.logged)

    # what the fake modules use

    @contextlib.contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the lock while something on the screen changes; the user looks afterwards."""
        with self.changes:
            yield
            self.user.look(self.top())
            self.changes.notify_all()

    def changed(self) -> None:
        with self.changing():
            pass

    def top(self) -> Optional[Screen]:
        return next((screen for screen in reversed(self.windows) if screen.open), None)

    def run_modal(self, window: Any) -> None:
        """Sit in doModal until the window is closed or Kodi shuts down."""
        self.windows.append(window._screen)
        with self.changing():
            window._open = True
        window._begin()
        for _ in range(self.init_times):
            window.onInit()
        while window._open and not self.aborted:
            self.waiting.deliver()
            act = self.user.next_act(self.changes, window._screen, self._is_disturbed, self.bound)
            if isinstance(act, Do):
                act.function()
            elif act is not None:
                window._press(act)
        with self.changing():
            window._open = False

    def _is_disturbed(self, screen: Screen) -> bool:
        return not screen.open or self.aborted or self.waiting.has_calls()

    def tell_monitors(self, callback: str, *args: Any) -> None:
        for monitor in self.monitors:
            self.waiting.post(monitor._thread, lambda monitor=monitor: getattr(monitor, callback)(*args))

    def may_interrupt(self, what: str) -> None:
        """Refuse anything modal while Kodi only asked for a directory, or from a service."""
        if self.entry in ("listing", "service"):
            raise AssertionError(f"{what} would pop up from a {self.entry}")

    def builtin(self, text: str) -> None:
        call = builtins_list.parse(text)
        self.builtins.append(call)
        builtins_list.carry_out(self, call)

    def log(self, level: int, message: str) -> None:
        self.logged.append(Logged(level, message))

    def addon_info(self, key: str) -> str:
        facts = {
            "id": self.addon.id, "name": self.addon.name, "version": self.addon.version, "path": f"{self.folder}/",
            "profile": f"special://profile/addon_data/{self.addon.id}/",
            "icon": str(self.folder / self.addon.icon),
        }  # fmt: skip
        if key not in facts:
            raise RuntimeError(f"'{key}' is an invalid Id")
        return facts[key]
