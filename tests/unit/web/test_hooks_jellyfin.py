"""Requests of Jellyfin's official Webhook plugin, and the event that each stands for."""

from __future__ import annotations

import pytest

from tests.fakes.servers import jellyfin
from tests.fakes.servers.jellyfin import all_properties, generic_form, notification, rendered, user_data_saved
from tests.fakes.servers.request import SentHook
from tests.fakes.servers.titles import EpisodeFile, Film
from tests.unit.web.evenings import EPISODE, FILM
from tests.unit.web.senders import by_jellyfin as said
from tests.unit.web.senders import check, toggled

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
NO_IDS = {"imdb": "", "tmdb": "0", "tvdb": "None", "anidb": "null"}
PLAYS = {
    "a film starts": (said("Start"), "start", {**OF_THE_FILM, **ANA, "position": 0.0, "completed": None}),
    "an episode starts": (said("Start", EPISODE), "start", {**OF_THE_EPISODE, **ANA}),
    "a position": (said("Progress", position=61), "progress", {"position": 61.0, "is_paused": False}),
    "a pause is a position with a flag": (said("Progress", paused=True), "progress", {"is_paused": True}),
    "to the end": (said("Stop", position=9, PlayedToCompletion=True), "stop", {"completed": True, "position": 9.0}),
    "stopped, and not told how": (said("Stop", position=99), "stop", {"completed": None}),
    "a form": (generic_form(notification("PlaybackStart", FILM)), "start", {**OF_THE_FILM, **ANA}),
    "a form that stops": (
        generic_form(notification("PlaybackStop", FILM, position=5990, PlayedToCompletion=True)), "stop",
        {"completed": True, "is_paused": False},
    ),
    "marked by hand": (toggled(FILM, True), "mark", {**OF_THE_FILM, "user_name": "ana"}),
    "unmarked by hand": (toggled(EPISODE, False), "unmark", OF_THE_EPISODE),
    "marked by hand, as a form": (generic_form(user_data_saved(FILM, "TogglePlayed", True)), "mark", {}),
    "several episodes in a file": (said("Start", EpisodeFile(last=6)), "start", {"episode": 4, "episode_end": 6}),
    "an episode without a season": (said("Start", EpisodeFile(season=None)), "start", {"season": None}),
    "an episode without a number": (said("Start", EpisodeFile(number=None)), "start", {"episode": None}),
    "no year": (said("Start", EpisodeFile(show_year=None), SeriesPremiereDate=None), "start", {"show_year": 0}),
    "a show's year by its premiere": (said("Start", EpisodeFile(show_year=2022)), "start", {"show_year": 2021}),
    "ids that say that there are none": (said("Start", Film(ids=NO_IDS)), "start", {"ids": {}}),
    "a length that is not known": (said("Start", Film(seconds=0)), "start", {"runtime": None}),
    "an older version's user": (said("Stop", NotificationUsername=None, Username="bea"), "stop", {"user_name": "bea"}),
    "a device without an id": (said("Start", DeviceId=None), "start", {"device": "session-of-tv-1"}),
    "a test with data of the admin's": (rendered('{"NotificationType":"Generic","ItemType":"None"}'), "test", {}),
}  # fmt: skip
TITLES = ('The "Big" Heist', "Tom & Anna", "Ice 🍦 Cream", "千と千尋の神隠し", "A\\B", "One\nTwo")
TEXTS = {title: (said("Start", Film(title)), "start", {"title": title}) for title in TITLES}
TEXTS["only spaces"] = (said("Start", Film("   ")), "start", {"title": ""})
TEXTS["a very long title"] = (said("Start", Film("x" * 5000)), "start", {"title": "x" * 1000})
TEXTS["half of a pair"] = (said("Start", Film("Ice")).changed(b'"Ice"', b'"\\ud83c"'), "start", {"title": "\ufffd"})
TEMPLATE = (
    '{"NotificationType":"PlaybackStart","ItemType":"Movie","Name":"%s","Year":%s,"Provider_imdb":"tt9900002",'
    '"IsPaused":%s,"RunTimeTicks":60000000000,"UserId":"7c9e6679-7425-40de-944b-e07fc1f90ae7",'
    '"NotificationUsername":"ana","DeviceId":"tv-1"}'
)


def filled(title: str = "A", year: object = 2018, paused: str = "false") -> str:
    """Return what becomes of a template of the admin's."""
    return TEMPLATE % (title, year, paused)


TEMPLATES = {
    "a template": (filled(), {"title": "A", "year": 2018, **ANA}),
    "a quote that is escaped for HTML": (filled("The \\&quot;Big\\&quot; Heist"), {"title": 'The "Big" Heist'}),
    "a quote in three braces": (filled('The \\"Big\\" Heist'), {"title": 'The "Big" Heist'}),
    "a quote with json_encode": (filled('The \\\\\\"Big\\\\\\" Heist'), {"title": 'The "Big" Heist'}),
    "HTML in a title": (filled("Tom &amp; Ana&#39;s"), {"title": "Tom & Ana's"}),
    ".NET's True": (filled(paused="True"), {"is_paused": True}),
    "a value that renders as nothing": (filled(year="", paused="False"), {"year": 0}),
    "a path of Windows": (filled().replace('"Year"', '"Path":"C:\\V\\A.mkv","Year"'), {"path": "C:\\V\\A.mkv"}),
    "a line break in a text": (filled("A\nB"), {"title": "A\nB"}),
    "a comma too many": (f"{filled()[:-1]},}}", {"title": "A"}),
    "numbers as texts": (filled("A", '"2018"', '"False"'), {"year": 2018, "is_paused": False}),
    "other names": (filled().replace("ItemT", "itemt").replace("UserId", "userID"), {"media": "movie", **ANA}),
    "an event in another case": (filled().replace("PlaybackStart", "PLAYBACKSTART"), {}),
}  # fmt: skip
LEFT_ALONE = {
    "a save while it plays": (
        all_properties(user_data_saved(FILM, "PlaybackProgress", False)), "not_playback",
        {"sender": "jellyfin", "server_version": "10.11.6"},
    ),
    "a toggle that does not tell which way": (toggled(FILM, True, Played=None), "not_playback", {}),
    "an item was added": (all_properties(notification("ItemAdded", FILM)), "not_playback", {}),
    "somebody signed in": (rendered('{"NotificationType":"AuthenticationSuccess","Name":"ana"}'), "not_playback", {}),
    "a trailer": (said("Start", ItemType="Trailer"), "not_media", {"detail": "A trailer is not tracked."}),
    "live TV": (said("Start", ItemType="LiveTvChannel"), "not_media", {"detail": "Live TV is not tracked."}),
    "a season": (toggled(FILM, True, ItemType="Season"), "not_media", {"detail": "A whole season is not tracked."}),
    "no type of item": (said("Start", ItemType=None), "not_media", {}),
    "a quote that nothing escapes": (rendered(filled('The "Big" Heist')), "not_readable", {}),
}  # fmt: skip
TABLE = {
    **PLAYS,
    **TEXTS,
    **{name: (rendered(text), "start", wanted) for name, (text, wanted) in TEMPLATES.items()},
    "UTF-16": (SentHook(jellyfin.PLAIN_TEXT, filled("Ä").encode("utf-16")), "start", {"title": "Ä"}),
    **LEFT_ALONE,
}


@pytest.mark.parametrize(("sent", "kind", "wanted"), TABLE.values(), ids=TABLE.keys())
def test_jellyfin(sent, kind, wanted):
    check(sent, kind, wanted)
