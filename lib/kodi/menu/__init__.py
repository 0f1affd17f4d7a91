"""The add-on's listings: the main menu, the queue, the status line, and asking what a play is."""
