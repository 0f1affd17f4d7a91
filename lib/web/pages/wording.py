"""Words that several pages use: dates, what became of a delivery, and errors."""

from __future__ import annotations

import time
from typing import NamedTuple

from flask import g, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from lib.account.sign_in.frontend import NewCodeReason, WaitReason
from lib.web.page_texts import Translator


class Tag(NamedTuple):
    """A short text in a coloured frame; `kind` is good, warn, bad or "" for neither."""

    text: str
    kind: str = ""


# What became of a delivery, by the word in the store: the text, and its colour.
OUTCOME_TAGS = {
    "started": Tag("started"),
    "queued": Tag("waiting", "warn"),
    "sent": Tag("sent to Simkl", "good"),
    "position": Tag("position read"),
    "duplicate": Tag("counted already"),
    "not_linked": Tag("not linked", "warn"),
    "account_missing": Tag("account is not linked", "warn"),
    "excluded": Tag("left out"),
    "not_media": Tag("no film or episode"),
    "not_playback": Tag("nothing was played"),
    "test": Tag("test arrived", "good"),
    "not_readable": Tag("not readable", "bad"),
    "not_recognised": Tag("unknown sender", "bad"),
    "unknown_title": Tag("not recognised", "bad"),
    "rejected": Tag("rejected by Simkl", "bad"),
    "superseded": Tag("replaced by a newer event"),
    "unmark_held": Tag("removal held back", "warn"),
    "not_sent": Tag("not sent"),
}
TRACKED_TAGS = {
    "sent": Tag("sent to Simkl", "good"),
    "waiting": Tag("waiting", "warn"),
    "rejected": Tag("rejected by Simkl", "bad"),
    "unknown": Tag("not recognised", "bad"),
}
REASON_TEXTS = {
    WaitReason.CODE: "Getting your code",
    WaitReason.APPROVAL: "Waiting for you to approve",
    WaitReason.SLOW_DOWN: "Simkl is busy. Retrying automatically",
    WaitReason.NO_CONNECTION: "No connection. Retrying automatically",
    WaitReason.NOT_SIMKL: "No connection, retrying. Does this network require a login?",
    WaitReason.SIMKL_DOWN: "Simkl is having problems. Retrying automatically",
}
WHY_TEXTS = {
    NewCodeReason.CODE_GONE: "The old code is no longer valid. Here is a new one.",
    NewCodeReason.APPROVAL_LOST: "Simkl's approval may have been lost. Please enter the new code.",
    NewCodeReason.RESUMED: "This code is still valid.",
}
PERSON_ERROR_TEXTS = {
    "no_connection": "The server has no connection to Simkl. Try again in a few minutes.",
    "untrusted": "The server cannot reach Simkl: something else answered in its place. Tell the admin.",
    "unreadable": "The server cannot reach Simkl: something else answered in its place. Tell the admin.",
    "unavailable": "Simkl is having problems or is being upgraded. Try again in a few minutes.",
    "too_fast": "Simkl is having problems or is being upgraded. Try again in a few minutes.",
    "client_id_missing": "This server has no client id of Simkl yet. Tell the admin.",
    "client_id_refused": "Simkl does not accept the client id of this server. Tell the admin.",
    "other_generation": "Simkl does not accept the client id of this server. Tell the admin.",
    "quota_spent": "The daily limit of requests to Simkl is reached. Try again after midnight in New York.",
    "codes_keep_dying": "Simkl keeps issuing codes that do not work. Wait a few minutes, then link again.",
    "settings": "The server cannot keep the link. Tell the admin.",
    "scope_missing": "This link is read-only. Link again and allow writing.",
    "access_denied": "The sign-in was refused at Simkl.",
    "too_many_sign_ins": "Many people are signing in just now. Try again in a few minutes.",
}
UNEXPECTED_TEXT = "Internal error; please report it. The log has the details."


def t(text: str, **values: object) -> str:
    """Translate a text into the language of this request."""
    translate: Translator = g.translate
    return translate(text, **values)


def date_and_time(at: float) -> str:
    """Write seconds since 1970 as date and time of this machine's zone."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def day(at: float) -> str:
    """Write seconds since 1970 as a date."""
    return time.strftime("%Y-%m-%d", time.localtime(at))


def error_text(error: Exception | None) -> str:
    """Return what a person is told of an error, translated."""
    return t(PERSON_ERROR_TEXTS.get(getattr(error, "name", ""), UNEXPECTED_TEXT))


def go_to(endpoint: str, note: str = "", **values: object) -> BaseResponse:
    """Redirect to a page after a form, where it shows the note of this name."""
    extra = {**values, "note": note} if note else values
    return redirect(url_for(endpoint, **extra), code=303)  # type: ignore[arg-type]
