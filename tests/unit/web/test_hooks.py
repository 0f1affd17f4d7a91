"""Requests of each kind of media server, and the event that each stands for."""

import json
from urllib.parse import quote_plus

import pytest

from tests.fakes.servers import emby, jellyfin, jellyfin_webhooks, plex, tautulli
from tests.fakes.servers.common import EpisodeFile, Film, SentHook
from tests.fakes.servers.jellyfin import all_properties, generic_form, notification, rendered, user_data_saved
from tests.unit.web.evenings import EPISODE, FILM
from tests.unit.web.senders import by_emby, by_plex, by_tautulli, check, toggled
from tests.unit.web.senders import by_jellyfin as said
from tests.unit.web.senders import by_other_plugin as by_other

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
JELLYFIN = {
    **PLAYS,
    **TEXTS,
    **{name: (rendered(text), "start", wanted) for name, (text, wanted) in TEMPLATES.items()},
    "UTF-16": (SentHook(jellyfin.PLAIN_TEXT, filled("Ä").encode("utf-16")), "start", {"title": "Ä"}),
    **LEFT_ALONE,
}

OWN, OF_SHOW = {"tvdb": "8000001", "imdb": "tt0000002"}, {"tvdb": "980001", "imdb": "tt9900001", "tmdb": "990001"}
GUID = "7c9e6679742540de944be07fc1f90ae7"
NUMBERS = {"season": 2, "episode": 4, "show_title": "Lantern Street"}
FORM = "application/x-www-form-urlencoded"
NO_DATES = ("2026-02-31T00:00:00Z", "0001-01-01T00:00:00+23:59", "2026-11-20T21:44:03", "today")
AGENTS = {
    "com.plexapp.agents.thetvdb://980001/2/4?lang=en": {"tvdb": "980001"},
    "com.plexapp.agents.themoviedb://990001/2/4?lang=en": {"tmdb": "990001"},
    "com.plexapp.agents.hama://anidb-4242/1/4?lang=en": {"anidb": "4242"},
    "com.plexapp.agents.hama://tvdb2-980001/2/4?lang=en": {"tvdb": "980001"},
    "com.plexapp.agents.none://abc/2/4?lang=xn": {},
}
PLEX = {
    "a film starts": (
        by_plex("play", position=0), "start",
        {"sender": "plex", "media": "movie", "title": "The Glass Harbour", "year": 2018, "position": 0.0,
         "runtime": 6000.0, "ids": {"imdb": "tt9900002", "tmdb": "990002"}, "user_id": "222222", "user_name": "ana",
         "device": "tv-1", "library": "Films", "library_id": "1"},
    ),
    "an episode's ids are its own": (
        by_plex("play", EPISODE), "start",
        {**NUMBERS, "ids": OWN, "show_ids": {}, "year": 0, "show_year": 0, "label": "Lantern Street 2x04"},
    ),
    "no season": (by_plex("play", EpisodeFile(season=None)), "start", {"label": "Lantern Street 04"}),
    "a pause": (by_plex("pause", position=61.5), "pause", {"position": 61.5}),
    "a scrobble": (by_plex("scrobble"), "scrobble", {}),
    "no Guid": (by_plex("play", Guid=None), "start", {"ids": {}}),
    "a Guid of nonsense": (by_plex("play", Guid=[1, None, {"id": 5}, {"id": "local://300"}]), "start", {"ids": {}}),
    "a film of an older agent": (
        by_plex("play", Guid=None, guid="com.plexapp.agents.imdb://tt9900002?lang=en"), "start",
        {"ids": {"imdb": "tt9900002"}},
    ),
    **{name: (by_plex("play", EPISODE, Guid=None, guid=name, index=None, parentIndex=None), "start",
              {"show_ids": ids, "ids": {}, "episode": 4}) for name, ids in AGENTS.items()},
    "JSON": (
        SentHook("application/json", json.dumps(plex.payload("media.play", FILM)).encode()), "start", {"sender": "plex"}
    ),
    "with a content type that lost its boundary": (by_plex("play").claiming("multipart/form-data"), "start", {}),
    "without a content type": (by_plex("play").claiming(""), "start", {}),
    "only a picture": (by_plex("play").changed(b'name="payload"', b'name="p"; filename="p.png"').changed(
        b"application/json", b"image/png"), "not_readable", {}),
    "broken off": (by_plex("play").cut(0.2), "not_readable", {}),
    "a form without fields": (plex.form(b"").claiming("multipart/form-data; boundary=other"), "not_readable", {}),
    "something new in the library": (plex.form(plex.payload("library.new", FILM)), "not_playback", {"sender": "plex"}),
    "the owner's": (plex.form({"event": "admin.database.backup", "owner": True, "Server": {}}), "not_playback", {}),
    "music": (by_plex("play", type="track"), "not_media", {"detail": "Music is not tracked."}),
    "a trailer": (by_plex("play", type="clip"), "not_media", {}),
    "live TV that calls itself an episode": (by_plex("play", EPISODE, live="1"), "not_media", {}),
    "live TV by its section": (by_plex("play", librarySectionType="livetv"), "not_media", {}),
    "metadata that is no object": (plex.form({"event": "media.play", "Account": 1, "Metadata": [2]}), "not_media", {}),
}  # fmt: skip
EMBY = {
    "a film starts": (
        by_emby("start", position=0), "start",
        {"sender": "emby", "media": "movie", "title": "The Glass Harbour", "year": 2018, "user_id": GUID,
         "ids": {"imdb": "tt9900002", "tmdb": "990002"}, "item_id": "300", "server_version": "4.9.5.0"},
    ),
    "an episode": (by_emby("start", EPISODE), "start", {**NUMBERS, "ids": OWN, "show_ids": {}}),
    "a pause": (by_emby("pause", position=5), "pause", {"position": 5.0}),
    "a resume": (by_emby("unpause", state_position=6), "resume", {"position": 6.0}),
    "played to the end": (by_emby("stop", position=5999, completed=True), "stop", {"completed": True}),
    "stopped in the middle": (by_emby("stop", position=60), "stop", {"completed": None, "position": 60.0}),
    "a stop while the session shows the next episode": (
        by_emby("stop", EPISODE, position=2635, completed=True, state_position=1), "stop",
        {"completed": True, "position": 2635.0},
    ),
    "a stop that tells no position": (by_emby("stop", EPISODE, state_position=1), "stop", {"position": None}),
    "marked": (emby.form(emby.payload("item.markplayed", EPISODE)), "mark", NUMBERS),
    "unmarked": (emby.form(emby.payload("item.markunplayed", FILM)), "unmark", {"media": "movie"}),
    "several episodes in a file": (by_emby("start", EpisodeFile(last=5)), "start", {"episode_end": 5}),
    **{f"no date: {date}": (by_emby("start", Date=date), "start", {"occurred_at": None}) for date in NO_DATES},
    "numbers that are none": (
        by_emby("start", Item={"Type": "Episode", "IndexNumber": 10**400, "ParentIndexNumber": -1, "Name": 10**400}),
        "start", {"episode": None, "season": None},
    ),
    "JSON that is percent-encoded, without a field": (
        SentHook(FORM, quote_plus(json.dumps(emby.test_of_connection())).encode()), "test", {"sender": "emby"},
    ),
    "JSON as a file in a form": (
        emby.form(emby.payload("playback.start", FILM)).changed(b'name="data"', b'name="data"; filename="data.json"'),
        "start", {"sender": "emby"},
    ),
    "urlencoded": (emby.urlencoded(emby.payload("playback.start", EPISODE)), "start", {**NUMBERS, "sender": "emby"}),
    **{f"JSON that claims to be a form: {title}": (
        emby.plain_json(emby.payload("playback.start", Film(title))).claiming(FORM), "start", {"title": title})
       for title in ("A film", "1 + 1 = 3 & more")},
    "a test": (emby.form(emby.test_of_connection()), "test", {"sender": "emby"}),
    "something new": (emby.form(emby.payload("library.new", FILM)), "not_playback", {"server_version": "4.9.5.0"}),
    "a user who is not told": (by_emby("start", User=None), "start", {"user_id": ""}),
    "ids that are no texts": (
        by_emby("start", Item={"Type": "Movie", "ProviderIds": {"Imdb": {"a": 1}, "Tmdb": 7}}), "start",
        {"ids": {"tmdb": "7"}, "title": ""},
    ),
    "no item": (by_emby("start", Item=None), "not_media", {}),
    "a channel": (by_emby("start", Item={"Type": "TvChannel", "Name": "News"}), "not_media", {}),
}  # fmt: skip
TAUTULLI = {
    "a film starts": (
        by_tautulli("play", position=12), "start",
        {"sender": "tautulli", "title": "The Glass Harbour", "year": 2018,
         "ids": {"imdb": "tt9900002", "tmdb": "990002"}, "user_id": "222222", "position": 12.0, "runtime": 6000.0},
    ),
    "an episode's ids are the show's": (
        by_tautulli("play", EPISODE), "start", {**NUMBERS, "ids": {}, "show_ids": OF_SHOW, "title": "", "show_year": 0},
    ),
    "watched": (by_tautulli("watched", EPISODE), "scrobble", {}),
    "a trigger by its long name": (by_tautulli("on_watched", EPISODE), "scrobble", {}),
    "a range of episodes": (by_tautulli("stop", EpisodeFile(last=9)), "stop", {"episode": 4, "episode_end": 9}),
    "values that render as nothing": (
        tautulli.post({"source": "tautulli", "event": "play", "type": "movie", "title": "", "year": "", "pos_ms": ""}),
        "start", {"title": "", "year": 0, "position": None, "runtime": None, "ids": {}},
    ),
    "a trigger that is not about watching": (by_tautulli("newdevice"), "not_playback", {}),
}  # fmt: skip
OTHER_PLUGIN = {
    "default: an episode starts": (
        by_other("Play", EPISODE), "start",
        {**NUMBERS, "sender": "jellyfin_webhooks", "ids": OWN, "show_ids": OF_SHOW, "show_year": 2021, "user_id": GUID,
         "device": "tv-1", "user_name": "ana"},
    ),
    "default: a position": (by_other("Progress", position=9), "progress", {"position": 9.0}),
    "default: a scrobble": (by_other("Scrobble"), "scrobble", {}),
    "default: marked": (by_other("MarkPlayed"), "mark", {"device": "", "title": "The Glass Harbour"}),
    "default: a rating": (by_other("Rate"), "not_playback", {}),
    "get: nothing to go by": (jellyfin_webhooks.get_format("Play"), "not_media", {"sender": "jellyfin_webhooks"}),
    "plex: an episode": (
        jellyfin_webhooks.plex_format("Play", EPISODE), "start",
        {**NUMBERS, "sender": "jellyfin_webhooks", "show_ids": {"tvdb": "980001"}, "ids": {}, "user_id": GUID,
         "runtime": 2640.0, "position": None},
    ),
    "plex: a film": (
        jellyfin_webhooks.plex_format("Scrobble", FILM), "scrobble", {"ids": {"imdb": "tt9900002"}, "runtime": 6000.0},
    ),
    "plex: marked": (jellyfin_webhooks.plex_format("MarkPlayed", FILM), "mark", {}),
    "plex: unmarked comes as a play": (jellyfin_webhooks.plex_format("MarkUnplayed", FILM), "not_playback", {}),
}  # fmt: skip
TABLES = {"Jellyfin": JELLYFIN, "Plex": PLEX, "Emby": EMBY, "Tautulli": TAUTULLI, "other plugin": OTHER_PLUGIN}
ROWS = {f"{sender}: {name}": row for sender, table in TABLES.items() for name, row in table.items()}


@pytest.mark.parametrize(("sent", "kind", "wanted"), ROWS.values(), ids=ROWS.keys())
def test_what_a_request_stands_for(sent, kind, wanted):
    check(sent, kind, wanted)
