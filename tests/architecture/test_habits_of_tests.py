"""Tests wait on conditions and never sleep, leave nothing out, and no check is told to succeed anyway."""

from __future__ import annotations

import re
from typing import Iterator

from tests.architecture.sources import ROOT, Found, Source, misjudged, sources

SLEEPS = {"time.sleep", "asyncio.sleep", "gevent.sleep"}
MAY_SLEEP = {"tests/real_kodi/waiting.py": "the bounded waits on a real Kodi, which announces nothing"}
LEFT_OUT = {
    "pytest.importorskip", "pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail", "pytest.skip", "pytest.xfail",
    "unittest.SkipTest", "unittest.expectedFailure", "unittest.skip", "unittest.skipIf", "unittest.skipUnless",
}  # fmt: skip
SUSPICIOUS = re.compile(  # no other file is worth the parsing
    r"\b(?:sleep|skip|skip[iI]f|skipUnless|skipTest|SkipTest|importorskip|xfail|expectedFailure)\b"
)
VERBS = ("Makefile", ".ci/run")
GIVEN_UP = {
    "its failure is thrown away": re.compile(r"\|\|\s*(?:true\b|:(?:\s|$)|exit\s+0\b)|;\s*true\s*$|\bset \+e\b"),
    "told to succeed": re.compile(r"--exit-zero\b|--suppress-tests-failed|--no-error\b|continue-on-error"),
    "make ignores its failure": re.compile(r"^\t@?-|^\.IGNORE\b|\bmake\b.*\s(?:-i|--ignore-errors|-k|--keep-going)\b"),
}


def sleeps(source: Source) -> Iterator[Found]:
    """Find every use of a sleep, called or handed on."""
    for name, node in source.used:
        if name in SLEEPS:
            yield source.found(node, name)


def leaves_out(source: Source) -> Iterator[Found]:
    """Find what keeps a test from running or from failing."""
    for name, node in source.used:
        if name in LEFT_OUT or name.endswith(".skipTest"):
            yield source.found(node, name)


def gives_up(path: str, text: str) -> Iterator[Found]:
    """Find commands whose failure nobody would hear of."""
    for number, line in enumerate(text.splitlines(), 1):
        for what, pattern in GIVEN_UP.items():
            if pattern.search(line) and not line.lstrip().startswith("#"):
                yield Found(path, number, what)


def test_no_test_sleeps_or_is_left_out():
    suspects = [source for source in sources("tests") if SUSPICIOUS.search(source.text)]
    assert suspects
    assert [each for source in suspects for each in leaves_out(source)] == []
    found = [each for source in suspects for each in sleeps(source)]
    assert [each for each in found if each.path not in MAY_SLEEP] == []
    assert {each.path for each in found} == set(MAY_SLEEP), "an exception that nobody needs any more"


def test_the_verbs_fail_when_something_fails():
    assert [each for path in VERBS for each in gives_up(path, (ROOT / path).read_text(encoding="utf-8"))] == []


def test_ci_stops_at_the_first_failure_and_runs_the_verbs():
    lines = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    assert "set -euo pipefail" in lines
    verbs = [line for line in lines if line.startswith("make ")]
    assert {"make check", "make test", "make web", "make chance", "make zip", "make kodi"} <= set(verbs)


def test_a_sleep_is_told_from_waiting_on_a_condition():
    broken = [
        "import time\ntime.sleep(1)",
        "from time import sleep as nap\nnap(1)",
        "import time as t\nt.sleep(1)",
        "import time\nwait(sleep=time.sleep)",
        "import asyncio\nasyncio.sleep(1)",
    ]
    assert misjudged(sleeps, broken, ["import threading\nthreading.Event().wait(1)", "kodi.sleep(5)"]) == []


def test_a_test_that_is_left_out_is_noticed():
    broken = [
        "import pytest\n@pytest.mark.skip\ndef test_x(): pass",
        "import pytest\npytestmark = pytest.mark.skipif(True, reason='x')",
        "from pytest import mark\n@mark.xfail(strict=True)\ndef test_x(): pass",
        "from pytest import skip\nskip('x')",
        "import pytest as p\nx = p.importorskip('x')",
        "class T(unittest.TestCase):\n    def test(self): self.skipTest('x')",
    ]
    assert misjudged(leaves_out, broken, ["skip = 1\nbox.slow"]) == []


def test_a_check_that_cannot_fail_is_told_from_an_honest_command():
    broken = [
        "\truff check . || true", "\tmypy ||true", "pytest || :", "pytest || exit 0", "\truff check --exit-zero .",
        "\t-pytest tests", "\t@-pytest tests", "\tpytest; true", "set +e", "make -k test",
    ]  # fmt: skip
    honest = ["\trm -rf build", "true", "a || b", "# no || true here", "clean:  ## true - or not"]
    assert [line for line in broken if not list(gives_up("Makefile", line))] == []
    assert list(gives_up("Makefile", "\n".join(honest))) == []
