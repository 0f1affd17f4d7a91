"""Names of files that are not UTF-8, and broken halves of letters: nothing that is kept or sent has any of them.

Such bytes stand in Python's texts as lone surrogates (PEP 383), which neither SQLite nor JSON in UTF-8 can take.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.simkl.api.media import Item, clean_ids, item_from_json, replace_surrogates

TEXTS = {
    "nothing": ("", ""),
    "plain": ("The Glass Harbour", "The Glass Harbour"),
    "UTF-8": ("Amélie – 天気の子 🎬", "Amélie – 天気の子 🎬"),
    "Latin 1": ("Am\udce9lie", "Amélie"),
    "Latin 1, the first and the last byte": ("\udc80\udcff", "\x80ÿ"),
    "Latin 1 in a folder of UTF-8": ("/Frühling/Am\udce9lie.avi", "/Frühling/Amélie.avi"),
    "the first half of a pair": ("K7\ud83d", "K7?"),
    "the second half of a pair": ("K7\udfac", "K7?"),
    "a byte of ASCII cannot be one": ("a\udc41", "a?"),
    "both": ("\ud83dAm\udce9lie", "?Amélie"),
}


@pytest.mark.parametrize(("text", "seen"), TEXTS.values(), ids=TEXTS.keys())
def test_what_is_not_utf_8_becomes_letters_and_all_else_stays(text, seen):
    assert replace_surrogates(text) == seen


@given(st.text(st.characters()))
def test_whatever_it_is_it_can_be_written(text):
    found = replace_surrogates(text)
    assert found.encode("utf-8").decode("utf-8") == found
    assert len(found) == len(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_can_be_written_already_stays(text):
    assert replace_surrogates(text) == text


def test_titles_and_ids_of_an_item_are_legible():
    item = Item("movie", "Am\udce9lie", 2001, clean_ids({"imdb": "tt\ud83d1", "traktslug": "am\udce9lie"}))
    assert (item.title, dict(item.ids)) == ("Amélie", {"traktslug": "amélie"})


def test_an_item_that_was_kept_with_half_a_letter_is_legible_too():
    assert item_from_json({"kind": "movie", "title": "Am\udce9lie", "ids": {"imdb": "tt\ud83d1", "tmdb": 1}}) == Item(
        "movie", "Amélie", ids=(("tmdb", "1"),)
    )
