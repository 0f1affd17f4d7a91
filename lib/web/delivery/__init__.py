"""From the queue to Simkl, for all linked accounts of a server at once."""
