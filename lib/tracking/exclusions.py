"""What is never tracked, and why. The reasons are words for the log and for tests, not for the screen."""

from __future__ import annotations

from urllib.parse import unquote

from lib.simkl.api.media import replace_surrogates
from lib.tracking.extras import TRAILER, extra_reason
from lib.tracking.media_info import MEDIA_CHANNEL, MEDIA_MUSIC_VIDEO, MediaInfo, strip_vfs_wrappers
from lib.tracking.preferences import TrackingPreferences
from lib.tracking.trailers import is_trailer_address, is_trailer_title

MEDIA_TRAILER = "trailer"

_STREAMS = ("http", "https", "rtmp", "rtsp", "mms", "udp", "rtp")


def exclusion_reason(facts: MediaInfo, preferences: TrackingPreferences) -> str:
    """Return why this is not tracked, an empty text if nothing speaks against it. The length is judged apart."""
    if facts.excluded:
        return "excluded by the add-on that plays it"
    if facts.media == MEDIA_CHANNEL or facts.scheme == "pvr" or facts.address.lower().startswith("pvr://"):
        return "live TV"
    if facts.media == MEDIA_MUSIC_VIDEO:
        return "a music video"
    if _is_trailer(facts):
        return TRAILER
    extra = extra_reason(facts.path, facts.show_title or facts.title)
    if extra:
        return extra
    if facts.addon and facts.addon in preferences.addons:
        return "from an excluded add-on"
    if facts.scheme in _STREAMS and not preferences.streams and not facts.library_id:
        return "a stream"
    folders = [each for folder in preferences.folders for each in _folders(replace_surrogates(folder))]
    if any(_is_inside(path, each) for path in (facts.file, facts.address) for each in folders):
        return "in an excluded folder"
    return ""


def _is_trailer(facts: MediaInfo) -> bool:
    """Return whether the item, its address or its title says that it is a trailer."""
    if facts.is_trailer or facts.media == MEDIA_TRAILER or is_trailer_title(facts.title):
        return True
    if any(is_trailer_address(each) for each in (facts.file, facts.address)):
        return True
    return facts.title.strip().lower() == MEDIA_TRAILER and not facts.library_id


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
