"""The pages in five languages: every text translated, with the same placeholders, and none that nobody uses."""

from __future__ import annotations

import logging

import polib
import pytest
from flask import Flask, g

from lib.simkl import errors
from lib.tracking.delivery.policy import DeliveryAction, PlayFault, decide
from lib.web.page_texts import PageTexts
from lib.web.pages.verdict_texts import detail_text
from tests.frontends.web.page_strings import FOREIGN, WEB, all_texts, placeholders
from tests.frontends.web.site import a_delivery, page_texts
from tests.frontends.web.verdict_sentences import VALUE, reasons, sentences

FILES = sorted((WEB / "translations").glob("*.po"))


def test_there_is_a_file_for_each_language():
    assert [path.stem for path in FILES] == ["de_de", "es_es", "fr_fr", "pt_br"]


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


def test_the_browser_says_the_language(local):
    page = local.get("/first-password", headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}).text
    assert '<html lang="de">' in page
    assert "Passwort setzen" in page


def test_a_chosen_language_is_remembered(local):
    assert "Definir uma senha" in local.get("/first-password?lang=pt-BR").text
    assert "Definir uma senha" in local.get("/first-password", headers={"Accept-Language": "de"}).text
