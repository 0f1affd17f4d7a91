"""What holds for every module of the plugin and for every text in the checkout."""

from __future__ import annotations

import ast
import importlib
import os
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Iterator

import pytest

from tests.architecture.graph import module_name
from tests.architecture.sources import PLUGIN, ROOT, Found, Source, sources

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


def from_elsewhere(path: str, text: str) -> Iterator[Found]:
    """Find what means nothing outside the place where it was written."""
    for number, line in enumerate(text.splitlines(), 1):
        for what, pattern in ELSEWHERE.items():
            if pattern.search(line):
                yield Found(path, number, what)


def texts() -> Iterator[Path]:
    """Yield every text of the checkout; what git ignores and pictures are left out."""
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    left_out = [".git", *(line.strip("/") for line in ignored), *(f"*{suffix}" for suffix in PICTURES)]

    def wanted(names: list[str]) -> list[str]:
        return sorted(name for name in names if not any(fnmatch(name, pattern) for pattern in left_out))

    for folder, folders, files in os.walk(ROOT):
        folders[:] = wanted(folders)  # what other tests write meanwhile is not even looked at
        yield from (Path(folder, name) for name in wanted(files))


@pytest.mark.parametrize("source", sources(*PLUGIN, "tools"), ids=lambda source: source.path)
def test_a_module_says_what_it_is_and_is_no_longer_than_a_person_reads(source):
    assert list(untidy(source)) == []


@pytest.mark.parametrize("source", sources("tools"), ids=lambda source: source.path)
def test_a_tool_finds_all_that_it_imports(source):
    importlib.import_module(module_name(source.path))


UNTIDY = {
    "nothing said": "import os",
    "an empty docstring": '"""  """\nimport os',
    "a comment is no docstring": "# what it is\nimport os",
    "too long": '"""What it is."""\n' + "x = 1\n" * LONGEST_MODULE,
}


@pytest.mark.parametrize("text", UNTIDY.values(), ids=UNTIDY.keys())
def test_an_untidy_module_is_noticed(text):
    assert list(untidy(Source("lib/sample.py", text)))


def test_the_checkout_stands_alone():
    found = [
        each
        for path in texts()
        for each in from_elsewhere(
            path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8", errors="replace")
        )
    ]
    assert found == []


def test_every_kind_of_text_is_looked_at():
    looked_at = {path.relative_to(ROOT).as_posix() for path in texts()}
    assert {"plugin.py", "addon.xml", "Makefile", "README.md", ".gitignore", ".ci/run"} <= looked_at
    assert {"lib/simkl/auth/pin.py", "tests/architecture/sources.py", "resources/settings.xml"} <= looked_at
    assert not {path for path in looked_at if path.startswith((".venv/", ".git/", "dist/", "build/"))}


STRANGE = {
    "a home": ("see", "home", "anna/project"),
    "the home of root": ('open("', "root", "x.txt"),
    "a workspace": ("cd", "work", "main"),
    "a Mac": ("cd", "Users", "anna"),
}


@pytest.mark.parametrize(("before", "folder", "after"), STRANGE.values(), ids=STRANGE.keys())
def test_a_path_of_one_machine_is_noticed(before, folder, after):
    space = "" if before.endswith('"') else " "
    assert list(from_elsewhere("sample.py", f"{before}{space}/{folder}/{after}"))


@pytest.mark.parametrize("name", ["{}/design.md", "../{}/kodi.md", "`{}/`"])
def test_a_folder_outside_the_checkout_is_noticed(name):
    assert list(from_elsewhere("README.md", f"See {name.format('sha' + 'red')}."))


@pytest.mark.parametrize("text", ["files.python{}.org", "--index-{}=x", "extra-index-{} = x"])
def test_a_host_of_a_package_registry_is_noticed(text):
    word = "hosted" if text.startswith("files") else "url"
    assert list(from_elsewhere("requirements.txt", text.format(word)))


@pytest.mark.parametrize(
    "text", ["~/.config/simkl-plugin", "/home/me/x.yaml", "special://home/addons", "/usr/bin:/bin", "one shared lock"]
)
def test_what_is_the_same_everywhere_is_left_alone(text):
    assert list(from_elsewhere("sample.py", text)) == []
