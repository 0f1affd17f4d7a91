"""Below a sub-path behind real nginx and Caddy, with the examples of `deploy/`, and its unit before systemd."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.fakes.ports import free_port
from tests.web.served import ROOT, SECONDS, ServedProgram, environment, invite, sign_in, token_of

DEPLOY = ROOT / "deploy"
PUBLIC = "http://localhost"


@contextmanager
def running(command: list[str], port: int):
    """Run a proxy until the block ends; it has begun once its port takes connections."""
    assert shutil.which(command[0]), f"{command[0]} not found: install Debian's {command[0]}"
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        while True:
            assert process.poll() is None, process.stderr.read().decode()
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)


def nginx(folder: Path, port: int, upstream: int) -> list[str]:
    """Return how to start nginx with the example from `deploy/` in a server block."""
    example = (DEPLOY / "nginx.conf").read_text(encoding="utf-8").replace("127.0.0.1:8585", f"127.0.0.1:{upstream}")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    block = f"server {{ listen 127.0.0.1:{port};\n{example}\n}}"
    whole = f"daemon off; pid {folder}/pid; error_log stderr; events {{}}\nhttp {{ access_log off; {paths}\n{block} }}"
    (folder / "nginx.conf").write_text(whole, encoding="utf-8")
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def caddy(folder: Path, port: int, upstream: int) -> list[str]:
    """Return how to start Caddy with the example from `deploy/`, on this machine and without certificates."""
    example = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    example = example.replace("127.0.0.1:8585", f"127.0.0.1:{upstream}")
    example = example.replace("media.example.org {", f"http://localhost:{port}, http://127.0.0.1:{port} {{")
    (folder / "Caddyfile").write_text(f"{{\n\tadmin off\n}}\n{example}", encoding="utf-8")
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


@pytest.mark.parametrize("proxy", [nginx, caddy])
def test_a_person_links_below_a_sub_path(proxy, box, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    port = free_port()
    public = f"{PUBLIC}:{port}"
    there = f"{public}/simkl"
    (tmp_path / "proxy").mkdir()
    with ServedProgram(tmp_path, box, base_path="/simkl", public_url=there, trusted_proxies=["127.0.0.1"]) as served:
        with running(proxy(tmp_path / "proxy", port, served.port), port):
            # Behind a proxy everybody comes from this machine, so nobody is let in without a password.
            assert "There is no admin password yet." in requests.get(f"{there}/", timeout=SECONDS).text
            served.set_password()
            admin = sign_in(there)
            assert "Nobody yet." in admin.get(f"{there}/", timeout=SECONDS).text
            address = invite(admin, there, "ana")
            assert address.startswith(f"{there}/i/")
            ana = requests.Session()
            page = ana.get(address, timeout=SECONDS).text
            sheet = re.search(r'href="(/simkl/static/page\.css[^"]*)"', page).group(1)
            assert requests.get(f"{public}{sheet}", timeout=SECONDS).status_code == 200
            page = ana.post(address, data={"csrf_token": token_of(page)}, timeout=SECONDS).text
            assert "Link your Simkl account" in page or "Getting your code" in page
            assert {cookie.path for cookie in ana.cookies} == {"/simkl"}
            servers = admin.get(f"{there}/servers", timeout=SECONDS).text
            hook = re.search(rf"({re.escape(there)}/hook/[\w-]+)", servers).group(1)
            assert requests.post(hook, data=b"{}", timeout=SECONDS).status_code == 200
            too_large = requests.post(hook, data=b"x" * 5_000_000, timeout=SECONDS)
            # The connection is closed at once: a proxy that still sends may notice that before it has read the 413.
            assert too_large.status_code in (413, 502)
            away = requests.get(f"{public}/simkl", allow_redirects=False, timeout=SECONDS)
            assert away.headers["Location"].endswith("/simkl/")


def test_the_unit_is_right_and_hardened(tmp_path):
    unit = (DEPLOY / "simkl-link.service").read_text(encoding="utf-8")
    here = unit.replace("/opt/simkl-link/.venv/bin/python", sys.executable).replace("/opt/simkl-link", str(ROOT))
    (tmp_path / "simkl-link.service").write_text(here, encoding="utf-8")
    file = str(tmp_path / "simkl-link.service")
    verify, security = ["verify", "--man=no", file], ["security", "--offline=true", "--threshold=20", file]
    found = subprocess.run(["systemd-analyze", *verify], capture_output=True, text=True, timeout=SECONDS)
    assert (found.returncode, found.stderr) == (0, "")
    found = subprocess.run(["systemd-analyze", *security], capture_output=True, text=True, timeout=SECONDS)
    assert found.returncode == 0, found.stdout


def test_the_container_answers_its_health_check(served):
    """What `HEALTHCHECK` runs, without curl; and after the end it says that nobody answers."""
    asked = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert '"/app/plugin.py", "serve", "--health"]' in asked
    command = [sys.executable, "-B", str(ROOT / "plugin.py"), "serve", "--health", "--port", str(served.port)]
    assert subprocess.run(command, env=environment(), timeout=SECONDS).returncode == 0
    assert served.terminate() == 0
    assert subprocess.run(command, env=environment(), capture_output=True, timeout=SECONDS).returncode == 69


def test_the_program_runs_from_what_the_container_copies(tmp_path):
    """No image can be built here; but what the file copies is there, and the program runs from that alone."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
    assert all((ROOT / name).exists() for line in copied for name in line.split())
    for name in ("plugin.py", "settings.yaml"):
        shutil.copy(ROOT / name, tmp_path / name)
    ignore = shutil.ignore_patterns("__pycache__")
    for name in ("lib", "resources/language"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignore)
    command = [sys.executable, "-B", str(tmp_path / "plugin.py"), "serve", "--check"]
    environ = {"SIMKL_CLIENT_ID": "mine", "SIMKL_SETTINGS": str(tmp_path / "none.yaml"), "PATH": "/usr/bin:/bin"}
    assert subprocess.run(command, env=environ, cwd="/", timeout=SECONDS).returncode == 0
