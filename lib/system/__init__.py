"""What the operating system gives: files, locks, threads, timetables, timestamps, and secrets that do not show."""

__all__ = [
    "clock",
    "errors",
    "exceptions",
    "exit_codes",
    "files",
    "locks",
    "mailbox",
    "secrets",
    "threads",
    "timestamps",
    "timetable",
]
