"""the fake Simkl server: a real HTTP server on loopback that answers as Simkl's documentation says.

It plays both of Simkl's hosts, `api.simkl.com` and `simkl.com`, on one port, so that a plugin can be linked and taken
apart without the internet. It is a stand-in for tests, not Simkl.

    with FakeSimkl(interval=1) as box:
        start = requests.get(box.url + "/oauth/pin", params={"client_id": box.client_id}).json()
        box.approve(start["user_code"])

`python -m tests.fakes.simkl --port 8123` runs the same thing for a person with a browser.

Every way Simkl signs a user in is there, for V1 and V2 client_ids:

    with FakeSimkl(apps=[App("mine", "v2", redirects=["http://127.0.0.1:8484/callback"])]) as box:
        back = box.allow(box.site_url + "/oauth2/authorize?client_id=mine&...")   # or a browser presses Allow

And everything that is watched, of films, shows and anime that the test makes up (or `catalogue.DEFAULT`):

    with FakeSimkl(catalogue=[Movie("The Glass Harbour", 2018, simkl=9000002, ids={"imdb": "tt9900002"})]) as box:
        token = box.give_token()                                    # linked, without a sign-in
        ...                                                         # POST /scrobble/*, /sync/history, /search/file
        assert box.watched["sample_viewer"][9000002, None, None].times == 1

    box.scrobbles, box.history_calls      every call, as frozen records (`tracked`)
    box.watched[user][simkl, season, episode], box.ratings[user][simkl], box.playbacks, box.unwatched
                                          what is there now; anime by its own numbers, which are season 1's
    box.malformed, box.too_many_posts     what a program should not have done
    box.order("write_lock")               400 RATE_LIMIT, as if another write of the user took too long
    with box.writing(user): ...           really holds the lock; `lock_seconds` on the fake server's clock is the
    time-out

The same lists are in GET /_box/state. `box.order("lost_answer", path="/sync/history")` and all other faults work on
these paths too.

Inside: `model` and its parts `codes`, `authorizations` and `grants` know codes and tokens, `apps` who may have them;
`api*` and `pages` are the two hosts, with `gate` in front of the API; `faults` says what may go wrong and `wire` makes
it go wrong; `journal` remembers what was asked; `titles` and `catalogue` know what there is to watch, `sent` reads what
a program says of it, `tracking`, `history` and `library` do it, one write of a user at a time (`writes`); `reading` is
what a test sees of it all; `control` is the remote control over HTTP; `routes` and `server` tie them all together.
"""

from tests.fakes.simkl.apps import App
from tests.fakes.simkl.codes import Code, DeviceCode, TooFast
from tests.fakes.simkl.faults import Order
from tests.fakes.simkl.grants import DeadTokenUse, Grant, Refresh, User
from tests.fakes.simkl.journal import Recorded
from tests.fakes.simkl.server import FakeSimkl
from tests.fakes.simkl.titles import Movie, Show
from tests.fakes.simkl.tracked import Playback, Rating, Scrobble, Watched

__all__ = [
    "App", "Code", "DeadTokenUse", "DeviceCode", "FakeSimkl", "Grant", "Movie", "Order", "Playback", "Rating",
    "Recorded", "Refresh", "Scrobble", "Show", "TooFast", "User", "Watched",
]  # fmt: skip
