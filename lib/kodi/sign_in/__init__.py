"""The sign-in window and the worker behind it."""
