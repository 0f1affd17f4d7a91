"""The pages' texts in five languages: the strings of Kodi where they say the same, and the web's own beside them.

texts = PageTexts.load()
t = texts.translator("de")
t("Linked as {name}", name="ana")      # Verknüpft mit ana
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Callable, Mapping

import polib

ENGLISH = "en"
LANGUAGES = {"en": "en_gb", "de": "de_de", "es": "es_es", "fr": "fr_fr", "pt-BR": "pt_br"}
LANGUAGE_NAMES = {"en": "English", "de": "Deutsch", "es": "Español", "fr": "Français", "pt-BR": "Português (BR)"}
_KODI_STRINGS = Path(__file__).resolve().parents[2] / "resources" / "language"
_WEB_STRINGS = Path(__file__).resolve().parent / "translations"

Translator = Callable[..., str]

log = logging.getLogger(__name__)


class PageTexts:
    """All translations: language -> English text -> translation."""

    def __init__(self, catalogues: Mapping[str, Mapping[str, str]]) -> None:
        self._catalogues = catalogues

    @classmethod
    def load(cls) -> PageTexts:
        """Read the strings of Kodi, then the web's own, which win."""
        catalogues: dict[str, dict[str, str]] = {ENGLISH: {}}
        for language, folder in LANGUAGES.items():
            if language == ENGLISH:
                continue
            kodi = _KODI_STRINGS / f"resource.language.{folder}" / "strings.po"
            web = _WEB_STRINGS / f"{folder}.po"
            catalogues[language] = {
                entry.msgid: entry.msgstr for path in (kodi, web) for entry in polib.pofile(str(path)) if entry.msgstr
            }
        return cls(catalogues)

    def translator(self, language: str) -> Translator:
        """Return the function that templates call as `t`. The text is the key; values are put in by name."""
        catalogue = self._catalogues.get(language, {})

        def translate(text: str, **values: object) -> str:
            translated = catalogue.get(text, text)
            try:
                return translated.format(**values)
            except (KeyError, IndexError, ValueError):  # a bad translation must not take the page down
                log.warning("the translation of %r into %s has other placeholders", text, language)
                return text.format(**values)

        return translate
