"""The server's main job in one command: `make demo-server`.

A fake Simkl, the real `plugin.py serve`, and a fake Jellyfin that plays an evening of two people in fast motion, all
over HTTP on this machine. Two people are invited; who does not link within ten seconds is linked by the demo. On a
terminal the pages stay open until Enter is pressed. The settings live in a temporary folder, so nothing is left behind.
"""

from __future__ import annotations

import re
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import requests

from tests.fakes.servers import jellyfin
from tests.fakes.servers.common import EpisodeFile, Film, Viewer
from tests.fakes.simkl import FakeSimkl
from tests.web.served import PASSWORD, SECONDS, ServedProgram, invite, sign_in, token_of

PATIENCE = 10.0
ANA = Viewer()
BEN = Viewer("ben", "11aa22bb-33cc-44dd-95ee-66ff77889900", 333333, "tablet-1", "Tablet", "Jellyfin Web")
PEOPLE = {"ana": "sample_viewer", "ben": "ben_watches"}


def main() -> int:
    """Run the demo; return 0 if both plays arrived at Simkl, each at its own viewer."""
    with FakeSimkl(interval=1) as box, tempfile.TemporaryDirectory() as folder:
        box.add_user("ben_watches", 900002)
        with ServedProgram(Path(folder), box) as served:
            served.set_password()
            say(f"Simkl Link serves at   {served.address}/   (admin password: {PASSWORD})")
            say(f"The fake Simkl is at   {box.url}/   Nothing leaves this machine.\n")
            admin = sign_in(served.address)
            invitations = {name: invite(admin, served.address, name) for name in PEOPLE}
            for name, address in invitations.items():
                say(f"Invitation for {name}:    {address}")
            if sys.stdout.isatty():
                say(f"\nOpen one in a browser and link within {PATIENCE:.0f} seconds, or the demo does it.")
                threading.Event().wait(PATIENCE)
            for name, invitation in invitations.items():
                _link(box, served.address, name, invitation)
            page = admin.get(f"{served.address}/servers", timeout=SECONDS).text
            _play_the_evening(re.search(r'id="hook-1"[^>]*>([^<]+)<', page).group(1))
            arrived = _arrived(box)
            _tell(admin, served.address, arrived)
            if sys.stdin.isatty() and sys.stdout.isatty():
                input("\nThe pages stay open. Press Enter to end. ")
            return 0 if set(arrived) == set(PEOPLE.values()) else 1


def _link(box: FakeSimkl, address: str, name: str, invitation: str) -> None:
    """Link whoever has not done so."""
    visitor = requests.Session()
    page = visitor.get(invitation, timeout=SECONDS)
    if page.status_code == 410:
        say(f"{name} has opened the invitation; finish it there.")
        return
    visitor.post(invitation, data={"csrf_token": token_of(page.text)}, timeout=SECONDS)
    code = _until(lambda: re.search(r'id="user-code">(\w+)', visitor.get(f"{address}/me", timeout=SECONDS).text))
    box.approve(code.group(1), PEOPLE[name])
    _until(lambda: visitor.get(f"{address}/me/state", timeout=SECONDS).json()["leave"])
    heading = re.search(r"<h1>([^<]+)", visitor.get(f"{address}/me", timeout=SECONDS).text)
    say(f"{name}: code {code.group(1)} approved at Simkl, the page says: {heading.group(1)}")


def _play_the_evening(hook: str) -> None:
    """Have a Jellyfin tell of a film with a pause, and of an episode that somebody else watches meanwhile."""
    film, episode = Film(), EpisodeFile()
    say("\nJellyfin plays (in fast motion):")
    for words, kind, item, viewer, share, more in (
        ("ana starts a film", "PlaybackStart", film, ANA, 0.0, {}),
        ("ben starts an episode", "PlaybackStart", episode, BEN, 0.0, {}),
        ("ana is half-way", "PlaybackProgress", film, ANA, 0.5, {}),
        ("ana pauses", "PlaybackProgress", film, ANA, 0.5, {"paused": True}),
        ("ben stops in the credits", "PlaybackStop", episode, BEN, 0.96, {"PlayedToCompletion": True}),
        ("ana watches to the end", "PlaybackStop", film, ANA, 0.99, {"PlayedToCompletion": True}),
        ("a client says so once more", "PlaybackStop", film, ANA, 0.99, {"PlayedToCompletion": True}),
    ):
        sent = jellyfin.all_properties(jellyfin.notification(kind, item, viewer, item.seconds * share, **more))
        headers = {"Content-Type": sent.content_type, "User-Agent": sent.user_agent}
        answer = requests.post(hook, data=sent.body, headers=headers, timeout=SECONDS)
        say(f"  {words:28} {answer.text.strip()}")


def _arrived(box: FakeSimkl) -> dict[str, list[str]]:
    """Return what each Simkl user has watched, once both have something or a minute is over."""
    box.wait_for(lambda: sum(bool(marks) for marks in box.watched.values()) == len(PEOPLE), timeout=60)
    arrived: dict[str, list[str]] = {}
    for user, marks in box.watched.items():
        for mark in marks.values():
            number = "" if mark.episode is None else f" {mark.season}x{mark.episode:02}"
            arrived.setdefault(user, []).append(mark.title + number)
    return arrived


def _tell(admin: requests.Session, address: str, arrived: dict[str, list[str]]) -> None:
    say("\nWatched, says Simkl:")
    for user, titles in arrived.items():
        say(f"  {user:16} {', '.join(titles)}")
    page = admin.get(f"{address}/deliveries", timeout=SECONDS).text
    outcomes = re.findall(r'<strong>([^<]+)</strong>.*?class="tag[^"]*">([^<]+)<', page, re.DOTALL)
    say("\nDeliveries, says the admin's page:")
    for title, outcome in reversed(outcomes):
        say(f"  {title:28} {outcome}")


def _until(ask: Any) -> Any:
    """Ask until there is an answer; each question is a request, so this needs no pause."""
    for _ in range(5000):
        found = ask()
        if found:
            return found
    raise AssertionError("it never came")


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
