"""The trackers that are measured, ours and another add-on that PEER names, and how that one finds the fake server.

PEER is an add-on's folder or zip. Modules that it imports and Kodi does not have here are taken from beside it
(`path/to/script.module.six` for `path/to/addon`). PEER_SETTINGS is a file that becomes the peer's own settings.xml, or
a folder that becomes its addon_data, with `{token}` replaced by a token of the fake server; without it
`bench_settings.xml` of the peer, if there is one. PEER_CLIENT_ID is the client id that the peer was written with.

Such an add-on has `https://api.simkl.com` written into it, and few ask a proxy. So Kodi gets an `/etc/hosts` of its own
(a mount namespace) in which Simkl's names are this machine; port 443 here speaks TLS with a certificate made for this
run and hands on to the fake server; and Kodi's environment, and every `cacert.pem` of its add-ons, trusts that
certificate.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import threading
import xml.etree.ElementTree as ElementTree
import zipfile
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator, Mapping, NamedTuple

from werkzeug.middleware.http_proxy import ProxyMiddleware
from werkzeug.serving import make_server, make_ssl_devcert

from lib.account.store import DEFAULT_ACCOUNT, Account, AccountStore
from lib.simkl.api.users import User
from lib.simkl.auth.tokens import Token
from lib.system.secrets import Secret
from tests.fakes.simkl import FakeSimkl
from tests.real_kodi import addons
from tests.real_kodi.real_kodi import RealKodi
from tests.real_kodi.waiting import NotReached
from tools.build_zip import build

OUR_CLIENT_ID = "sandbox-client-id"
SAID = "bench: callback took "
# Appended to the module of the player's callbacks, in the zip that is measured: what each costs, into Kodi's log.
TIMED = f'''

import time

def _timed(method):
    def timed(self, *args):
        began = time.perf_counter()
        try:
            return method(self, *args)
        finally:
            took = time.perf_counter() - began
            xbmc.log(f"{SAID}{{took * 1000:.3f}} ms {{method.__name__}}", xbmc.LOGINFO)
    return timed


for _name, _method in list(vars(PlayerMonitor).items()):
    if _name.startswith("on"):
        setattr(PlayerMonitor, _name, _timed(_method))
'''
DOMAIN, HOST, PORT = "simkl.com", "127.0.0.1", 443
HOSTS = f"{HOST} localhost {DOMAIN} api.{DOMAIN} www.{DOMAIN}\n::1 localhost\n"
TRUST = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
# exec: Kodi keeps the process id, and with it the group, of what was started.
OWN_HOSTS = ("unshare", "-m", "--", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"')


class PeerError(Exception):
    """The peer cannot be measured; the message says why."""


class Tracker:
    """An add-on in `folder` that is put into a Kodi with an account."""

    def __init__(self, folder: Path, client_id: str) -> None:
        about = ElementTree.parse(folder / "addon.xml").getroot()
        self.id, self.name = folder.name, f"{about.get('name')} {about.get('version')}"
        self.folder, self.client_id = folder, client_id
        imports = [each for each in about.iterfind("requires/import") if each.get("optional") != "true"]
        self._needs = [each.get("addon", "") for each in imports]

    def install(self, kodi: RealKodi, box: FakeSimkl) -> None:
        """Put it into this Kodi, linked. Raises PeerError."""
        profile = kodi.profile(self.id)
        profile.mkdir(parents=True, mode=0o700)
        self._keep_settings(profile, box.give_token(client_id=self.client_id))
        addons.put(kodi, *self._modules(kodi), self.folder)

    def _keep_settings(self, profile: Path, token: str) -> None:
        account = Account(Token(Secret(token), OUR_CLIENT_ID), "2026-11-24T06:00:00Z", User(900001, "sample_viewer"))
        AccountStore(profile / "settings.yaml").save(DEFAULT_ACCOUNT, account)

    def _modules(self, kodi: RealKodi) -> list[Path]:
        return []


class Peer(Tracker):
    """The add-on that PEER names. Raises PeerError if it is none."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        given = Path(environ["PEER"]).expanduser().resolve()
        try:
            own = _own_copy(given, folder)
            super().__init__(own, environ.get("PEER_CLIENT_ID") or "naive-tracker-client-id")
        except (OSError, ValueError, zipfile.BadZipFile, ElementTree.ParseError) as error:
            raise PeerError(f"PEER={given} is no add-on: {error}") from error
        named = environ.get("PEER_SETTINGS")
        self._settings = Path(named).expanduser() if named else own / "bench_settings.xml"
        if named and not self._settings.exists():
            raise PeerError(f"there is no PEER_SETTINGS={self._settings}")
        self._beside = given.parent

    def install(self, kodi: RealKodi, box: FakeSimkl) -> None:
        try:
            super().install(kodi, box)
        except NotReached as error:
            raise PeerError(f"Kodi does not enable {self.name}: {error}") from error

    def _modules(self, kodi: RealKodi) -> list[Path]:
        unknown = [name for name in self._needs if not name.startswith(("xbmc.", "kodi."))]
        needed = [self._beside / name for name in unknown if addons.is_enabled(kodi, name) is None]
        lacking = ", ".join(module.name for module in needed if not module.is_dir())
        if lacking:  # Kodi would enable it all the same, and its script would fail
            raise PeerError(f"{self.name} needs {lacking}, which this Kodi has not: put it into {self._beside}")
        return needed

    def _keep_settings(self, profile: Path, token: str) -> None:
        if self._settings.is_dir():
            shutil.copytree(self._settings, profile, dirs_exist_ok=True)
        elif self._settings.exists():
            shutil.copy(self._settings, profile / "settings.xml")
        for file in filter(Path.is_file, profile.rglob("*")):
            file.write_bytes(file.read_bytes().replace(b"{token}", token.encode("ascii")))


def ours(folder: Path) -> Tracker:
    """Return our add-on, built as its zip is; its player callbacks say how long they took."""
    addon = addons.unpack(build(folder, OUR_CLIENT_ID), folder)
    player = addon / "lib" / "kodi" / "playback" / "player.py"
    player.write_text(player.read_text("utf-8") + TIMED, "utf-8")
    return Tracker(addon, OUR_CLIENT_ID)


def _own_copy(given: Path, folder: Path) -> Path:
    """Return a folder with the add-on that bears its id, as Kodi wants it."""
    folder.mkdir(parents=True)
    if given.is_file():
        return addons.unpack(given, folder)
    addon_id = ElementTree.parse(given / "addon.xml").getroot().get("id", "")
    ignore = shutil.ignore_patterns(".git", "__pycache__")
    return Path(shutil.copytree(given, folder / addon_id, ignore=ignore))


class Way(NamedTuple):
    """How a Kodi is started that finds the fake server by Simkl's names: `prefix` and `env` of `RealKodi`."""

    prefix: tuple[str, ...]
    env: dict[str, str]
    certificate: Path

    def trust(self, addon_folders: Path) -> None:
        """Have the add-ons that bring certificates of their own accept this one as well."""
        for bundle in addon_folders.rglob("cacert.pem"):
            text = bundle.read_text("utf-8")
            bundle.unlink()  # it may be a link to a cache
            bundle.write_text(f"{text}\n{self.certificate.read_text('utf-8')}", "utf-8")


@contextlib.contextmanager
def by_name(box: FakeSimkl, folder: Path) -> Iterator[Way]:
    """Lead Simkl's names to this server inside the `with` block. Raises PeerError."""
    if os.geteuid() != 0:
        raise PeerError("PEER needs root: for port 443 of this machine, and for an /etc/hosts that only Kodi sees")
    folder.mkdir(parents=True, exist_ok=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # no line for every request
    hosts = folder / "hosts"
    hosts.write_text(HOSTS)
    pair = make_ssl_devcert(str(folder / "simkl"), cn=DOMAIN)
    to_the_box = ProxyMiddleware(None, {})
    options = {"target": box.url, "remove_prefix": False, "host": None, "headers": {}, "ssl_context": None}

    def hand_on(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return to_the_box.proxy_to(options, environ["PATH_INFO"], "/")(environ, start_response)

    with make_server(HOST, PORT, hand_on, threaded=True, ssl_context=pair) as server:
        thread = threading.Thread(target=server.serve_forever, name="TLS in front of the fake server", daemon=True)
        thread.start()
        try:
            yield Way((*OWN_HOSTS, str(hosts)), dict.fromkeys(TRUST, pair[0]), Path(pair[0]))
        finally:
            server.shutdown()
            thread.join(5)
