"""What watching means: playback sessions, what it is that plays, the durable queue, and its delivery.

Knows nothing of Kodi or any other player. A player's face feeds `tracker.Tracker` with events and facts:

    events ──> session    one playback as a small state machine: which calls it is worth, and when
    facts  ──> identity   what it is: ids, titles and numbers; and what is never tracked (exclusions)
               queue      every play is on the disk (sqlite) before it is on the wire
               delivery   one ordered line per account to Simkl, with patience
"""
