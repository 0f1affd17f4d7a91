"""The server front end: webhooks of media servers come in, and people link their accounts on a page."""
