"""What a person wants tracked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TrackingPreferences:
    """What a person wants tracked: kinds, the threshold in percent, the shortest minutes, what to leave out.

    `library_marks` are marks by hand in the player's library; with `remove_films`, Simkl removes a film and its rating
    when its mark is taken away there.
    """

    movies: bool = True
    shows: bool = True
    anime: bool = True
    threshold: int = 80
    minimum_minutes: float = 3.0
    folders: tuple[str, ...] = ()
    addons: tuple[str, ...] = ()
    streams: bool = True
    library_marks: bool = True
    remove_films: bool = False
