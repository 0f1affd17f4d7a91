"""Simkl in a box: a real HTTP server on loopback that answers as Simkl's documentation says.

It plays both of Simkl's hosts, `api.simkl.com` and `simkl.com`, on one port, so that a plugin can be linked and taken
apart without the internet. It is a stand-in for tests, not Simkl.

    with Sandbox(interval=1) as box:
        start = requests.get(box.url + "/oauth/pin", params={"client_id": box.client_id}).json()
        box.approve(start["user_code"])

`python -m tests.sandbox --port 8123` runs the same thing for a person with a browser.

Inside: `model` knows codes and tokens; `api` and `pages` are the two hosts; `faults` says what may go wrong and `wire`
makes it go wrong; `journal` remembers what was asked; `control` is the remote control over HTTP; `server` ties them all
together. A new family of API routes is one more blueprint whose name starts with "api".
"""

from tests.sandbox.faults import Order
from tests.sandbox.journal import Recorded
from tests.sandbox.model import Code, Grant, TooFast, User
from tests.sandbox.server import Sandbox

__all__ = ["Code", "Grant", "Order", "Recorded", "Sandbox", "TooFast", "User"]
