"""What is never tracked, and why. The reasons are words for the log and for tests, not for the screen."""

from __future__ import annotations

import re
from urllib.parse import unquote

from lib.simkl.api.media import replace_surrogates
from lib.tracking.media_info import MEDIA_CHANNEL, MEDIA_MUSIC_VIDEO, MediaInfo, strip_vfs_wrappers
from lib.tracking.preferences import TrackingPreferences

_TRAILER = re.compile(r"(?:(?:^|[-_./]|- )trailers?(?:\.[a-z0-9]+)?|(?:^|/)trailers?/[^/]+)$", re.IGNORECASE)
# A player that shows a film's trailer gives it the film's own ids and title, with this behind it.
_TRAILER_TITLE = re.compile(r"\((?:trailer|tráiler|bande[- ]annonce)\)$", re.IGNORECASE)
_STREAMS = ("http", "https", "rtmp", "rtsp", "mms", "udp", "rtp")


def exclusion_reason(facts: MediaInfo, preferences: TrackingPreferences) -> str:
    """Return why this is not tracked, an empty text if nothing speaks against it. The length is judged apart."""
    if facts.excluded:
        return "excluded by the add-on that plays it"
    if facts.media == MEDIA_CHANNEL or facts.scheme == "pvr" or facts.address.lower().startswith("pvr://"):
        return "live TV"
    if facts.media == MEDIA_MUSIC_VIDEO:
        return "a music video"
    if _TRAILER.search(facts.path) or _TRAILER_TITLE.search(facts.title.strip()):
        return "a trailer"
    if facts.addon and facts.addon in preferences.addons:
        return "from an excluded add-on"
    if facts.scheme in _STREAMS and not preferences.streams and not facts.library_id:
        return "a stream"
    folders = [each for folder in preferences.folders for each in _folders(replace_surrogates(folder))]
    if any(_is_inside(path, each) for path in (facts.file, facts.address) for each in folders):
        return "in an excluded folder"
    return ""


def _is_inside(file: str, folder: str) -> bool:
    """Return whether a file is below a folder; `/films` holds `/films/a.mkv` and not `/films2/a.mkv`."""
    base, path = _plain(folder), _plain(file)
    return bool(base) and (path == base or path.startswith(f"{base}/"))


def _folders(folder: str) -> list[str]:
    """Return the folders that a source consists of; Kodi writes several as `multipath://`, each of them quoted."""
    start, several, parts = folder.partition("multipath://")
    return [unquote(part) for part in parts.split("/")] if several and not start else [folder]


def _plain(path: str) -> str:
    return strip_vfs_wrappers(path).replace("\\", "/").rstrip("/")
