"""Rating what was watched."""
