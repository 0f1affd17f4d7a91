"""The add-on's listings: the main menu, the queue, the context menu, and asking what a play is."""
