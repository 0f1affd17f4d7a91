"""What the operating system gives: files, locks, threads, timetables, timestamps, and secrets that do not show."""
