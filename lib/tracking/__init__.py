"""What watching means: playback sessions, what it is that plays, the durable queue, and its delivery.

Knows nothing of Kodi or any other player. A front end feeds `tracker.Tracker` with events and facts:

    events ──> playback        one playback as a small state machine: which calls it is worth, and when
    facts  ──> identify        what it is: ids, titles and numbers; and what is never tracked (exclusions)
               echoes          which marks in the player's library were caused by playing
    marks  ──> library_marks   what a person marks by hand: what of it Simkl hears
               store           every play is on the disk (sqlite) before it is on the wire
               delivery        one ordered line per account to Simkl; what each error leads to is in `policy`
"""

__all__ = [
    "corrections",
    "delivery",
    "echoes",
    "events",
    "file_names",
    "identify",
    "library_marks",
    "media_info",
    "play",
    "playback",
    "preferences",
    "rating_question",
    "script_arguments",
    "store",
    "tracker",
]
