"""Tests wait on conditions and never sleep, leave nothing out, and no check is told to succeed anyway."""

from __future__ import annotations

import re
from typing import Iterator

import pytest

from tests.architecture.sources import ROOT, Found, Source, sources

SLEEPS = {"time.sleep", "asyncio.sleep", "gevent.sleep"}
MAY_SLEEP = {"tests/real_kodi/waiting.py": "the bounded waits on a real Kodi, which announces nothing"}
LEFT_OUT = {
    "pytest.importorskip", "pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail", "pytest.skip", "pytest.xfail",
    "unittest.SkipTest", "unittest.expectedFailure", "unittest.skip", "unittest.skipIf", "unittest.skipUnless",
}  # fmt: skip
SUSPICIOUS = re.compile("sleep|skip|xfail|expectedFailure|SkipTest")  # no other file is worth the reading
VERBS = ("Makefile", ".ci/run")
GIVEN_UP = {
    "its failure is thrown away": re.compile(r"\|\|\s*(?:true\b|:(?:\s|$)|exit\s+0\b)|;\s*true\s*$|\bset \+e\b"),
    "told to succeed": re.compile(r"--exit-zero\b|--suppress-tests-failed|--no-error\b|continue-on-error"),
    "make ignores its failure": re.compile(r"^\t@?-|^\.IGNORE\b|\bmake\b.*\s(?:-i|--ignore-errors|-k|--keep-going)\b"),
}


def sleeps(source: Source) -> Iterator[Found]:
    """Find every use of a sleep, called or handed on."""
    for name, node in [*source.references(), *source.imports()]:
        if name in SLEEPS:
            yield source.found(node, name)


def leaves_out(source: Source) -> Iterator[Found]:
    """Find what keeps a test from running or from failing."""
    for name, node in [*source.references(), *source.imports()]:
        if name in LEFT_OUT or name.endswith(".skipTest"):
            yield source.found(node, name)


def gives_up(path: str, text: str) -> Iterator[Found]:
    """Find commands whose failure nobody would hear of."""
    for number, line in enumerate(text.splitlines(), 1):
        for what, pattern in GIVEN_UP.items():
            if pattern.search(line) and not line.lstrip().startswith("#"):
                yield Found(path, number, what)


@pytest.mark.parametrize("rule", [sleeps, leaves_out])
def test_no_test_sleeps_or_is_left_out(rule):
    suspects = [source for source in sources("tests") if SUSPICIOUS.search(source.text)]
    found = [each for source in suspects for each in rule(source) if each.path not in MAY_SLEEP]
    assert suspects
    assert found == []


def test_who_may_sleep_still_does():
    assert {each.path for source in sources(*MAY_SLEEP) for each in sleeps(source)} == set(MAY_SLEEP)


@pytest.mark.parametrize("path", VERBS)
def test_the_verbs_fail_when_something_fails(path):
    text = (ROOT / path).read_text(encoding="utf-8")
    assert list(gives_up(path, text)) == []


def test_ci_stops_at_the_first_failure_and_runs_the_verbs():
    lines = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    assert "set -euo pipefail" in lines
    verbs = [line for line in lines if line.startswith("make ")]
    assert {"make check", "make test", "make web", "make chance", "make zip", "make kodi"} <= set(verbs)


BROKEN = {
    "a sleep": (sleeps, "import time\ntime.sleep(1)"),
    "a sleep by another name": (sleeps, "from time import sleep as nap\nnap(1)"),
    "a sleep by another module": (sleeps, "import time as t\nt.sleep(1)"),
    "a sleep handed on": (sleeps, "import time\nwait(sleep=time.sleep)"),
    "asyncio": (sleeps, "import asyncio\nasyncio.sleep(1)"),
    "skip": (leaves_out, "import pytest\n@pytest.mark.skip\ndef test_x(): pass"),
    "skipif": (leaves_out, "import pytest\npytestmark = pytest.mark.skipif(True, reason='x')"),
    "xfail": (leaves_out, "from pytest import mark\n@mark.xfail(strict=True)\ndef test_x(): pass"),
    "a skip within": (leaves_out, "from pytest import skip\nskip('x')"),
    "importorskip": (leaves_out, "import pytest as p\nx = p.importorskip('x')"),
    "unittest": (leaves_out, "class T(unittest.TestCase):\n    def test(self): self.skipTest('x')"),
}


@pytest.mark.parametrize(("rule", "text"), BROKEN.values(), ids=BROKEN.keys())
def test_a_bad_habit_is_noticed(rule, text):
    assert list(rule(Source("tests/unit/test_sample.py", text)))


@pytest.mark.parametrize("text", ["import threading\nthreading.Event().wait(1)", "kodi.sleep(5)", "skip = 1\nbox.slow"])
def test_waiting_on_a_condition_is_left_alone(text):
    source = Source("tests/unit/test_sample.py", text)
    assert [*sleeps(source), *leaves_out(source)] == []


@pytest.mark.parametrize(
    "line",
    [
        "\truff check . || true",
        "\tmypy ||true",
        "pytest || :",
        "pytest || exit 0",
        "\truff check --exit-zero .",
        "\t-pytest tests",
        "\t@-pytest tests",
        "\tpytest; true",
        "set +e",
        "make -k test",
    ],
)
def test_a_check_that_cannot_fail_is_noticed(line):
    assert list(gives_up("Makefile", line))


@pytest.mark.parametrize("line", ["\trm -rf build", "true", "a || b", "# no || true here", "clean:  ## true - or not"])
def test_an_honest_command_is_left_alone(line):
    assert list(gives_up("Makefile", line)) == []
