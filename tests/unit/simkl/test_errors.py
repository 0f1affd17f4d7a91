"""The tree of errors: what is drawn is what there is, and every error tells a person what to do."""

from __future__ import annotations

import re

import pytest

from lib.simkl import errors
from lib.simkl.errors import SimklError


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


KINDS = {kind: getattr(errors, kind) for kind in everything()}


def test_the_drawn_tree_is_the_tree():
    assert drawn() == everything()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_an_error_says_in_whole_sentences_what_is_wrong_and_what_to_do_or_something_else(kind):
    assert re.fullmatch(r"[A-Z][^\n]*[a-z)I]\. [A-Z][^\n]*[a-z]\.", str(kind()))
    error = kind("Something special.", status=400, identifier="x", retry_after=5.0)
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
