"""The pages in five languages: every text translated, with the same placeholders, and none that nobody uses."""

from __future__ import annotations

import ast
import inspect
import logging
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Iterator

import polib
import pytest
from flask import Flask, g
from jinja2 import Environment, nodes

from lib.simkl import errors
from lib.tracking import exclusions, extras, identify
from lib.tracking.delivery.policy import DeliveryAction, PlayFault, decide
from lib.web import app
from lib.web.page_texts import LANGUAGES, PageTexts
from lib.web.pages import admin, server_view, verdict_texts, wording
from lib.web.pages.verdict_texts import detail_text
from tests.frontends.web.site import a_delivery, page_texts

WEB = Path(app.__file__).resolve().parent
FILES = sorted((WEB / "translations").glob("*.po"))
FOREIGN = [language for language in LANGUAGES if language != "en"]
VALUE = "8"  # stands where a sentence has a value


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
    for node in (node for path in sorted(WEB.rglob("*.py")) for node in ast.walk(ast.parse(path.read_text("utf-8")))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "t":
            found |= {each.value for each in node.args[:1] if isinstance(each, ast.Constant)}
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
    return in_templates() | in_modules() | in_tables()


def placeholders(text: str) -> set[str]:
    """Return the names of the values that are put into a text."""
    return set(re.findall(r"\{(\w*)", text))


@pytest.mark.parametrize("language", FOREIGN)
def test_every_text_is_translated_and_keeps_its_placeholders(language):
    translate = page_texts().translator(language)
    same = []
    for text in all_texts():
        names = placeholders(text)
        shown = translate(text, **{name: f"<{name}>" for name in names})
        assert all(f"<{name}>" in shown for name in names), text
        if translate(text, **{name: f"{{{name}}}" for name in names}) == text:
            same.append(text)
    assert [text for text in same if len(text) > 12] == []  # short words may be the same in both languages


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_translation_is_left_over_or_a_second_one_of_kodis(path):
    assert [each.stem for each in FILES] == ["de_de", "es_es", "fr_fr", "pt_br"]
    used = all_texts()
    language = WEB.parents[1] / "resources" / "language" / f"resource.language.{path.stem}"
    kodi = polib.pofile(str(language / "strings.po"))
    translated = {entry.msgid for entry in kodi if entry.msgstr}
    own = [entry.msgid for entry in polib.pofile(str(path))]
    assert [text for text in own if text not in used] == []
    assert [text for text in own if text in translated] == []
    assert len(own) == len(set(own))


def test_a_translation_with_other_placeholders_gives_way_to_english(caplog):
    caplog.set_level(logging.WARNING)
    texts = PageTexts({"de": {"Linked as {name}": "Verknüpft mit {nam}"}})
    assert texts.translator("de")("Linked as {name}", name="ana") == "Linked as ana"
    assert "other placeholders" in caplog.text


def test_what_is_kept_of_a_delivery_is_shown_in_the_readers_language(site, admin):
    details = ("Simkl has it: {0} {name}.", "Stopped; not watched.", "An error of a new kind.", "Simkl has it: A film.")
    site.tracking.rows = [a_delivery(n, "A film", "sent", detail=detail) for n, detail in enumerate(details, 1)]
    page = admin.get("/deliveries?lang=de").text
    assert "Simkl hat es: A film." not in page  # which its outcome says already
    for shown in ("Simkl hat es: {0} {name}.", "Beendet; nicht gesehen.", "An error of a new kind."):
        assert shown in page


def text_of(node: ast.AST) -> str:
    """Return the text that a node of a program is, with a value in each place for one, or nothing."""
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(each) or VALUE for each in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def sentences() -> set[str]:
    """Return the sentences that a delivery can be kept with, as they stand in the program."""
    found = {f"Simkl did not accept it: {VALUE}", "An empty event is not about watching something."}
    for path in (path for folder in ("hooks", "playing", "delivery") for path in (WEB / folder).glob("*.py")):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        no_sentences = {each for node in nodes if isinstance(node, ast.JoinedStr) for each in node.values}
        no_sentences |= {node.value for node in nodes if isinstance(node, ast.Expr)}  # docstrings
        found |= {text_of(node) for node in nodes if node not in no_sentences}
    told = {sentence for sentence in found if re.fullmatch(r"[A-Z8].* .*[.8]", sentence)}
    return told - {f"The account {VALUE} is not linked to Simkl."}  # the error of a search


def reasons() -> set[str]:
    """Return the reasons for which something is not tracked."""
    found = {extras.TRAILER, extras.SAMPLE, extras.EXTRA}
    for node in ast.walk(ast.parse(inspect.getsource(identify))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Ignored":
            found.add(text_of(node.args[0]))
    for node in ast.walk(ast.parse(inspect.getsource(exclusions.exclusion_reason))):
        if isinstance(node, ast.Return):
            found.add(text_of(node.value))
    return found - {""}


@pytest.mark.parametrize("language", FOREIGN)
def test_no_sentence_of_a_verdict_is_left_in_english(language):
    """In any language but English: the sentences, and the reasons in them."""
    refusals = {f"Simkl did not accept it: {error.sentence}" for error in (PlayFault, *refusing_errors())}
    exclusions = {f"Not tracked: {reason}." for reason in reasons()}
    assert len(sentences()) > 30 and len(exclusions) > 10 and len(refusals) > 5
    with Flask("a page").app_context():
        g.translate = page_texts().translator(language)
        for sentence in sentences() | exclusions | refusals:
            shown, inner = detail_text(sentence), sentence.partition(": ")[2].replace(VALUE, "").strip(" :.")
            assert shown != sentence, sentence
            assert not inner or inner not in shown, shown


def refusing_errors():
    """Return the errors of Simkl after which a play is put aside: at once, or when they lasted for days."""
    known = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.SimklError)]
    at_once = {each for each in known if decide(each()).action is DeliveryAction.REJECT}
    in_sign_ins_only = {errors.CodeExpired, errors.AccessDenied, errors.RedirectRefused, errors.CodesKeepDying}
    return at_once - in_sign_ins_only | {errors.NotFound, errors.Unavailable, errors.Unreadable}


def test_the_browser_says_the_language_and_a_chosen_one_is_remembered(local):
    page = local.get("/first-password", headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}).text
    assert '<html lang="de">' in page and "Passwort setzen" in page
    assert "Definir uma senha" in local.get("/first-password?lang=pt-BR").text
    assert "Definir uma senha" in local.get("/first-password", headers={"Accept-Language": "de"}).text
