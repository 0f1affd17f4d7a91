"""The tree of errors: what is drawn is what there is, and every error tells a person what to do."""

from __future__ import annotations

import re

import pytest

from lib.simkl import errors
from lib.simkl.errors import SimklError

# What each error tells a person to do, or that there is nothing to do.
ADVICE = {
    "SimklError": "Try again in a few minutes",
    "TransientError": "Try again in a few minutes",
    "Unreachable": "Check the network",
    "NotSent": "Check the network",
    "Untrusted": "Check the date and time",
    "Unreadable": "Open any web page",
    "Unavailable": "Retrying automatically",
    "TooFast": "Retrying automatically after a pause",
    "AuthorizationPending": "Checking again automatically",
    "PollingTooFast": "after a longer pause",
    "RequestRefused": "Try again in a few minutes",
    "ClientIdRefused": "Compare it with the one at simkl.com/settings/developer",
    "OtherGeneration": "get a client ID for AUTH V1 at simkl.com/settings/developer",
    "TokenRefused": "Link again",
    "TokenMissing": "Link one first",
    "ScopeMissing": "Link again and allow writing",
    "NotAllowed": "See at simkl.com",
    "QuotaSpent": "midnight in New York; try again then",
    "BadRequest": "please report it",
    "NotFound": "Look for it at simkl.com",
    "AlreadyWatched": "nothing to do",
    "CodeExpired": "Request a new one",
    "GrantRefused": "Link again",
    "AccessDenied": "Link again if",
    "SecretRefused": "Compare simkl.client_secret with the one at simkl.com/settings/developer, then link again",
    "RedirectRefused": "Register simkl.redirect_uri",
    "CodesKeepDying": "Wait a few minutes, then link again",
    "UnknownError": "Check for a newer version",
}
KINDS = {kind: getattr(errors, kind) for kind in ADVICE}


def drawn() -> dict[str, str]:
    """Read the tree in the module's docstring: each class and the one it hangs on."""
    parents: dict[str, str] = {}
    branch: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"    ((?:│   |    )*)(?:[├└]── )?([A-Z]\w+)", line)
        if found and ("── " in line or line.strip() == "SimklError"):
            depth = len(found[1]) // 4 + ("── " in line)
            branch = [*branch[:depth], found[2]]
            parents[found[2]] = branch[depth - 1] if depth else "LinkError"
    return parents


def everything(kind: type = SimklError) -> dict[str, str]:
    """Return each class of the module and the one it derives from."""
    tree = {kind.__name__: kind.__bases__[0].__name__}
    for child in (each for each in kind.__subclasses__() if each.__module__ == errors.__name__):
        tree.update(everything(child))
    return tree


def test_the_drawn_tree_is_the_tree_and_there_is_advice_for_all_of_it():
    assert drawn() == everything()
    assert set(ADVICE) == set(everything())


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_says_in_whole_sentences_what_to_do_or_something_else(kind):
    said = str(KINDS[kind]())
    assert ADVICE[kind] in said
    assert re.fullmatch(r"[A-Z][^\n]*[a-z]\.", said)
    error = KINDS[kind]("Something special.", status=400, identifier="x", retry_after=5.0)
    assert str(error) == "Something special."
    assert (error.status, error.identifier, error.retry_after) == (400, "x", 5.0)


def test_every_error_has_a_name_for_programs_and_a_sentence_of_its_own():
    names = {kind: each.name for kind, each in KINDS.items()}
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names.values())
    assert names.pop("NotSent") == names["Unreachable"] == "no_connection"  # the same thing to whoever waits
    assert len(set(names.values())) == len(names)
    refusals = [each.sentence for each in KINDS.values() if issubclass(each, errors.RequestRefused)]
    assert len(set(refusals) - {errors.RequestRefused.sentence}) == len(refusals) - 1


def test_every_error_is_either_waited_out_or_final():
    roots = {"SimklError", "TransientError", "RequestRefused"}
    for each in (KINDS[kind] for kind in KINDS if kind not in roots):
        assert issubclass(each, errors.TransientError) != issubclass(each, errors.RequestRefused)
