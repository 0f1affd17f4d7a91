"""What is promised in figures, measured in one run: `python -m tests.bench`."""
