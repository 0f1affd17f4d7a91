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
    r"^[ \t]*(?:import|from)\b[^\n]*\b(?:time|asyncio|gevent)\b[\s\S]*\bsleep\b"
    r"|(?<!fmt: )\b(?:skip|skip[iI]f|skipUnless|skipTest|SkipTest|importorskip|xfail|expectedFailure)\b",
    re.MULTILINE,
)
GIVEN_UP = {
    "its failure is thrown away": re.compile(r"\|\|\s*(?:true\b|:(?:\s|$)|exit\s+0\b)|;\s*true\s*$|\bset \+e\b"),
    "told to succeed": re.compile(r"--exit-zero\b|--suppress-tests-failed|--no-error\b|continue-on-error"),
    "make ignores its failure": re.compile(r"^\t@?-|^\.IGNORE\b|\bmake\b.*\s(?:-i|--ignore-errors|-k|--keep-going)\b"),
}


def sleeps(source: Source) -> Iterator[Found]:
    """Find every use of a sleep, called or handed on."""
    return (source.found(node, name) for name, node in source.used if name in SLEEPS)


def leaves_out(source: Source) -> Iterator[Found]:
    """Find what keeps a test from running or from failing."""
    left_out = [each for each in source.used if each[0] in LEFT_OUT or each[0].endswith(".skipTest")]
    return (source.found(node, name) for name, node in left_out)


def gives_up(text: str) -> list[str]:
    """Return commands whose failure nobody would hear of."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return [f"{line}: {what}" for line in lines for what, pattern in GIVEN_UP.items() if pattern.search(line)]


def test_no_test_sleeps_or_is_left_out():
    sleeping = [
        "import time\ntime.sleep(1)", "from time import sleep as nap\nnap(1)", "import time as t\nt.sleep(1)",
        "import time\nwait(sleep=time.sleep)", "import asyncio\nasyncio.sleep(1)",
    ]  # fmt: skip
    left_out = [
        "import pytest\n@pytest.mark.skip\ndef test_x(): pass",
        "import pytest\npytestmark = pytest.mark.skipif(True, reason='x')",
        "from pytest import mark\n@mark.xfail(strict=True)\ndef test_x(): pass",
        "from pytest import skip\nskip('x')",
        "class T(unittest.TestCase):\n    def test(self): self.skipTest('x')",
    ]
    assert all(SUSPICIOUS.search(text) for text in sleeping + left_out)
    assert misjudged(sleeps, sleeping, ["import threading\nthreading.Event().wait(1)", "kodi.sleep(5)"]) == []
    assert misjudged(leaves_out, left_out, ["skip = 1\nbox.slow"]) == []
    suspects = [source for source in sources("tests") if SUSPICIOUS.search(source.text)]
    assert [each for source in suspects for each in leaves_out(source)] == []
    assert {each.path for source in suspects for each in sleeps(source)} == set(MAY_SLEEP)


def test_the_verbs_and_ci_fail_when_something_fails():
    broken = [
        "\truff check . || true", "\tmypy ||true", "pytest || :", "pytest || exit 0", "\truff check --exit-zero .",
        "\t-pytest tests", "\t@-pytest tests", "\tpytest; true", "set +e", "make -k test",
    ]  # fmt: skip
    honest = ["\trm -rf build", "true", "a || b", "# no || true here", "clean:  ## true - or not"]
    assert [line for line in broken if not gives_up(line)] == []
    assert gives_up("\n".join(honest)) == []
    makefile, ci = ((ROOT / path).read_text(encoding="utf-8") for path in ("Makefile", ".ci/run"))
    assert gives_up(makefile) + gives_up(ci) == []
    verbs = {"make check", "make test", "make web", "make chance", "make zip", "make kodi"}
    assert {"set -euo pipefail", *verbs} <= set(ci.splitlines())
