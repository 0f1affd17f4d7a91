"""The face of the command line: the only room that prints."""
