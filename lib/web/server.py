"""The running server: everything put together, one process for each state folder, and what signals do.

SIGTERM and SIGINT end it: nothing new is taken, what is in flight is finished within five seconds, the rest waits on
the disk. SIGHUP reads the settings again, and keeps the old ones if the new ones are wrong.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import threading
from pathlib import Path
from types import FrameType
from typing import Iterator, Mapping

from lib.account.settings import Settings, load_settings
from lib.account.settings_file import SettingsError
from lib.simkl.app import APP_VERSION
from lib.system import files, locks
from lib.system.clock import Clock
from lib.system.threads import interruptible_sleep
from lib.system.timetable import Timetable
from lib.web.access.access_store import AccessStore
from lib.web.access.admin_password import AdminPassword, LoginLimiter
from lib.web.access.hook_secrets import HookSecrets
from lib.web.access.invitations import Invitations
from lib.web.access.page_sessions import PageSessions
from lib.web.access.people import People
from lib.web.account_links import AccountLinks
from lib.web.app import create_app
from lib.web.browser_sign_ins import BrowserSignIns
from lib.web.http_server import HttpServer
from lib.web.media_server_login import MediaServerUser, check_media_login
from lib.web.metrics import ServerFigures, ServerMetrics
from lib.web.page_services import PageServices
from lib.web.page_texts import PageTexts
from lib.web.settings import ServeSettings, load_serve_settings
from lib.web.sign_ins import SignIns
from lib.web.tracking_view import TrackingRuntime

DRAIN_SECONDS = 5.0
TRIM_HOURS = 6
PAUSED_FLAG = "paused"
_SIGNALS = (signal.SIGTERM, signal.SIGINT)

log = logging.getLogger(__name__)


class AlreadyRunning(Exception):
    """Another process serves from this state folder; the text names it."""

    name = "already_running"
    exit_code = 75


class ServerConfig:
    """The settings in force, both those of Simkl and those of the server. Raises SettingsError."""

    def __init__(self, path: Path, environ: Mapping[str, str], overrides: Mapping[str, object]) -> None:
        self._path = path
        self.environ = with_credentials(environ)
        self._overrides = overrides
        self.simkl, self.serve = self._load()

    def reload(self) -> None:
        """Read both again; if one is wrong, both stay as they were."""
        self.simkl, self.serve = self._load()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is odd about the settings."""
        return (*self.simkl.warnings, *self.serve.warnings)

    def _load(self) -> tuple[Settings, ServeSettings]:
        serve = load_serve_settings(self._path, self.environ, self._overrides)
        return load_settings(self._path, self.environ), serve


class Server:
    """Made, it holds its folder and listens; `run` serves until a signal ends it."""

    def __init__(self, config: ServerConfig, environ: Mapping[str, str], clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._started_at = self._clock.wall()
        self.folder = state_folder(config.serve.path, environ)
        self._stopping = threading.Event()
        with contextlib.ExitStack() as undo:
            undo.enter_context(_one_process(self.folder))
            files.ensure_temporary_folder(self.folder)  # waitress puts large requests and answers there
            self._access = AccessStore(self.folder / "access.db")
            undo.callback(self._access.close)
            self._accounts = AccountLinks(lambda: config.simkl, clock)
            people = People(self._access, lambda: config.serve.users(), self._clock.wall)
            self._tracking = TrackingRuntime(
                self.folder / "plays.db",
                config.serve.path,
                config.environ,
                config.serve.servers,
                lambda server, user_id, user_name: people.account_for(server, user_id, user_name) or "",
                clock,
            )
            undo.callback(self._tracking.close)
            self._sign_ins = SignIns(
                self._accounts.sign_in_thread, self._clock.monotonic, lambda account: self._tracking.accounts_changed()
            )
            self._services = self._make_services(people)
            self.http = HttpServer(create_app(self._services), config.serve.host, config.serve.port, clock)
            self._undo = undo.pop_all()

    @property
    def address(self) -> str:
        """Where the pages are on this machine."""
        host = self._config.serve.host
        shown = f"[{host}]" if ":" in host else {"0.0.0.0": "127.0.0.1"}.get(host, host)
        return f"http://{shown}:{self.http.port}{self._config.serve.base_path}/"

    def run(self) -> None:
        """Serve until a signal ends it, in the main thread."""
        for number in _SIGNALS:
            signal.signal(number, self._end)
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, self._reload_soon)
        self._tracking.start()
        self._tracking.pause_all(self._services.paused())
        housekeeping = threading.Thread(target=self._keep_house, name="simkl-housekeeping", daemon=True)
        housekeeping.start()
        notify_systemd("READY=1")
        log.info("Simkl Link %s serves at %s", APP_VERSION, self.address)
        try:
            if not self.http.run(DRAIN_SECONDS):
                log.warning("some requests were broken off")
        finally:
            notify_systemd("STOPPING=1")
            self._stopping.set()
            self._sign_ins.stop_all(1.0)
            self._tracking.stop(DRAIN_SECONDS)
            self.close()
            log.info("ended")

    def close(self) -> None:
        """Close the files and give the folder free."""
        self._undo.close()

    def reload(self) -> None:
        """Read the settings again; wrong ones change nothing."""
        try:
            self._config.reload()
        except SettingsError as error:
            log.error("the settings stay as they were: %s", error)
            return
        for warning in self._config.warnings:
            log.warning("%s", warning)
        self._services.hook_secrets.forget_cached()
        self._tracking.reload(self._config.serve.servers)
        log.info("settings read again")

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.http.stop()

    def _reload_soon(self, number: int, frame: FrameType | None) -> None:
        threading.Thread(target=self.reload, name="simkl-reload", daemon=True).start()

    def _keep_house(self) -> None:
        """Trim what is old, by the timetable."""
        table = Timetable(interruptible_sleep(self._stopping.is_set, self._clock), self._clock)
        table.scheduler.every(TRIM_HOURS).hours.do(self._trim)
        while not table.pause(3600.0):
            notify_systemd("WATCHDOG=1")

    def _trim(self) -> None:
        self._services.sessions.trim()
        self._services.invitations.trim(30 * 86400.0)
        self._tracking.trim(self._clock.wall())

    def _make_services(self, people: People) -> PageServices:
        config = self._config
        hook_secrets = HookSecrets(self._access, lambda: config.serve.hook_texts(), self._clock.wall)
        metrics = ServerMetrics(self._figures)
        return PageServices(
            config=lambda: config.serve,
            people=people,
            invitations=Invitations(self._access, self._clock.wall),
            sessions=PageSessions(self._access, self._clock.wall),
            password=AdminPassword(self._access),
            limiter=LoginLimiter(self._clock.monotonic),
            hook_secrets=hook_secrets,
            texts=PageTexts.load(),
            sign_ins=self._sign_ins,
            accounts=self._accounts,
            tracking=self._tracking,
            folder=self.folder,
            wall=self._clock.wall,
            monotonic=self._clock.monotonic,
            pause=self._pause,
            paused=lambda: self._access.flag(PAUSED_FLAG) == "1",
            receive=self._tracking.receive,
            check_media_login=self._check_media_login,
            not_ready=self._not_ready,
            metrics=metrics.render,
            connected_apps=lambda: config.simkl.connected_apps,
            browser_sign_ins=self._browser_sign_ins(),
        )

    def _browser_sign_ins(self) -> BrowserSignIns | None:
        if not self._config.serve.redirect_uri:
            return None
        return BrowserSignIns(
            lambda: self._config.simkl,
            lambda: self._config.serve.redirect_uri,
            self._accounts.get,
            self._clock,
        )

    def _pause(self, paused: bool) -> None:
        self._access.set_flag(PAUSED_FLAG, "1" if paused else "0")
        self._tracking.pause_all(paused)

    def _check_media_login(self, server: str, name: str, password: str) -> MediaServerUser | None:
        return check_media_login(self._config.serve.servers[server].url, name, password)

    def _not_ready(self) -> list[str]:
        return self._tracking.problems()

    def _figures(self) -> ServerFigures:
        waiting, oldest = self._tracking.backlog(self._clock.wall())
        return ServerFigures(
            deliveries=self._tracking.counts(),
            people=self._accounts.states(),
            waiting=waiting,
            oldest_waiting_seconds=oldest,
            ready=not self._not_ready(),
            started_at=self._started_at,
        )


def state_folder(settings: Path, environ: Mapping[str, str]) -> Path:
    """Return where the server keeps its databases: systemd's state directory, or beside the settings file."""
    given = environ.get("STATE_DIRECTORY", "").partition(":")[0]
    return Path(given) if given else settings.parent / "server"


def with_credentials(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with the client secret of systemd's credentials, unless it is set otherwise."""
    result = dict(environ)
    folder = environ.get("CREDENTIALS_DIRECTORY", "")
    file = Path(folder) / "simkl_client_secret"
    if folder and file.exists() and not ({"SIMKL_CLIENT_SECRET", "SIMKL_CLIENT_SECRET_FILE"} & set(environ)):
        result["SIMKL_CLIENT_SECRET_FILE"] = str(file)
    return result


@contextlib.contextmanager
def _one_process(folder: Path) -> Iterator[None]:
    """Hold the lock of the state folder. Raises AlreadyRunning."""
    files.make_folder(folder, own=True)
    lock = locks.try_lock(folder / "server.lock")
    if lock is None:
        raise AlreadyRunning(f"Another Simkl Link already serves from {folder}. Only one may: stop it first.")
    try:
        yield
    finally:
        lock.release()


def notify_systemd(state: str, environ: Mapping[str, str] = os.environ) -> None:
    """Tell systemd how the service stands (sd_notify(3)); without `$NOTIFY_SOCKET`, nobody."""
    path = environ.get("NOTIFY_SOCKET", "")
    if not path:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.connect(f"\0{path[1:]}" if path.startswith("@") else path)
        channel.sendall(state.encode("utf-8"))
