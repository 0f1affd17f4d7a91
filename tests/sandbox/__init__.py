"""Simkl in a box: a real HTTP server on loopback that answers as Simkl's documentation says.

It plays both of Simkl's hosts, `api.simkl.com` and `simkl.com`, on one port, so that a plugin can be linked and taken
apart without the internet. It is a stand-in for tests, not Simkl.

    with Sandbox(interval=1) as box:
        start = requests.get(box.url + "/oauth/pin", params={"client_id": box.client_id}).json()
        box.approve(start["user_code"])

`python -m tests.sandbox --port 8123` runs the same thing for a person with a browser.

Every way Simkl signs a user in is there, for V1 and V2 client_ids:

    with Sandbox(apps=[App("mine", "v2", redirects=["http://127.0.0.1:8484/callback"])]) as box:
        back = box.allow(box.site_url + "/oauth2/authorize?client_id=mine&...")   # or a browser presses Allow

Inside: `model` and its parts `codes`, `devices`, `authorizations` and `grants` know codes and tokens, `apps` who may
have them; `api*` and `pages*` are the two hosts, with `gate` in front of the API; `faults` says what may go wrong and
`wire` makes it go wrong; `journal` remembers what was asked; `control` is the remote control over HTTP; `routes` and
`server` tie them all together. A new family of API routes is one more blueprint whose name starts with "api".
"""

from tests.sandbox.apps import App
from tests.sandbox.codes import Code, DeviceCode, TooFast
from tests.sandbox.faults import Order
from tests.sandbox.grants import DeadTokenUse, Grant, Refresh, User
from tests.sandbox.journal import Recorded
from tests.sandbox.server import Sandbox

__all__ = [
    "App", "Code", "DeadTokenUse", "DeviceCode", "Grant", "Order", "Recorded", "Refresh", "Sandbox", "TooFast", "User",
]  # fmt: skip
