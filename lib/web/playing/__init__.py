"""From the events of media servers to plays for Simkl: what plays where, what counts, and what was counted already."""

__all__ = ["engine", "marks", "meaning", "media", "playback", "registry"]
