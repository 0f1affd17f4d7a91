"""What holds for every module of the plugin and for every text in the checkout."""

from __future__ import annotations

import ast
import importlib
import os
import re
from collections import defaultdict
from fnmatch import fnmatch
from pathlib import Path
from typing import Iterator

from tests.architecture.sources import PLUGIN, ROOT, Found, Source, misjudged, offenders, sources

LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
SHARED_NAMES = {"log", "main"}  # what every module may have: its logger, and the entry function of a front end
PICTURES = (".jpg", ".png")
ELSEWHERE = {
    "a path of one machine": re.compile(
        r"(?<![\w.~:/])/(?:home|root|work|workspace|Users)/(?!me\b)\w|\b[A-Z]:\\+Users\b"
    ),
    "a folder outside the checkout": re.compile(r"(?<![\w-])shared[/]"),
    "a host of a package registry": re.compile(r"pythonhosted[.]|index[-]url|pypi[.]org/simple"),
}
# What is no longer said, and what is said instead. Prose counts like identifiers.
PRIVATE = {
    "in a box|sandboxes": "the fake Simkl server",
    "[Ss]trict Kodi|StrictKodi": "the Kodi stubs",
    "[Ff]aces?": "front end",
    "(?<!living )(?<!Living )(?<!across the )rooms?": "package",
    "the (?:front )?door": "the entry point",
    "the house": "the architecture",
    "turn at Simkl|Turns": "the request lock",
    "[Pp]atience": "back-off, time-out",
    "[Oo]bstacle": "poison message",
    "[Ww]ishes|Telling": "preferences",
    "PlayerEars|Heard|MovedClock|Standings?": "PlayerMonitor, PlayerMessage, CachedMatch, DeliveryState",
    "is_lame|begin_anew|start_patiently|asked_anew|give_back": "the name of today",
    "rehearse|nudge|legible|while_kodi_runs": "the name of today",
    "[Dd]efects?": "internal error",
}
ANY_PRIVATE = re.compile(rf"\b(?:{'|'.join(PRIVATE)})\b")
WITH_WORDS = (".py", ".md", ".xml", ".yaml", ".toml", ".html", ".js", ".css", "")
MAY_SAY = {
    "tests/architecture/test_every_file.py": "it names the words",
    "CHANGELOG.md": "what has been is history",
    "LICENSE.txt": "not ours",
    "tests/fakes/simkl/wire.py": "the room on a hotel's login page",
    "tests/unit/tracking/test_identify_kinds.py": "the film Face/Off",
}


def untidy(source: Source) -> Iterator[Found]:
    """Find a module that does not say what it is, and a module or function that has grown too long."""
    if not (ast.get_docstring(source.tree) or "").strip():
        yield Found(source.path, 1, "no docstring")
    lines = len(source.text.splitlines())
    if lines > LONGEST_MODULE:
        yield Found(source.path, lines, f"more than {LONGEST_MODULE} lines")
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno + 1 >= LONGEST_FUNCTION:
            yield source.found(node, node.name)


def public_names(source: Source) -> Iterator[str]:
    """Yield the public names that a module defines at its top level."""
    for node in source.tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names = [node.name]
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
        else:
            names = []
        yield from (name for name in names if not name.startswith("_"))


def defined_twice(modules: list[Source]) -> dict[str, list[str]]:
    """Return each public name that several modules define, with their paths."""
    places: dict[str, list[str]] = defaultdict(list)
    for source in modules:
        for name in set(public_names(source)) - SHARED_NAMES:
            places[name].append(source.path)
    return {name: paths for name, paths in places.items() if len(paths) > 1}


def from_elsewhere(text: str) -> Iterator[str]:
    """Yield what means nothing outside the place where it was written, with its line."""
    for what, pattern in ELSEWHERE.items():
        for match in pattern.finditer(text):
            yield f"line {text.count(chr(10), 0, match.start()) + 1}: {what}"


def private_words(text: str) -> list[str]:
    """Return the words that nobody could search the web for, each with its line and what to say instead."""
    return [
        f"line {text.count(chr(10), 0, match.start()) + 1}, {match.group()!r}: say {instead}"
        for match in ANY_PRIVATE.finditer(text)
        for pattern, instead in PRIVATE.items()
        if re.fullmatch(pattern, match.group())
    ]


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


def test_a_module_says_what_it_is_and_modules_and_functions_are_no_longer_than_a_person_reads():
    longest = '"""What it is."""' + "\nx = 1" * (LONGEST_MODULE - 1)
    function = '"""What it is."""\ndef f():' + "\n    x = 1" * (LONGEST_FUNCTION - 2)
    broken = ["import os", '"""  """\nimport os', "# x\nimport os", f"{longest}\nx = 1", f"{function}\n    x = 1"]
    assert misjudged(untidy, broken, [longest, function]) == []
    assert offenders(untidy, *PLUGIN, "tools", allowed={("tools/menu_icons.py", "menu_icon")}) == []  # a drawing


def test_no_public_name_is_defined_in_two_modules():
    one = Source("lib/a.py", "LIMIT = 1\ndef read(): pass\nlog = 1\n_x = 1")
    other = Source("lib/b.py", "class Thing: pass\nLIMIT, _y = 1, 2\nlog = 2\n_x = 2")
    third = Source("lib/c.py", "read: int = 1")
    assert defined_twice([one, other, third]) == {"LIMIT": ["lib/a.py", "lib/b.py"], "read": ["lib/a.py", "lib/c.py"]}
    assert defined_twice(sources("lib")) == {}


def test_a_tool_finds_all_that_it_imports():
    for source in sources("tools"):
        importlib.import_module(source.module)


def test_the_checkout_stands_alone():
    by_name = {path.relative_to(ROOT).as_posix(): path for path in texts()}
    found = {name: list(from_elsewhere(path.read_text("utf-8", "replace"))) for name, path in by_name.items()}
    assert {name: places for name, places in found.items() if places} == {}
    assert {"plugin.py", "addon.xml", "Makefile", ".gitignore", ".ci/run", "lib/simkl/auth/pin.py"} <= by_name.keys()
    assert not [name for name in by_name if name.startswith((".venv/", ".git/", "dist/", "build/"))]


# Each in two parts, since this file is looked at as well.
FOREIGN = [
    ("see /home", "/anna/project"), ('open("/root', '/x.txt")'), ("cd /work", "/main"), ("cd /Users", "/anna"),
    ("See ../shared", "/kodi.md"), ("files.pythonhost", "ed.org"), ("--index-", "url=x"),
]  # fmt: skip
OUR_OWN = ["~/.config/simkl-plugin", "/home/me/x.yaml", "special://home/addons", "/usr/bin:/bin", "one shared lock"]


def test_what_is_of_one_place_is_told_from_what_is_the_same_everywhere():
    assert [parts for parts in FOREIGN if not list(from_elsewhere("".join(parts)))] == []
    assert list(from_elsewhere("\n".join(OUR_OWN))) == []


def test_every_word_is_the_fields_own():
    private = ["A Simkl in a box", "the face of the TV", "no turn at Simkl", "a defect", "the door", "two rooms"]
    assert [text for text in private if not private_words(text)] == []
    assert private_words("a TV in the living room, an interface, the default surface") == []
    by_name = {path.relative_to(ROOT).as_posix(): path for path in texts() if path.suffix in WITH_WORDS}
    found = {name: private_words(path.read_text("utf-8")) for name, path in by_name.items() if name not in MAY_SAY}
    assert {name: words for name, words in found.items() if words} == {}
