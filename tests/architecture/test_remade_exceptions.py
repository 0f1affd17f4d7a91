"""What runs in Kodi never catches by its class what a C module raises: `lib/system/exceptions.py` says why."""

from __future__ import annotations

import ast
from typing import Iterator

from tests.architecture.sources import Found, Source, misjudged, offenders

IN_KODI = ("lib/kodi", "lib/tracking", "lib/account", "lib/simkl", "lib/system")
REMADE = ("sqlite3.", "_queue.", "queue.", "ssl.", "socket.")


def catches_by_class(source: Source) -> Iterator[Found]:
    """Find `except` and `suppress` with a class that another script's import may have replaced."""
    for node in source.nodes:
        kinds: list[ast.expr] = []
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        elif isinstance(node, ast.Call) and source.full_name(node.func) == "contextlib.suppress":
            kinds = node.args
        for kind in kinds:
            name = source.full_name(kind)
            if name.startswith(REMADE):
                yield source.found(node, name)


def test_nothing_is_caught_by_a_class_that_may_have_been_replaced():
    assert offenders(catches_by_class, *IN_KODI) == []


def test_each_way_to_do_so_is_told_from_what_is_made_in_python():
    broken = [
        "import sqlite3\ntry:\n    f()\nexcept sqlite3.Error:\n    pass",
        "import sqlite3\ntry:\n    f()\nexcept (OSError, sqlite3.DatabaseError) as error:\n    raise",
        "from queue import Empty\ntry:\n    f()\nexcept Empty:\n    pass",
        "import socket as s\ntry:\n    f()\nexcept s.timeout:\n    pass",
        "import contextlib, ssl\nwith contextlib.suppress(ssl.SSLError):\n    f()",
    ]
    kept = [
        "import sqlite3\nfrom lib.system.exceptions import ignored\nwith ignored(sqlite3.Error):\n    f()",
        "try:\n    f()\nexcept OSError:\n    pass",
        "import requests\ntry:\n    f()\nexcept requests.exceptions.SSLError:\n    pass",
    ]
    assert misjudged(catches_by_class, broken, kept) == []
