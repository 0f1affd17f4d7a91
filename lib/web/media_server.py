"""One media server as its admin has set it up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping

from lib.system.secrets import Secret
from lib.tracking.preferences import TrackingPreferences

MEDIA_KINDS = ("movies", "shows", "anime")


@dataclass(frozen=True)
class MediaServer:
    """What the settings say of a server.

    `name` is its name in the settings, `users` name the account of each user (by id or name), `url` and `api_key` are
    for asking it for the ids of a show. `exclude_libraries` are names or numbers of libraries, `exclude_folders` are
    folders as the server names them, `kinds` what is tracked of it. `threshold` is the progress that counts, 50 to 100.
    """

    name: str
    users: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    api_key: Secret | None = None
    exclude_libraries: tuple[str, ...] = ()
    exclude_folders: tuple[str, ...] = ()
    kinds: tuple[str, ...] = MEDIA_KINDS
    threshold: int = 80

    def preferences(self) -> TrackingPreferences:
        """Return what is tracked of this server."""
        movies, shows, anime = (kind in self.kinds for kind in MEDIA_KINDS)
        return TrackingPreferences(
            movies=movies, shows=shows, anime=anime, threshold=self.threshold, folders=self.exclude_folders
        )

    def excludes_library(self, *names: str) -> bool:
        """Return whether one of these, a library's name or number, is excluded; capitals do not matter."""
        excluded = {each.strip().casefold() for each in self.exclude_libraries}
        return any(name and name.casefold() in excluded for name in names)
