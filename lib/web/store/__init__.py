"""What the server keeps beside the play queue, in the same file: deliveries with verdicts, users seen, playbacks.

It is the same file because a delivery, the state of its playback and the plays that come of it have to be on the disk
together or not at all: a play without its verdict would be counted twice when the server sends it again, and a verdict
without its play would be a lie. Two files of sqlite cannot be committed as one while a write-ahead log is used.
The tables have names of their own, and a version of their own, so that the queue's schema knows nothing of them.
"""

__all__ = ["counted", "deliveries", "playbacks", "queued", "removals", "schema", "seen", "shows"]
