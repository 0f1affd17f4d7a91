"""Trailers are known in all of Kodi's languages, and films with the word in their title stay films."""

from __future__ import annotations

import pytest

from lib.tracking.trailers import is_trailer_address, is_trailer_title
from tests.unit.tracking.told import film, reason

# Kodi's string 20410 in the languages that it has
WORDS = (
    "Trailer", "Lokprent", "العرض الدعائي", "Трэйлер", "Трейлър", "Najava", "Upoutávka", "Hysbysiad", "Τρέιλερ",
    "Tráiler", "Avance", "Treiler", "Trailerra", "تیزر", "Traileri", "Bande-annonce", "קדימון", "Najava filma",
    "Filmajánló", "Stikla", "トレーラー", "예고편", "Anonsas", "Rullītis", "Tauaru", "Трејлер", "Treler",
    "Trejler", "ကြော်ငြာ", "Zwiastun", "Secvențe", "Трейлер", "Upútavka", "Napovednik", "Најава", "டிரெய்லர்",
    "ตัวอย่างภาพยนต์", "Fragman", "Giới thiệu", "预告片", "預告片",
)  # fmt: skip


FORMS = ("{} ({})", "{} [{}]", "{} - {}", "{} – {}", "{}: {}", "{} | {}", "{} ({} 2)", "{} - {} #1", "{} {} 2")


def test_the_word_of_each_language_tells_a_trailer():
    words = [each for word in WORDS for each in (word, word.upper())]
    titles = [form.format("The Glass Harbour", word) for form in FORMS for word in words]
    assert [title for title in titles if not is_trailer_title(title)] == []


TRAILERS = (
    "The Glass Harbour (Official Trailer)", "The Glass Harbour - Official Trailer #2 (2018)",
    "The Glass Harbour Official Trailer", "Official Trailer", "Trailer 2", "Trailer: The Glass Harbour",
    "The Glass Harbour | Teaser Trailer | HD", "Le Port de verre - Bande-annonce VF",
    "Le Port de verre (Bande annonce officielle)", "El puerto (Tráiler oficial)",
    "Der Glashafen - Trailer (Deutsch)", "The Glass Harbour-trailer", "The Glass Harbour Trailer #1",
    "The Glass Harbour -Trailer",
)  # fmt: skip
FILMS = (
    "Trailer Park", "Trailer Park Boys: The Movie", "The Trailer", "Trailer", "The Glass Harbour",
    "The Glass Harbour (Trailer Cut)", "The trailer that was lost", "Trailer-Park", "Avance hacia el sur",
    "Stikla", "Najava smrti", "Fragman 12 gün", "Boat Trailers of Ohio", "Extras", "1917", "The Secret (Part 2)",
    "Mission: Avancer",
)  # fmt: skip


@pytest.mark.parametrize(("titles", "why"), [(TRAILERS, "a trailer"), (FILMS, "")], ids=["trailers", "films"])
def test_the_title_of_a_trailer_and_of_a_film(titles, why):
    assert [title for title in titles if is_trailer_title(title) is not bool(why)] == []
    assert [title for title in titles if reason(film(title=title)) != why] == []


ADDRESSES = (
    "plugin://plugin.video.x/trailer?id=5", "plugin://plugin.video.x/play_trailer/5",
    "plugin://plugin.video.x/?action=trailer&id=5", "plugin://plugin.video.x/?mode=play_trailer",
    "plugin://plugin.video.x/?id=5&istrailer=true", "plugin://plugin.video.x/?trailer=1",
    "plugin://plugin.video.x/movies/5/Trailers/1", "plugin://plugin.video.trailers/play?id=5",
    "plugin://plugin.video.x/?type=Trailer", "plugin://script.trailer.player/?id=1",
)  # fmt: skip
OTHER_ADDRESSES = (
    "plugin://plugin.video.x/play?title=Trailer+Park", "plugin://plugin.video.x/play?title=Trailer",
    "plugin://plugin.video.x/?trailer=0", "plugin://plugin.video.x/?istrailer=false",
    "plugin://plugin.video.x/play/trailer-park-boys", "plugin://plugin.video.x/?q=trailer",
    "plugin://plugin.video.x/?id=5&trailer=", "/films/trailer", "https://cdn.example/trailer",
    "plugin://[broken/?trailer=1", "",
)  # fmt: skip


def test_the_address_of_a_trailer_and_of_something_else():
    assert [address for address in ADDRESSES if not is_trailer_address(address)] == []
    assert [address for address in OTHER_ADDRESSES if is_trailer_address(address)] == []
    assert reason(film(file=ADDRESSES[0])) == reason(film(address=ADDRESSES[0])) == "a trailer"


def test_what_the_player_itself_says_is_a_trailer():
    assert reason(film(is_trailer=True)) == reason(film(media="trailer")) == "a trailer"
    assert reason(film(title="Trailer", library_id=0)) == "a trailer"
