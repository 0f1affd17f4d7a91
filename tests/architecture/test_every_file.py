"""What holds for every module of the plugin and for every text in the checkout."""

from __future__ import annotations

import ast
import importlib
import os
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Iterator

from tests.architecture.graph import module_name
from tests.architecture.sources import PLUGIN, ROOT, Found, Source, misjudged, offenders, sources

LONGEST_MODULE = 300
PICTURES = (".jpg", ".png")
ELSEWHERE = {
    "a path of one machine": re.compile(
        r"(?<![\w.~:/])/(?:home|root|work|workspace|Users)/(?!me\b)\w|\b[A-Z]:\\+Users\b"
    ),
    "a folder outside the checkout": re.compile(r"(?<![\w-])shared[/]"),
    "a host of a package registry": re.compile(r"pythonhosted[.]|index[-]url|pypi[.]org/simple"),
}


def untidy(source: Source) -> Iterator[Found]:
    """Find a module that does not say what it is, or has grown too long."""
    if not (ast.get_docstring(source.tree) or "").strip():
        yield Found(source.path, 1, "no docstring")
    lines = len(source.text.splitlines())
    if lines > LONGEST_MODULE:
        yield Found(source.path, lines, f"more than {LONGEST_MODULE} lines")


def from_elsewhere(text: str) -> Iterator[str]:
    """Yield what means nothing outside the place where it was written, with its line."""
    for what, pattern in ELSEWHERE.items():
        for match in pattern.finditer(text):
            yield f"line {text.count(chr(10), 0, match.start()) + 1}: {what}"


def texts() -> Iterator[Path]:
    """Yield every text of the checkout; what git ignores and pictures are left out."""
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    left_out = [".git", *(line.strip("/") for line in ignored), *(f"*{suffix}" for suffix in PICTURES)]

    def wanted(names: list[str]) -> list[str]:
        return sorted(name for name in names if not any(fnmatch(name, pattern) for pattern in left_out))

    for folder, folders, files in os.walk(ROOT):
        environments = [name for name in folders if Path(folder, name, "pyvenv.cfg").exists()]
        folders[:] = [name for name in wanted(folders) if name not in environments]  # not even looked into
        yield from (Path(folder, name) for name in wanted(files))


def test_a_module_says_what_it_is_and_is_no_longer_than_a_person_reads():
    longest = '"""What it is."""' + "\nx = 1" * (LONGEST_MODULE - 1)
    broken = ["import os", '"""  """\nimport os', "# what it is\nimport os", f"{longest}\nx = 1"]
    assert misjudged(untidy, broken, [longest]) == []
    assert offenders(untidy, *PLUGIN, "tools") == []


def test_a_tool_finds_all_that_it_imports():
    for source in sources("tools"):
        importlib.import_module(module_name(source.path))


def test_the_checkout_stands_alone():
    by_name = {path.relative_to(ROOT).as_posix(): path for path in texts()}
    found = {name: list(from_elsewhere(path.read_text("utf-8", "replace"))) for name, path in by_name.items()}
    assert {name: places for name, places in found.items() if places} == {}
    assert {"plugin.py", "addon.xml", "Makefile", "README.md", ".gitignore", ".ci/run"} <= by_name.keys()
    assert {"lib/simkl/auth/pin.py", "tests/architecture/sources.py", "resources/settings.xml"} <= by_name.keys()
    assert not [name for name in by_name if name.startswith((".venv/", ".git/", "dist/", "build/"))]


# Each in two parts, since this file is looked at as well.
FOREIGN = [
    ("see /home", "/anna/project"),
    ('open("/root', '/x.txt")'),
    ("cd /work", "/main"),
    ("cd /Users", "/anna"),
    ("See shared", "/design.md"),
    ("See ../shared", "/kodi.md"),
    ("files.pythonhost", "ed.org"),
    ("--index-", "url=x"),
]
OUR_OWN = ["~/.config/simkl-plugin", "/home/me/x.yaml", "special://home/addons", "/usr/bin:/bin", "one shared lock"]


def test_what_is_of_one_place_is_told_from_what_is_the_same_everywhere():
    assert [parts for parts in FOREIGN if not list(from_elsewhere("".join(parts)))] == []
    assert list(from_elsewhere("\n".join(OUR_OWN))) == []
