"""Kodi stubs with the real add-on in it, before a fake Simkl server.

The add-on is entered as Kodi enters it, through plugin.py, and looked at as a person looks at a TV. Kodi, the add-on
and the fake server live by one clock, which jumps and never waits.

The conftest imports this first of all, and so every test can import modules of lib/kodi.
"""

import contextlib
import importlib
import pkgutil
import shutil
import sys
import threading
import time
from pathlib import Path
from unittest import mock

import pytest
import yaml

from lib.account.store import DEFAULT_ACCOUNT, Account, AccountStore
from lib.kodi.state import StateStore
from lib.simkl.api.users import User
from lib.simkl.auth.tokens import SCOPE, V1, V2, Token
from lib.system import timestamps
from lib.system.clock import Clock
from lib.system.secrets import Secret
from lib.tracking.store.queue import PlayQueue
from tests.fakes.kodi import Do, KodiStub, UserScript, installing

PROJECT = Path(__file__).resolve().parents[3]
ADDON_ID = "plugin.video.simkl"
on_old_and_new_kodi = pytest.mark.parametrize("kodi_version", [19, 21], ids="kodi-{}".format)
MOMENT = 0.001  # real seconds that a wait takes at most: the other threads get the request lock
BOUND = 60.0  # real seconds after which nobody waits any longer for something that should have happened
AT_ONCE = 4.0  # real seconds: a request may take longer, and Kodi kills a script five seconds into its shutdown


# all of lib/kodi is imported beside Kodi's modules, so that tests can name what is in it without them
sys.modules.update(installing.modules(21))
for module in pkgutil.walk_packages([str(PROJECT / "lib" / "kodi")], "lib.kodi."):
    importlib.import_module(module.name)
for part in installing.PARTS:
    del sys.modules[part]


class TvClock(Clock):
    """The clock that the add-on is given: that of whatever Kodi the TV runs just now."""

    counts_suspend = True

    def __init__(self, tv):
        self.monotonic = self.boot = tv.now
        self.wall = lambda: tv.wall()
        self.sleep = tv.sleep


class Tv:
    """One Kodi profile, its Kodi, and Simkl. Each call is one run of the add-on from start to end."""

    def __init__(self, profile, box, **options):
        self.profile = profile
        self.box = box
        self._options = {"addon_folder": PROJECT, "real_wait": MOMENT, "bound": BOUND, **options}
        self.kodi = KodiStub(profile_folder=profile, **self._options)
        self.clock = TvClock(self)

    def now(self):
        """Return the seconds that everything here goes by."""
        return self.kodi.clock.now

    @contextlib.contextmanager
    def inside(self):
        """Have Kodi's modules, and the add-on go by Kodi's clock."""
        with self.kodi.installed(), mock.patch("lib.kodi.entry.Clock", lambda: self.clock):
            yield

    def addon(self):
        """Return the add-on as each of its runs has it."""
        return importlib.import_module("lib.kodi.addon").Addon(self.clock)

    @contextlib.contextmanager
    def queue(self):
        """Have the queue on the disk looked at from outside."""
        self.data.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(PlayQueue(self.data / "queue.db", self.clock)) as queue:
            yield queue

    def wall(self):
        return time.time()

    def sleep(self, seconds):
        """Give the other threads the request lock; only Kodi's own waits move its clock."""
        threading.Event().wait(MOMENT)

    def run(self, *argv):
        with self.inside():
            return self.kodi.run(list(argv))

    def script(self, *words, user=()):
        """`RunScript(plugin.video.simkl,...)`, with a person who does these steps."""
        self.kodi.user = UserScript(list(user))
        return self.run("plugin.py", *words)

    def link(self, *user):
        return self.script("link", user=user)

    def open(self, path="", handle=7):
        """Open `plugin://plugin.video.simkl/PATH`; the handle is -1 unless a listing is asked for."""
        self.run(f"plugin://{ADDON_ID}/{path}", str(handle), "", "resume:false")
        return self.kodi.listing

    def service(self, until=1.0):
        """Run the service until Kodi shuts down, so many seconds from now."""
        self.kodi.at(self.now() + until, self.kodi.abort)
        return self.run("")

    def restart(self, profile=None, **options):
        """Start Kodi anew, perhaps in another profile folder; what the add-on's own settings hold is kept by Kodi."""
        before, self.profile = self.kodi, profile or self.profile
        self.kodi = KodiStub(profile_folder=self.profile, **{**self._options, **options})
        self.kodi.settings.values.update(before.settings.values)
        self.kodi.clock.move_to(before.clock.now)

    def be_linked(self, user_name=None, user_id=900001, name="sample_viewer", client_id=None):
        """Have an account in the settings file, as linking leaves it; without a name if Simkl could not tell it.

        A `client_id` is one of AUTH V2.
        """
        given, now = self.box.give_token(user_name, V2 if client_id else V1, client_id), self.wall()
        token = Token(Secret(given), self.box.client_id)
        if client_id:
            refresh = Secret(self.box.grants[-1].refresh_token)
            token = Token(token.access, client_id, V2, refresh, now + 7 * 86400, SCOPE)
        linked_at, user = timestamps.format_utc(now), User(user_id, name) if name else None
        account = Account(token, linked_at, user, False, linked_at if client_id else "")
        self.data.mkdir(parents=True, exist_ok=True)
        AccountStore(self.settings_file).save(DEFAULT_ACCOUNT, account)

    def become_linked(self, **account):
        """Be linked, and have Kodi know it."""
        self.be_linked(**account)
        with self.inside():
            importlib.import_module("lib.kodi.profile.account_view").sync_account_state(self.addon())

    # what a person does beside the remote

    def approve(self):
        return Do(self.box.approve_pending)

    def when(self, seconds):
        """Return a look that comes true at that time; time then stands still until the window is closed."""
        reached = threading.Event()

        def stand_still():
            reached.set()
            self.kodi.changed()
            with self.kodi.changes:
                assert self.kodi.changes.wait_for(lambda: self.kodi.top() is None, BOUND), "the window stays open"

        self.kodi.at(self.now() + seconds, stand_still)
        return lambda screen: reached.is_set()

    def as_soon_as(self, happened, act):
        """Do something once Simkl knows that it happened, while the add-on runs without a window."""

        def watch():
            try:
                self.box.wait_for(happened, BOUND)
            finally:
                act()  # in vain as well, or the run would not end

        threading.Thread(target=watch, daemon=True).start()

    # what is left behind

    @property
    def data(self):
        return self.profile / "addon_data" / ADDON_ID

    @property
    def settings_file(self):
        return self.data / "settings.yaml"

    def write_settings(self, text):
        self.data.mkdir(parents=True, exist_ok=True)
        self.settings_file.write_text(text, encoding="utf-8")

    def state(self):
        """Return what the add-on remembers in this profile."""
        return StateStore(self.data / "state.json", self.data / "settings.xml").read()

    def remember(self, **values):
        """Have the add-on remember this, by the names of its state."""
        StateStore(self.data / "state.json", self.data / "settings.xml").change(**values)

    def account(self):
        """Return the account as it stands in the settings file."""
        if not self.settings_file.exists():
            return None
        return (yaml.safe_load(self.settings_file.read_text(encoding="utf-8")).get("accounts") or {}).get("default")

    def toasts(self):
        """Return what was told; a heading that is not our name stands before it."""
        return [
            one.message if one.heading == "Simkl Link" else f"{one.heading}: {one.message}"
            for one in self.kodi.notifications
        ]

    def told(self):
        """Return what other add-ons were told."""
        return [call.args for call in self.kodi.builtins if call.name == "NotifyAll"]

    def paths(self):
        """Return what Simkl was asked, in order."""
        return [request.path for request in self.box.requests]

    def pictures_left(self):
        return list((self.profile / "kodi-home" / "temp").iterdir())


def addon_like_ours(target):
    """Make an add-on folder like ours, to be changed; lib is the project's own."""
    shutil.copytree(PROJECT / "resources", target / "resources")
    for name in ("addon.xml", "plugin.py", "settings.yaml"):
        shutil.copyfile(PROJECT / name, target / name)
    return target


def addon_without(window, target):
    """Make an add-on folder like ours without the file of this window."""
    addon_like_ours(target).joinpath("resources", "skins", "Default", "1080i", window).unlink()
    return target
