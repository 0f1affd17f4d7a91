"""Every state the sign-in window can be in, and how to get there: (options for the TV, steps of the person)."""

from tests.fakes.kodi import Do
from tests.frontends.kodi.tv import code_is_shown, sees


def getting_the_code(tv):
    order = tv.box.order("hang", path="/oauth/pin")
    return [sees("Getting your code"), Do(lambda: tv.box.wait_for(lambda: order.served))]


def waiting_for_approval(tv):
    return [code_is_shown, sees("Waiting for you to approve")]


def a_poll_hangs(tv):
    order = tv.box.order("hang", path="/oauth/pin/")
    return [code_is_shown, Do(lambda: tv.box.wait_for(lambda: order.served))]


def no_connection(tv):
    return [code_is_shown, Do(tv.box.stop_listening), sees("No connection. Retrying automatically")]


def expired(tv):
    return [sees("The code has expired")]


def failed(tv):
    tv.box.order("status", status=429, error="user_limit_exceeded")
    return [sees("The account could not be linked")]


def rejected_client_id(tv):
    tv.box.order("status", status=412)
    return [sees("Simkl refuses the client id")]


def linked(tv):
    return [code_is_shown, tv.approve(), sees("Linked as sample_viewer")]


PHASES = [
    getting_the_code, waiting_for_approval, a_poll_hangs, no_connection, expired, failed, rejected_client_id, linked,
]  # fmt: skip
OPTIONS = {expired: {"expires_in": 2}}


def name(phase):
    return phase.__name__.replace("_", " ")
