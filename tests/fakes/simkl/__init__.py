"""the fake Simkl server: a real HTTP server on loopback that answers as Simkl's documentation says.

It plays both of Simkl's hosts, `api.simkl.com` and `simkl.com`, on one port. It is a stand-in for tests, not Simkl.

    with FakeSimkl(interval=1, apps=[App("mine", "v2", redirects=[CALLBACK])], catalogue=[Movie(...)]) as box:
        start = requests.get(box.url + "/oauth/pin", params={"client_id": box.client_id}).json()
        box.approve(start["user_code"])
        back = box.allow(box.site_url + "/oauth2/authorize?client_id=mine&...")  # or a browser presses Allow
        token = box.give_token()                                                 # linked, without a sign-in
        box.order("lost_answer", path="/sync/history")                           # one of `faults.OPTIONS`
        assert box.watched["sample_viewer"][9000002, None, None].times == 1

`box.malformed`, `too_many_posts`, `too_fast` and `dead_token_uses` are what a program should not have done; the same
lists are in GET /_box/state. `python -m tests.fakes.simkl --port 8123` runs it for a person with a browser.

Inside: `model` and `grants` know codes and tokens, `apps` who may have them; `api*` and `pages` are the two hosts, with
`gate` in front of the API; `faults` says what may go wrong and `wire` makes it go wrong; `journal` remembers what was
asked; `catalogue` knows what there is to watch, `sent` reads what a program says of it, `tracking`, `history` and
`library` do it; `routes` has the remote control over HTTP and, with `server`, ties them all together.
"""

from tests.fakes.simkl.apps import App
from tests.fakes.simkl.catalogue import Movie, Show
from tests.fakes.simkl.grants import Grant
from tests.fakes.simkl.server import FakeSimkl

__all__ = ["App", "FakeSimkl", "Grant", "Movie", "Show"]
