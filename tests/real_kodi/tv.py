"""A TV with the built add-on on it, the fake Simkl server that it is linked to, and the person who holds the remote.

What the person sees is read from pictures, from the labels of the window in front, and from the focused button; what
they do is `RunScript`, the add-on's entry in Kodi, and the keys of the remote.
"""

import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Set

import yaml

from tests.fakes.simkl import FakeSimkl
from tests.real_kodi.complaints import ADDON_ID, complaints
from tests.real_kodi.reading import CodeSeen, QrSeen, code_on, notification_on, qr_on, same_notification
from tests.real_kodi.real_kodi import HOME_WINDOW, RealKodi
from tests.real_kodi.versions import KodiVersion
from tests.real_kodi.waiting import stays, wait_until

ADDON_WINDOWS = range(13000, 13100)  # Kodi gives the windows of scripts these ids, the first one first
VIDEOS, OK_DIALOG, SETTINGS_DIALOG = 10025, 12002, 10140

# Labels of the sign-in window, and of Kodi's dialogs.
STATE, TIME_LEFT, NOTE, WHO, ENDED_TITLE, ENDED_TEXT = 201, 202, 204, 220, 231, 232
CLIENT_ID_TITLE, CLIENT_ID_TEXT = 241, 242
HEADING, MESSAGE = 1, 9

LINKED = "Linked as sample_viewer"

SOON = 30.0  # seconds; only to find out that something never comes


class Tv:
    """One Kodi with the add-on; `kodi` is its driver, `box` its Simkl."""

    def __init__(self, kodi: RealKodi, box: FakeSimkl, pictures: Path) -> None:
        self.kodi = kodi
        self.box = box
        self.codes: Set[str] = set()  # all that were waited for on the window
        self.tokens: Set[str] = set()  # all that were in the settings file when somebody looked
        self._pictures = pictures
        self._settings_of_the_box = (box.interval, box.expires_in)

    # What the person does

    def run(self, action: str) -> None:
        """Run the add-on as a menu entry or a keymap of the user does."""
        self.kodi.send(f"RunScript({ADDON_ID},{action})")

    def ask_to_link(self) -> str:
        """Have the sign-in window opened, and return the code on it."""
        alive = [code.user_code for code in self.box.codes]
        self.run("link")
        self.wait_for_window()
        return self.wait_for_code(*alive)

    def wait_until_linked(self, said: str = LINKED) -> None:
        """Wait until the window has said who is linked, and has closed; the token is kept by then."""
        self.wait_for_label(WHO, said)
        self.wait_for_home()
        assert self.account()["access_token"] == self.box.tokens[0].token

    def link(self) -> str:
        """Link the account as a person does, and return the access token once the window has closed."""
        self.box.approve(self.ask_to_link())
        self.wait(lambda: not self.window_is_open(), "the sign-in window closed")
        return self.account()["access_token"]

    def open_menu(self) -> List[str]:
        """Open the add-on as one does from Kodi's list of video add-ons; return what is offered."""
        self.kodi.send(f"RunAddon({ADDON_ID})")
        self.wait(lambda: self.kodi.window() == VIDEOS and self.menu(), "the add-on's menu")
        return self.menu()

    def choose(self, label: str) -> None:
        """Go to an entry of the list, or to a button, with the remote, and press Select."""
        self.go_to(label)
        self.kodi.key("Select")

    def go_to(self, label: str) -> None:
        """Go to an entry of the list, or to a button, with the remote."""
        key = "Down" if self.kodi.window() == VIDEOS else "Right"
        for _ in range(8):
            if self.kodi.control() in (label, f"[{label}]"):  # in brackets Kodi tells what opens another list
                return
            before = self.kodi.control()
            self.kodi.key(key)
            self.wait(lambda before=before: self.kodi.control() != before, f"the focus away from {before!r}")
        raise AssertionError(f"the remote finds no {label!r}; it stands on {self.kodi.control()!r}")

    def back_to_home(self) -> None:
        """Leave everything, and have the network and Simkl as they were at first."""
        self.box.clear_faults()
        self.box.listen_again()
        self.box.interval, self.box.expires_in = self._settings_of_the_box
        if not self.kodi.running():
            self.kodi.start()

        def at_home() -> bool:
            if self.kodi.window() != HOME_WINDOW:
                self.kodi.key("Back")
            return self.kodi.window() == HOME_WINDOW

        self.wait(at_home, "home")

    # What the person sees

    def window_is_open(self) -> bool:
        """Return whether a sign-in window is in front."""
        return self.kodi.window() in ADDON_WINDOWS

    def wait_for_window(self) -> None:
        """Wait for a sign-in window."""
        self.wait(self.window_is_open, "the sign-in window")

    def wait_for_home(self) -> None:
        """Wait until the home screen is in front again."""
        self.wait(lambda: self.kodi.window() == HOME_WINDOW, "the home screen")

    def wait_for_code(self, *before: str) -> str:
        """Wait until the window counts down for a code that is none of these nor was waited for, and return it."""
        old = {*before, *self.codes}
        new = self.wait(lambda: [c.user_code for c in self.box.codes if c.user_code not in old], "a code given")
        self.wait(lambda: self.label(TIME_LEFT), "the code on the window")
        self.codes.add(new[-1])
        return new[-1]

    def wait_for_dialog(self, dialog: int) -> str:
        """Wait for one of Kodi's own dialogs and return its heading and its message."""
        self.wait(lambda: self.kodi.window() == dialog and self.label(MESSAGE), f"the dialog {dialog}")
        return f"{self.label(HEADING)}\n{self.label(MESSAGE)}"

    def label(self, control: int) -> str:
        """Return a label of the window in front."""
        return self.kodi.infolabel(f"Control.GetLabel({control})")

    def wait_for_label(self, control: int, text: str) -> None:
        """Wait until a label of the window in front says this, in bold or not."""
        said = [text, f"[B]{text}[/B]"]
        self.wait(lambda: self.label(control) in said, f"label {control} saying {text!r}")

    def view(self) -> str:
        """Return which of its views the sign-in window in front shows: code, linked or ended."""
        return self.kodi.infolabel(f"Window({self.kodi.window()}).Property(view)")

    def menu(self) -> List[str]:
        """Return the entries of the add-on's menu in front, none while it is another list."""
        if self.kodi.infolabel("Container.PluginName") != ADDON_ID:
            return []
        count = int(self.kodi.infolabel("Container.NumItems") or 0)
        entries = [self.kodi.infolabel(f"Container.ListItemAbsolute({i}).Label") for i in range(count + 1)]
        return [entry for entry in entries if entry not in ("", "..")]

    def picture(self, name: str, still: bool = False) -> Path:
        """Take a picture of the screen, for the folder of pictures."""
        return self.kodi.picture(self._pictures / f"{name}.png", still)

    def wait_to_read(self, code: str, name: str) -> CodeSeen:
        """Take pictures until this code can be read on one, and return what is seen there."""
        seen: List[CodeSeen] = []

        def readable() -> Optional[CodeSeen]:
            seen.append(code_on(self.picture(name)))
            return seen[-1] if seen[-1].text == code else None

        return wait_until(readable, SOON, f"{code!r} on {name}.png", lambda: f"it says {seen[-1].text!r}")

    def wait_to_scan(self, name: str) -> QrSeen:
        """Look at the picture of this name for a QR code, take it anew until there is one, and return what it says."""
        path = self._pictures / f"{name}.png"
        return wait_until(lambda: qr_on(path) or qr_on(self.picture(name)), SOON, f"a QR code on {name}.png")

    # Notifications

    def notified(self) -> bool:
        """Return whether a notification is on the screen."""
        return self.kodi.infoboolean("Window.IsVisible(notification)")

    def remember_notification(self, text: str) -> Any:
        """Have Kodi show a notification of ours as the test words it; return what it looks like (Estuary)."""
        for milliseconds in (1500, 6000, 24000):  # a slow machine takes its picture late
            self.wait_for_no_notification()
            self.kodi.rpc("GUI.ShowNotification", title="Simkl Link", message=text, displaytime=milliseconds)
            self.wait(self.notified, "the notification of the test")
            looks = notification_on(self.picture("notification-of-the-test", still=True))
            if self.notified():
                break
        self.wait_for_no_notification()
        return looks

    def wait_for_no_notification(self) -> None:
        """Wait until nothing is in front any more, such as the welcome, which stays for eight seconds."""
        self.wait(lambda: not self.notified(), "no notification")

    def looks_like(self, picture: Path, looks: Any) -> bool:
        """Return whether a picture shows a notification that looks like this."""
        return same_notification(looks, notification_on(picture))

    def wait_for_notification(self, looks: Any, name: str) -> None:
        """Wait until the screen shows a notification that looks like this."""
        self.wait(lambda: self.looks_like(self.picture(name), looks), f"the one on {name}.png")

    # What is left behind

    @property
    def settings_file(self) -> Path:
        """The add-on's settings in this Kodi profile."""
        return self.kodi.profile(ADDON_ID) / "settings.yaml"

    def account(self) -> Dict[str, Any]:
        """Return the linked account as it stands in the settings file, {} if there is none."""
        settings = yaml.safe_load(self.settings_file.read_text()) if self.settings_file.exists() else None
        account = ((settings or {}).get("accounts") or {}).get("default") or {}
        self.tokens |= {account["access_token"]} if account else set()
        return account

    def account_line(self) -> str:
        """Return what the settings window says about the account."""
        return self.kodi.infolabel("Window(home).Property(simkl.account)")

    def asked(self, *codes: str) -> int:
        """Return how often Simkl was asked about these codes, or for one when none is named."""
        paths = [f"/oauth/pin/{code}" for code in codes] or ["/oauth/pin"]
        return sum(request.path in paths for request in self.box.requests)

    def complaints(self) -> List[str]:
        """Return the lines of kodi.log in which the add-on, or Python, complains."""
        return complaints(self._written())

    def leaked(self) -> List[str]:
        """Return the codes and tokens that stand in one of Kodi's logs or in its output."""
        written = self._written()
        return [secret for secret in [*self.tokens, *self.codes] if secret in written]

    def _written(self) -> str:
        files = [*self.kodi.home.log.parent.glob("*.log"), self.kodi.home.root / "kodi.out"]
        return "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files)

    # Waiting

    def stays(self, condition: Any, seconds: float, what: str) -> None:
        """Make sure that `condition` is true for some seconds."""
        stays(condition, seconds, what)

    def wait(self, condition: Any, what: str) -> Any:
        """Wait until `condition` is true; AssertionError with the end of the log when it never is."""
        return self.kodi.wait_until(condition, SOON, what)


def home_with_addon(home: Path, archive: Path, version: KodiVersion) -> Path:
    """Install the add-on into a new Kodi once and for all, and return its home: something to copy, never to run.

    Whoever starts a copy sees a first start, after which Kodi has read the add-on's texts.
    """
    with RealKodi(home, version=version) as kodi:
        kodi.install(archive)
        # Whom Kodi ends before it has its monitor does not hear of that, and is waited for.
        kodi.wait_until((kodi.profile(ADDON_ID) / "state.json").exists, SOON, "the add-on's service at work")
        kodi.quit()
        shutil.rmtree(kodi.profile(ADDON_ID))
    return home


@contextmanager
def tv_with_addon(home: Path, box: FakeSimkl, installed: Path, pictures: Path, **options: Any) -> Iterator[Tv]:
    """Start a Kodi that knows this server, at `home`, from a copy of `installed`; `options` are those of `RealKodi`."""
    shutil.copytree(installed, home)
    env = {"SIMKL_API_URL": box.url, "SIMKL_SITE_URL": box.url}
    with RealKodi(home, env=env, **options) as kodi:
        yield Tv(kodi, box, pictures)
