"""The add-on's listings: the main menu, the queue, the context menu, and asking what a play is."""

__all__ = ["context_menu", "main_menu", "other_accounts", "queue_list"]
