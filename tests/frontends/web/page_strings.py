"""Every text that the pages translate: what templates and modules hand to `t`, and the tables of texts beside them."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Iterator

from jinja2 import Environment, nodes

from lib.web import app
from lib.web.page_texts import LANGUAGES
from lib.web.pages import admin, server_view, verdict_texts, wording

WEB = Path(app.__file__).resolve().parent


def in_templates() -> set[str]:
    """Return the texts in templates; a text that is no literal must come from a table below."""
    found: set[str] = set()
    environment = Environment()
    for path in sorted((WEB / "templates").glob("*.html")):
        tree = environment.parse(path.read_text(encoding="utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "t":
                found.update(_literals(call.args[0]))
    return found


def _literals(node: Any) -> Iterator[str]:
    if isinstance(node, nodes.Const):
        yield node.value
    elif isinstance(node, nodes.CondExpr):
        yield from _literals(node.expr1)
        yield from _literals(node.expr2)


def in_modules() -> set[str]:
    """Return the texts in Python."""
    found = set()
    for path in sorted(WEB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "t"
            if called and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
            if isinstance(node, ast.keyword) and node.arg == "heading" and isinstance(node.value, ast.Constant):
                found.add(node.value.value)
    return found - {""}


def in_tables() -> set[str]:
    """Return the texts in tables that are translated when they are shown."""
    found = {tag.text for table in (wording.OUTCOME_TAGS, wording.TRACKED_TAGS, app.NOTES) for tag in table.values()}
    for table in (wording.REASON_TEXTS, wording.WHY_TEXTS, wording.PERSON_ERROR_TEXTS):
        found |= set(table.values())
    found |= {text for pair in app.ERROR_PAGES.values() for text in pair} | {wording.UNEXPECTED_TEXT}
    found |= {label for _, label in admin.PAGES}
    found |= {*verdict_texts.DETAIL_TEXTS, *verdict_texts.EXCLUSION_TEXTS, *verdict_texts.REFUSAL_TEXTS.values()}
    for guide in server_view.SETUP_GUIDES:
        found |= {guide.picture_says, *guide.steps}
    return found


@lru_cache(maxsize=1)
def all_texts() -> set[str]:
    """Return every text of the pages."""
    return in_templates() | in_modules() | in_tables()


def placeholders(text: str) -> set[str]:
    """Return the names of the values that are put into a text."""
    return set(re.findall(r"\{(\w*)", text))


FOREIGN = [language for language in LANGUAGES if language != "en"]
