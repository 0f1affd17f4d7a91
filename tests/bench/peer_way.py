"""The way from an add-on that knows Simkl only by name to the fake Simkl server.

Such an add-on has `https://api.simkl.com` written into it, and few ask a proxy. So Kodi gets an `/etc/hosts` of its own
(a mount namespace) in which Simkl's names are this machine; port 443 here speaks TLS with a certificate made for this
run and hands on to the fake server; and Kodi's environment, and every `cacert.pem` of its add-ons, trusts that
certificate.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import socketserver
import ssl
import subprocess
import threading
from pathlib import Path
from typing import Iterator, NamedTuple
from urllib.parse import urlsplit

from tests.fakes.simkl import FakeSimkl

NAMES = ("api.simkl.com", "simkl.com", "www.simkl.com", "data.simkl.in")
HOST, PORT = "127.0.0.1", 443
TRUST = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
PROGRAMS = {"openssl": "openssl", "unshare": "util-linux", "mount": "mount"}
# exec: Kodi keeps the process id, and with it the group, of what was started.
OWN_HOSTS = ("unshare", "-m", "--", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"')
CHUNK = 64 * 1024


class CannotLead(RuntimeError):
    """This machine does not allow the way; the message says why, and what would help."""


class Way(NamedTuple):
    """How a Kodi is started that finds the fake server by Simkl's names: `prefix` and `env` of `RealKodi`."""

    prefix: tuple[str, ...]
    env: dict[str, str]
    certificate: Path

    def trust(self, addons: Path) -> None:
        """Have the add-ons that bring certificates of their own accept this one as well."""
        for bundle in addons.rglob("cacert.pem"):
            text = bundle.read_text("utf-8")
            bundle.unlink()  # it may be a link to a cache
            bundle.write_text(f"{text}\n{self.certificate.read_text('utf-8')}", "utf-8")


@contextlib.contextmanager
def by_name(box: FakeSimkl, folder: Path) -> Iterator[Way]:
    """Lead Simkl's names to this server inside the `with` block. Raises CannotLead."""
    missing = [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    if missing:
        raise CannotLead(f"PEER needs more programs; on Debian: apt-get install {' '.join(missing)}")
    if os.geteuid() != 0:
        raise CannotLead("PEER needs root: for port 443 of this machine, and for an /etc/hosts that only Kodi sees")
    folder.mkdir(parents=True, exist_ok=True)
    hosts = folder / "hosts"
    hosts.write_text(f"{HOST} localhost {' '.join(NAMES)}\n::1 localhost\n")
    certificate, key = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    try:
        server = _Server((HOST, PORT), _Handler)
    except OSError as error:
        raise CannotLead(f"PEER needs port {PORT} of {HOST}, where Simkl's names lead: {error.strerror}") from error
    server.context, server.box = context, (HOST, urlsplit(box.url).port or 0)
    thread = threading.Thread(target=server.serve_forever, name="TLS in front of the box", daemon=True)
    thread.start()
    try:
        env = {name: str(certificate) for name in TRUST}
        yield Way((*OWN_HOSTS, str(hosts)), env, certificate)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "simkl.pem", folder / "simkl.key"
    names = ",".join(f"DNS:{name}" for name in NAMES)
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAMES[0]}"]
        + ["-addext", f"subjectAltName={names}", "-keyout", str(key), "-out", str(certificate)],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    if made.returncode:
        raise CannotLead(f"openssl made no certificate: {made.stderr.strip()}")
    return certificate, key


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False  # clients keep connections open
    context: ssl.SSLContext
    box: tuple[str, int]


class _Handler(socketserver.BaseRequestHandler):
    """One connection: what comes in goes to the fake server, what the fake server answers goes back."""

    server: _Server

    def handle(self) -> None:
        with contextlib.suppress(OSError):  # either side may end it at any time, in the middle of the handshake too
            inside = self.server.context.wrap_socket(self.request, server_side=True)
            with inside, socket.create_connection(self.server.box) as box:
                back = threading.Thread(target=_pass_on, args=(box, inside), daemon=True)
                back.start()
                _pass_on(inside, box)
                back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            data = source.recv(CHUNK)
            if not data:
                break
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
