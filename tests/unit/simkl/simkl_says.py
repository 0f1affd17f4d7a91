"""What Simkl says in the PIN flow, word for word, and how the tests speak of it."""

from typing import Any

from lib.simkl.auth.code_flow import Code, Denied, NoAnswer
from lib.simkl.auth.pin import PinFlow
from lib.simkl.http.transport import Transport

API = "https://api.simkl.com"
CLIENT_ID = "sample-client-id"
TOKEN = "9f3c" * 16
PENDING = {"result": "KO", "message": "Authorization pending"}
APPROVED = {"result": "OK", "access_token": TOKEN}
STARTED = {
    "result": "OK",
    "device_code": "DEVICE_CODE",
    "user_code": "K7QXM",
    "verification_uri": "https://simkl.com/pin",
    "verification_url": "https://simkl.com/pin",
    "expires_in": 900,
    "interval": 5,
}
FRESH = {**STARTED, "user_code": "P3ZRT"}
CODE = Code("K7QXM", "https://simkl.com/pin", "https://simkl.com/pin/K7QXM", expires_in=900.0, interval=5.0)
FRESH_CODE = Code("P3ZRT", "https://simkl.com/pin", "https://simkl.com/pin/P3ZRT", expires_in=900.0, interval=5.0)


def without(answer: dict, *fields: str) -> dict:
    """Return the answer with some of its fields missing."""
    return {name: value for name, value in answer.items() if name not in fields}


def error(status: int, identifier: Any, **headers: str) -> dict:
    """Return an error in Simkl's envelope, as requests-mock wants it; `Retry_After` becomes Retry-After."""
    body = {"error": identifier, "code": status, "message": "for developers"}
    return {"status_code": status, "json": body, "headers": {k.replace("_", "-"): v for k, v in headers.items()}}


def bare(status: int, text: str = "<h1>nginx</h1>", **headers: str) -> dict:
    """Return an answer without Simkl's envelope."""
    return {"status_code": status, "text": text, "headers": {k.replace("_", "-"): v for k, v in headers.items()}}


def flow(api_url: str = API, platform: str = "a test", client_id: str = CLIENT_ID, **options: str) -> PinFlow:
    """Return the flow of one client id."""
    return PinFlow(Transport(api_url, client_id, platform), client_id, **options)


def named(answer: object) -> object:
    """Return an answer in a form that can be compared: errors are known by their class."""
    if isinstance(answer, (Denied, NoAnswer)):
        return type(answer), type(answer.error)
    return answer
