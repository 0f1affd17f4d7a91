"""Requests of Jellyfin's official Webhook plugin, and the event that each stands for."""

from __future__ import annotations

import pytest

from tests.fakes.servers.jellyfin import (
    PLAIN_TEXT,
    all_properties,
    generic_form,
    notification,
    rendered,
    user_data_saved,
)
from tests.fakes.servers.request import SentHook
from tests.fakes.servers.titles import EpisodeFile, Film, Viewer
from tests.unit.web.expecting import (
    MARK,
    NOT_MEDIA,
    NOT_PLAYBACK,
    NOT_READABLE,
    PROGRESS,
    START,
    STOP,
    TEST,
    UNMARK,
    check,
)

FILM, EPISODE = Film(), EpisodeFile()
ANA = {"user_id": "7c9e6679742540de944be07fc1f90ae7", "user_name": "ana", "device": "tv-1"}
OF_THE_FILM = {
    "sender": "jellyfin", "media": "movie", "title": "The Glass Harbour", "year": 2018, "show_title": "",
    "ids": {"imdb": "tt9900002", "tmdb": "990002"}, "show_ids": {}, "season": None, "episode": None, "runtime": 6000.0,
    "item_id": "0f8fad5bd9cb469fa16570867728950e", "server_version": "10.11.6", "server_name": "nas",
}  # fmt: skip
OF_THE_EPISODE = {
    "sender": "jellyfin", "media": "episode", "title": "Low Tide", "show_title": "Lantern Street", "show_year": 2021,
    "year": 0, "ids": {"tvdb": "8000001", "imdb": "tt0000002"}, "show_ids": {}, "season": 2, "episode": 4,
    "episode_end": None, "show_id": "99ff88eed9cb469fa165708677289599", "runtime": 2640.0,
}  # fmt: skip


def said(kind: str, item: Film | EpisodeFile = FILM, **more: object) -> SentHook:
    return all_properties(notification(kind, item, **more))  # type: ignore[arg-type]


def titled(title: str) -> SentHook:
    return said("PlaybackStart", Film(title=title))


PLAYS = {
    "a film starts": (said("PlaybackStart"), START, {**OF_THE_FILM, **ANA, "position": 0.0, "completed": None}),
    "an episode starts": (said("PlaybackStart", EPISODE), START, {**OF_THE_EPISODE, **ANA}),
    "a position": (said("PlaybackProgress", position=61), PROGRESS, {"position": 61.0, "is_paused": False}),
    "a pause is a position with a flag": (said("PlaybackProgress", paused=True), PROGRESS, {"is_paused": True}),
    "played to the end": (
        said("PlaybackStop", position=5990, PlayedToCompletion=True), STOP, {"completed": True, "position": 5990.0},
    ),
    "stopped in the middle": (said("PlaybackStop", position=99, PlayedToCompletion=False), STOP, {"completed": False}),
    "stopped, and not told how": (said("PlaybackStop", position=99), STOP, {"completed": None}),
    "a form": (generic_form(notification("PlaybackStart", FILM)), START, {**OF_THE_FILM, **ANA}),
    "an episode as a form": (generic_form(notification("PlaybackStart", EPISODE)), START, {**OF_THE_EPISODE, **ANA}),
    "a form that stops": (
        generic_form(notification("PlaybackStop", FILM, position=5990, PlayedToCompletion=True)), STOP,
        {"completed": True, "is_paused": False},
    ),
    "marked by hand": (
        all_properties(user_data_saved(FILM, "TogglePlayed", True)), MARK, {**OF_THE_FILM, "user_name": "ana"},
    ),
    "unmarked by hand": (all_properties(user_data_saved(EPISODE, "TogglePlayed", False)), UNMARK, OF_THE_EPISODE),
    "marked by hand, as a form": (generic_form(user_data_saved(FILM, "TogglePlayed", True)), MARK, {}),
    "several episodes in a file": (
        said("PlaybackStart", EpisodeFile(last=6)), START, {"episode": 4, "episode_end": 6},
    ),
    "a special": (said("PlaybackStart", EpisodeFile(season=0, number=1)), START, {"season": 0, "episode": 1}),
    "an episode without a season": (said("PlaybackStart", EpisodeFile(season=None)), START, {"season": None}),
    "an episode without a number": (said("PlaybackStart", EpisodeFile(number=None)), START, {"episode": None}),
    "a show without a year": (
        said("PlaybackStart", EpisodeFile(show_year=None), SeriesPremiereDate=None), START, {"show_year": 0},
    ),
    "the year of an episode whose show has none": (
        said("PlaybackStart", EpisodeFile(show_year=2022)), START, {"show_year": 2021},
    ),
    "no ids at all": (said("PlaybackStart", Film(ids={})), START, {"ids": {}, "title": "The Glass Harbour"}),
    "ids that say that there are none": (
        said("PlaybackStart", Film(ids={"imdb": "", "tmdb": "0", "tvdb": "None", "anidb": "null"})), START, {"ids": {}},
    ),
    "ids of anime": (
        said("PlaybackStart", Film(ids={"anidb": "17", "mal": "99"})), START, {"ids": {"anidb": "17", "mal": "99"}},
    ),
    "a length that is not known": (said("PlaybackStart", Film(seconds=0)), START, {"runtime": None}),
    "a user in an older version": (
        said("PlaybackStop", NotificationUsername=None, Username="bea"), STOP, {"user_name": "bea"},
    ),
    "a device without an id": (said("PlaybackStart", DeviceId=None), START, {"device": "session-of-tv-1"}),
    "a test with data of the admin's": (rendered('{"NotificationType":"Generic","ItemType":"None"}'), TEST, {}),
}  # fmt: skip

TEXTS = {
    "a quote, escaped twice": (titled('The "Big" Heist'), START, {"title": 'The "Big" Heist'}),
    "an ampersand": (titled("Tom & Anna"), START, {"title": "Tom & Anna"}),
    "less and greater": (titled("<3 > 2"), START, {"title": "<3 > 2"}),
    "an apostrophe": (titled("Ana's Day"), START, {"title": "Ana's Day"}),
    "an emoji": (titled("Ice 🍦 Cream"), START, {"title": "Ice 🍦 Cream"}),
    "Japanese": (titled("千と千尋の神隠し"), START, {"title": "千と千尋の神隠し"}),
    "Arabic": (titled("وجدة"), START, {"title": "وجدة"}),
    "German": (titled("Das weiße Band – Müßig"), START, {"title": "Das weiße Band – Müßig"}),
    "a backslash": (titled("A\\B"), START, {"title": "A\\B"}),
    "a line break": (titled("One\nTwo"), START, {"title": "One\nTwo"}),
    "only spaces": (titled("   "), START, {"title": ""}),
    "a very long title": (titled("x" * 5000), START, {"title": "x" * 1000}),
    "a user with a quote": (
        said("PlaybackStart", viewer=Viewer(name='O"Neil')), START, {"user_name": 'O"Neil'},
    ),
    "braces of a template": (titled("{{7*7}}"), START, {"title": "{{7*7}}"}),
    "markup": (titled("<script>alert(1)</script>"), START, {"title": "<script>alert(1)</script>"}),
    "a half of a surrogate pair": (
        titled("Ice").changed(b'"Ice"', b'"\\ud83c"'), START, {"title": "\ufffd"},
    ),
}  # fmt: skip

TEMPLATE = (
    '{"NotificationType":"PlaybackStart","ItemType":"Movie","Name":"%s","Year":%s,"Provider_imdb":"tt9900002",'
    '"IsPaused":%s,"RunTimeTicks":60000000000,"UserId":"7c9e6679-7425-40de-944b-e07fc1f90ae7",'
    '"NotificationUsername":"ana","DeviceId":"tv-1"}'
)
TEMPLATES = {
    "a template": (rendered(TEMPLATE % ("A", 2018, "false")), START, {"title": "A", "year": 2018, **ANA}),
    "a quote that is escaped for HTML": (
        rendered(TEMPLATE % ("The \\&quot;Big\\&quot; Heist", 2018, "false")), START, {"title": 'The "Big" Heist'},
    ),
    "a quote in three braces": (
        rendered(TEMPLATE % ('The \\"Big\\" Heist', 2018, "false")), START, {"title": 'The "Big" Heist'},
    ),
    "a quote with json_encode": (
        rendered(TEMPLATE % ('The \\\\\\"Big\\\\\\" Heist', 2018, "false")), START, {"title": 'The "Big" Heist'},
    ),
    "HTML in a title": (
        rendered(TEMPLATE % ("Tom &amp; Ana&#39;s", 2018, "false")), START, {"title": "Tom & Ana's"},
    ),
    ".NET's True": (rendered(TEMPLATE % ("A", 2018, "True")), START, {"is_paused": True}),
    "a value that renders as nothing": (rendered(TEMPLATE % ("A", "", "False")), START, {"year": 0}),
    "a path of Windows": (
        rendered(TEMPLATE.replace('"DeviceId"', '"Path":"C:\\Videos\\A.mkv","DeviceId"') % ("A", 1, "true")), START,
        {"title": "A", "path": "C:\\Videos\\A.mkv"},
    ),
    "a line break in a text": (rendered(TEMPLATE % ("A\nB", 2018, "false")), START, {"title": "A\nB"}),
    "a comma too many": (rendered((TEMPLATE % ("A", 2018, "false"))[:-1] + ",}"), START, {"title": "A"}),
    "numbers as texts": (rendered(TEMPLATE % ("A", '"2018"', '"False"')), START, {"year": 2018, "is_paused": False}),
    "names in another case": (
        rendered((TEMPLATE % ("A", 2018, "false")).replace("ItemType", "itemtype").replace("UserId", "userID")), START,
        {"media": "movie", **ANA},
    ),
    "an event in another case": (
        rendered((TEMPLATE % ("A", 2018, "false")).replace("PlaybackStart", "PLAYBACKSTART")), START, {},
    ),
    "a byte order mark": (rendered("\ufeff" + TEMPLATE % ("A", 1999, "false")), START, {}),
    "UTF-16": (SentHook(PLAIN_TEXT, (TEMPLATE % ("Ä", 1999, "false")).encode("utf-16")), START, {"title": "Ä"}),
    "Latin 1": (SentHook(PLAIN_TEXT, (TEMPLATE % ("Ä", 1999, "false")).encode("latin-1")), START, {"title": "Ä"}),
    "a quote that nothing escapes": (rendered(TEMPLATE % ('The "Big" Heist', 2018, "false")), NOT_READABLE, {}),
}  # fmt: skip

LEFT_ALONE = {
    "a save while it plays": (
        all_properties(user_data_saved(FILM, "PlaybackProgress", False)), NOT_PLAYBACK,
        {"sender": "jellyfin", "server_version": "10.11.6"},
    ),
    "a save at the end": (all_properties(user_data_saved(FILM, "PlaybackFinished", True)), NOT_PLAYBACK, {}),
    "an import": (all_properties(user_data_saved(FILM, "Import", True)), NOT_PLAYBACK, {}),
    "a rating": (all_properties(user_data_saved(FILM, "UpdateUserRating", True)), NOT_PLAYBACK, {}),
    "a toggle that does not tell which way": (
        all_properties(user_data_saved(FILM, "TogglePlayed", True, Played=None)), NOT_PLAYBACK, {},
    ),
    "an item was added": (said("ItemAdded"), NOT_PLAYBACK, {}),
    "somebody signed in": (rendered('{"NotificationType":"AuthenticationSuccess","Name":"ana"}'), NOT_PLAYBACK, {}),
    "an empty type": (rendered('{"NotificationType":""}'), NOT_PLAYBACK, {}),
    "a type that is null": (rendered('{"NotificationType":null}'), NOT_PLAYBACK, {}),
    "a song": (said("PlaybackStart", ItemType="Audio"), NOT_MEDIA, {}),
    "a trailer": (said("PlaybackStart", ItemType="Trailer"), NOT_MEDIA, {"detail": "A trailer is not tracked."}),
    "live TV": (said("PlaybackStart", ItemType="LiveTvChannel"), NOT_MEDIA, {"detail": "Live TV is not tracked."}),
    "a home video": (said("PlaybackStart", ItemType="Video"), NOT_MEDIA, {}),
    "a whole season marked": (
        all_properties(user_data_saved(FILM, "TogglePlayed", True, ItemType="Season")), NOT_MEDIA,
        {"detail": "A whole season is not tracked."},
    ),
    "no type of item": (said("PlaybackStart", ItemType=None), NOT_MEDIA, {}),
    "a type of item that is no text": (said("PlaybackStart", ItemType=[1]), NOT_MEDIA, {}),
}  # fmt: skip

TABLE = {**PLAYS, **TEXTS, **TEMPLATES, **LEFT_ALONE}


@pytest.mark.parametrize(("sent", "kind", "wanted"), TABLE.values(), ids=TABLE.keys())
def test_jellyfin(sent, kind, wanted):
    check(sent, kind, wanted)


def test_no_row_of_the_table_hides_another():
    assert len(TABLE) == len(PLAYS) + len(TEXTS) + len(TEMPLATES) + len(LEFT_ALONE)


def test_guids_with_and_without_dashes_are_one():
    plain, form = said("PlaybackStart"), generic_form(notification("PlaybackStart", FILM))
    assert b"7c9e6679742540de" in plain.body and b"7c9e6679-7425-40de" in form.body
    check(plain, START, ANA)
    check(form, START, ANA)
