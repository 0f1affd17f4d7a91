"""How many trials a test by chance makes: a tenth of them in `make test`, all of them in `make chance`."""

import os

SHARE = 1 if "ALL_TRIALS" in os.environ else 10


def trials(count: int) -> int:
    """Return how many of `count` trials this run makes."""
    return count // SHARE
