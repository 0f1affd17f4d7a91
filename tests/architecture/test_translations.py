"""Every language has every text, up to date with the English one, and the same placeholders."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Iterator

import polib

from tests.architecture.sources import ROOT

FOLDER = ROOT / "resources" / "language"
ENGLISH = "en_gb"
LANGUAGES = ("de_de", "es_es", "fr_fr", "pt_br")
FIRST_LINE = "# Simkl Link language file"
# Words that are names, and stay what they are.
NAMES = ("Simkl Link", "Simkl", "Kodi", "PIN", "AUTH V1", "simkl.com/settings/developer", "TV, devices & command line")
METADATA = ("summary", "description", "disclaimer")


def file_of(language: str) -> Path:
    """Return where Kodi looks for the texts of a language."""
    return FOLDER / f"resource.language.{language}" / "strings.po"


def placeholders(text: str) -> list[str]:
    """Return what is replaced by a value, in alphabetical order."""
    return sorted(re.findall(r"\{\w*\}", text))


def badly_written(language: str, raw: bytes) -> Iterator[str]:
    """Say what Kodi would stumble over in a language file."""
    text = raw.decode("utf-8")
    if not text.startswith(f"{FIRST_LINE}\n"):
        yield "the first line is not our comment; Kodi then takes the file for no language file"
    if "\r" in text or text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}"):
        yield "Windows line ends or a byte order mark"
    entries = polib.pofile(text)
    if entries.metadata.get("Language", "").lower() != language:
        yield f"the header says {entries.metadata.get('Language')!r}"
    if entries.metadata.get("Content-Type") != "text/plain; charset=UTF-8":
        yield "the header does not say UTF-8"
    contexts = [entry.msgctxt or "" for entry in entries]
    yield from (f"{each} is no `#30000`" for each in contexts if not re.fullmatch(r"#3[0-3]\d{3}", each))
    yield from sorted({f"{each} is there twice" for each in contexts if contexts.count(each) > 1})
    if contexts != sorted(contexts):
        yield "the texts are not in the order of their numbers"


def out_of_step(english: polib.POFile, translated: polib.POFile) -> Iterator[str]:
    """Say what a translation lacks, has too much, or says about another English text."""
    wanted = {entry.msgctxt: entry.msgid for entry in english}
    given = {entry.msgctxt: entry for entry in translated}
    yield from (f"{each} is missing" for each in sorted(wanted.keys() - given.keys()))
    yield from (f"{each} is not in English" for each in sorted(given.keys() - wanted.keys()))
    for number in sorted(wanted.keys() & given.keys()):
        entry, text = given[number], wanted[number]
        if entry.msgid != text:
            yield f"{number} translates {entry.msgid!r}, but the text is now {text!r}"
        elif entry.fuzzy or entry.obsolete or not entry.msgstr.strip():
            yield f"{number} has no translation"
        else:
            yield from (f"{number} {problem}" for problem in badly_translated(text, entry.msgstr))


def badly_translated(text: str, translation: str) -> Iterator[str]:
    """Say what is wrong with one translation, as far as a program can tell."""
    if placeholders(translation) != placeholders(text):
        yield f"has the placeholders {placeholders(translation)}, not {placeholders(text)}"
    lost = [name for name in NAMES if name in text and name not in translation]
    if lost:
        yield f"lost {lost}"
    if len(translation) > 1.3 * len(text) + 10:
        yield f"is {len(translation)} characters long, {len(text)} in English: too long for its place on the TV"
    if translation != translation.strip() or translation.count("\n") != text.count("\n"):
        yield "has spaces or line breaks that the English text has not"


def test_kodi_can_read_every_language_file_and_there_is_no_other():
    problems = {each: list(badly_written(each, file_of(each).read_bytes())) for each in (ENGLISH, *LANGUAGES)}
    assert {language: found for language, found in problems.items() if found} == {}
    assert {path.name for path in FOLDER.iterdir()} == {f"resource.language.{each}" for each in problems}


def test_every_language_says_everything_that_english_says_now():
    english = polib.pofile(str(file_of(ENGLISH)))
    assert len(english) > 50
    assert [entry.msgctxt for entry in english if entry.msgstr or not entry.msgid] == [], "English translates nothing"
    for language in LANGUAGES:
        assert list(out_of_step(english, polib.pofile(str(file_of(language))))) == [], language


def test_the_add_on_is_described_in_every_language():
    root = ElementTree.parse(ROOT / "addon.xml").getroot()
    for tag in METADATA:
        texts = {node.get("lang", "").lower(): (node.text or "").strip() for node in root.iter(tag)}
        assert texts.keys() == {ENGLISH, *LANGUAGES}
        assert len(set(texts.values())) == len(texts)
        assert all("Simkl" in text and len(text) <= 1500 for text in texts.values())


def _po(*entries: tuple[str, str, str], language: str = "de_DE", first: str = FIRST_LINE) -> str:
    head = (
        f'{first}\nmsgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
    )
    return head + "".join(f'\nmsgctxt "{c}"\nmsgid "{i}"\nmsgstr "{s}"\n' for c, i, s in entries)


GOOD = ("#30020", "Linked as {name}", "Verknüpft mit {name}")
ENGLISH_TEXT = "Linked as {name}"
OUT_OF_STEP = {
    "is missing": [],
    "is not in English": [GOOD, ("#30021", "Linked", "Verknüpft")],
    "but the text is now": [("#30020", "Linked to {name}", "Verknüpft mit {name}")],
    "has no translation": [("#30020", ENGLISH_TEXT, "")],
    "has the placeholders []": [("#30020", ENGLISH_TEXT, "Verknüpft")],
    "has the placeholders ['{konto}']": [("#30020", ENGLISH_TEXT, "Verknüpft mit {konto}")],
    "too long": [("#30020", ENGLISH_TEXT, "Mit dem Konto von {name} verknüpft worden")],
    "has spaces or line breaks": [("#30020", ENGLISH_TEXT, "Verknüpft mit {name} ")],
}


def test_a_translation_out_of_step_is_noticed():
    english = polib.pofile(_po(("#30020", "Linked as {name}", "")))
    assert list(out_of_step(english, polib.pofile(_po(GOOD)))) == []
    for said, entries in OUT_OF_STEP.items():
        assert said in "".join(out_of_step(english, polib.pofile(_po(*entries)))), said
    assert "lost ['AUTH V1']" in list(badly_translated("Get one for AUTH V1 at Simkl", "Eine für AUTH-V1 bei Simkl"))


BADLY_WRITTEN = {
    "the first line": _po(GOOD, first=""),
    "the header says 'fr_FR'": _po(GOOD, language="fr_FR"),
    "Windows line ends": _po(GOOD).replace("\n", "\r\n"),
    "a byte order mark": "\N{ZERO WIDTH NO-BREAK SPACE}" + _po(GOOD),
    "is there twice": _po(GOOD, GOOD),
    "not in the order": _po(("#30030", "Link", "Verknüpfen"), GOOD),
    "is no `#30000`": _po(("Addon Summary", "Link", "Verknüpfen")),
}


def test_a_file_that_kodi_would_stumble_over_is_noticed():
    assert list(badly_written("de_de", _po(GOOD).encode("utf-8"))) == []
    for said, text in BADLY_WRITTEN.items():
        assert said in "".join(badly_written("de_de", text.encode("utf-8"))), said
