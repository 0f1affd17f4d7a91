"""A linked program that tells the fake Simkl server what is watched, whatever the test makes it say."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timezone

import requests

from tests.fakes.oauth_program import FakeClock
from tests.fakes.simkl import FakeSimkl

NAMED = {"app-name": "simkl-link", "app-version": "1.0.0"}
AGENT = {"User-Agent": "simkl-link/1.0.0"}
DAY = datetime(2026, 10, 5, 20, tzinfo=timezone.utc)
USER = "sample_viewer"

HARBOUR = {"title": "The Glass Harbour", "year": 2018, "ids": {"imdb": "tt9900002"}}
KITES = {"title": "A Winter of Kites", "year": 2022, "ids": {"imdb": "tt9900004"}}
STREET = {"title": "Lantern Street", "year": 2021, "ids": {"tvdb": 980001}}
FERRY = {"ids": {"tvdb": 980005}}
MOSS = {"ids": {"mal": 99001}}
FILM, FILM_ID = {"movie": HARBOUR}, (9000002, None, None)
OTHER, OTHER_ID = {"movie": KITES}, (9000004, None, None)
EPISODE, EPISODE_ID = {"show": STREET, "episode": {"season": 2, "number": 4}}, (9000001, 2, 4)


class Program:
    """One signed-in program. Nothing is checked here: what is wrong goes to Simkl as it is."""

    def __init__(self, box, user=None, generation="v1", client_id=None):
        self.box = box
        self.client_id = client_id or box.apps.ids(generation)[0]
        self.token = box.give_token(user, generation, client_id)
        self.session = requests.Session()

    def ask(self, method, path, body=None, token=True, **query):
        """Ask for a path; keyword arguments are the query."""
        headers = {**AGENT, **({"Authorization": f"Bearer {self.token}"} if token else {})}
        query = {"client_id": self.client_id, **NAMED, **query}
        url = self.box.url + path
        return self.session.request(method, url, params=query, headers=headers, json=body, timeout=60)

    def get(self, path, **query):
        """Read something; the JSON."""
        return self.ask("GET", path, **query).json()

    def post(self, path, body, **query):
        """Write something."""
        return self.ask("POST", path, body, **query)

    def scrobble(self, action, item, progress=None, **query):
        """Tell what happens to an item, such as `FILM`."""
        told = {} if progress is None else {"progress": progress}
        return self.post(f"/scrobble/{action}", {**told, **item}, **query)

    def history(self, **lists):
        """Mark watched; the JSON."""
        return self.post("/sync/history", lists).json()

    def remove(self, **lists):
        """Take marks away; the JSON."""
        return self.post("/sync/history/remove", lists).json()


@contextmanager
def tracking_box(**settings):
    """Run a fake server whose clock only moves when told, from `DAY` on."""
    with FakeSimkl(**{"clock": FakeClock(), "limits": False, "day": DAY, **settings}) as box:
        yield box


def season(number, *episodes, **more):
    """A season with these episodes, or whole if there are none."""
    rows = [{"number": each, **more} for each in episodes]
    return {"number": number, **({"episodes": rows} if rows else {})}


def marked(box, user=USER):
    """What a user has watched."""
    return set(box.watched[user])


def said(answer):
    """Status and action, or status and name of the error."""
    body = answer.json()
    return answer.status_code, body.get("action") or body["error"]
