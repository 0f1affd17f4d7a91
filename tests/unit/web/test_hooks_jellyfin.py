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
from tests.fakes.servers.titles import EpisodeFile, Film
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
from tests.unit.web.senders import EPISODE, FILM
from tests.unit.web.senders import by_jellyfin as said

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


def titled(title: str) -> SentHook:
    return said("Start", Film(title=title))


PLAYS = {
    "a film starts": (said("Start"), START, {**OF_THE_FILM, **ANA, "position": 0.0, "completed": None}),
    "an episode starts": (said("Start", EPISODE), START, {**OF_THE_EPISODE, **ANA}),
    "a position": (said("Progress", position=61), PROGRESS, {"position": 61.0, "is_paused": False}),
    "a pause is a position with a flag": (said("Progress", paused=True), PROGRESS, {"is_paused": True}),
    "played to the end": (
        said("Stop", position=5990, PlayedToCompletion=True), STOP, {"completed": True, "position": 5990.0},
    ),
    "stopped, and not told how": (said("Stop", position=99), STOP, {"completed": None}),
    "a form": (generic_form(notification("PlaybackStart", FILM)), START, {**OF_THE_FILM, **ANA}),
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
        said("Start", EpisodeFile(last=6)), START, {"episode": 4, "episode_end": 6},
    ),
    "an episode without a season": (said("Start", EpisodeFile(season=None)), START, {"season": None}),
    "an episode without a number": (said("Start", EpisodeFile(number=None)), START, {"episode": None}),
    "a show without a year": (
        said("Start", EpisodeFile(show_year=None), SeriesPremiereDate=None), START, {"show_year": 0},
    ),
    "the year of an episode whose show has none": (
        said("Start", EpisodeFile(show_year=2022)), START, {"show_year": 2021},
    ),
    "ids that say that there are none": (
        said("Start", Film(ids={"imdb": "", "tmdb": "0", "tvdb": "None", "anidb": "null"})), START, {"ids": {}},
    ),
    "a length that is not known": (said("Start", Film(seconds=0)), START, {"runtime": None}),
    "a user in an older version": (
        said("Stop", NotificationUsername=None, Username="bea"), STOP, {"user_name": "bea"},
    ),
    "a device without an id": (said("Start", DeviceId=None), START, {"device": "session-of-tv-1"}),
    "a test with data of the admin's": (rendered('{"NotificationType":"Generic","ItemType":"None"}'), TEST, {}),
}  # fmt: skip

TEXTS = {
    "a quote, escaped twice": (titled('The "Big" Heist'), START, {"title": 'The "Big" Heist'}),
    "an ampersand": (titled("Tom & Anna"), START, {"title": "Tom & Anna"}),
    "an emoji": (titled("Ice 🍦 Cream"), START, {"title": "Ice 🍦 Cream"}),
    "Japanese": (titled("千と千尋の神隠し"), START, {"title": "千と千尋の神隠し"}),
    "a backslash": (titled("A\\B"), START, {"title": "A\\B"}),
    "a line break": (titled("One\nTwo"), START, {"title": "One\nTwo"}),
    "only spaces": (titled("   "), START, {"title": ""}),
    "a very long title": (titled("x" * 5000), START, {"title": "x" * 1000}),
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
    "UTF-16": (SentHook(PLAIN_TEXT, (TEMPLATE % ("Ä", 1999, "false")).encode("utf-16")), START, {"title": "Ä"}),
    "a quote that nothing escapes": (rendered(TEMPLATE % ('The "Big" Heist', 2018, "false")), NOT_READABLE, {}),
}  # fmt: skip

LEFT_ALONE = {
    "a save while it plays": (
        all_properties(user_data_saved(FILM, "PlaybackProgress", False)), NOT_PLAYBACK,
        {"sender": "jellyfin", "server_version": "10.11.6"},
    ),
    "a toggle that does not tell which way": (
        all_properties(user_data_saved(FILM, "TogglePlayed", True, Played=None)), NOT_PLAYBACK, {},
    ),
    "an item was added": (all_properties(notification("ItemAdded", FILM)), NOT_PLAYBACK, {}),
    "somebody signed in": (rendered('{"NotificationType":"AuthenticationSuccess","Name":"ana"}'), NOT_PLAYBACK, {}),
    "a trailer": (said("Start", ItemType="Trailer"), NOT_MEDIA, {"detail": "A trailer is not tracked."}),
    "live TV": (said("Start", ItemType="LiveTvChannel"), NOT_MEDIA, {"detail": "Live TV is not tracked."}),
    "a whole season marked": (
        all_properties(user_data_saved(FILM, "TogglePlayed", True, ItemType="Season")), NOT_MEDIA,
        {"detail": "A whole season is not tracked."},
    ),
    "no type of item": (said("Start", ItemType=None), NOT_MEDIA, {}),
}  # fmt: skip

ROWS = [row for table in (PLAYS, TEXTS, TEMPLATES, LEFT_ALONE) for row in table.items()]


@pytest.mark.parametrize(("sent", "kind", "wanted"), [row for _, row in ROWS], ids=[name for name, _ in ROWS])
def test_jellyfin(sent, kind, wanted):
    check(sent, kind, wanted)
