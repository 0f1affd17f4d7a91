"""What stands in Kodi's log, which people show to others: never what somebody watches, unless debug is on."""

import base64
import json

from tests.frontends.kodi.couch import FILM, OTHER_FILM, SHOW
from tests.frontends.kodi.rating_room import SLOW

UNKNOWN = "A Film Nobody Knows"
HOME_VIDEO = "Aunt Mabel Dances.mkv"
TITLES = (FILM.title, OTHER_FILM.title, SHOW.title, UNKNOWN, "Aunt", "Glass Harbour", "S01E01E02", "A Sequel")


def evening(couch):
    """Run the service with what Simkl takes, what it does not know, what it refuses, and what has only a name."""
    playback = couch.kodi.playback
    couch.at(1, couch.play_film)
    couch.at(30, playback.pause)
    couch.at(40, playback.resume)
    couch.at(231, playback.stop)
    couch.at(300, playback.start, "plugin://x/1", 240.0, {}, "plugin://x/1", mediatype="movie", title=UNKNOWN)
    couch.at(530, playback.stop)
    couch.at(600, playback.start, f"/home/{HOME_VIDEO}", 240.0, {}, "")
    couch.at(830, playback.stop)
    couch.at(900, couch.play_episode, couch.double[0])
    couch.at(1380, playback.stop)
    couch.at(1400, lambda: couch.box.order("status", status=400, path="/scrobble/stop", times=1))
    couch.at(1401, couch.play_other_film)
    couch.at(1631, playback.stop)
    couch.at(1700, couch.play_film)
    couch.at(1710, playback.stop)
    couch.service(1900)


def scripts(couch):
    """Run what other add-ons and the service ask for: right, wrong, and without a use."""
    word = base64.urlsafe_b64encode(json.dumps([FILM.title, 1]).encode()).decode().rstrip("=")
    couch.restart(real_wait=SLOW)
    couch.remember(owner="900001", linked=True)
    couch.script("scrobble", "watched", "type=movie", f"title={FILM.title}")
    couch.script("scrobble", "watched", "type=movie", f"title={OTHER_FILM.title}")
    couch.script("scrobble", "watched", "type=movie", f"title={UNKNOWN}", "A Sequel")
    couch.script("scrobble", "watched", "type=movie", f"title={UNKNOWN}", f"year={UNKNOWN}")
    couch.script("scrobble", FILM.title)
    couch.kodi.settings.values["track_movies"] = False
    couch.script("scrobble", "watched", "type=movie", f"title={FILM.title}")
    couch.script("rate", word)
    couch.remember(owner="")
    couch.script("scrobble", "watched", "type=episode", f"title={SHOW.title}", "season=1", "episode=1")
    return word


def test_no_title_and_no_file_stands_in_the_log_above_debug(couch):
    evening(couch)
    lines = list(couch.kodi.logged)
    word = scripts(couch)
    lines += couch.kodi.logged
    assert len(couch.marks()) >= 2 and {state for _, _, state in couch.queued()} >= {"unknown", "stuck"}
    told = [line.message for line in lines if line.level > 0]
    assert sum("lib.kodi.tracking.scrobble_command" in line for line in told) == 7
    assert sum("lib.kodi.rating.prompt" in line for line in told) == 1
    assert [line for line in told if any(title.lower() in line.lower() for title in TITLES)] == []
    assert [line for line in told if word[:20] in line] == []
