"""A table of named cases right above its test."""

import pytest


def cases(names, table):
    """Run a test with each row of a table, by its name; `names` are those of the columns, with commas."""
    return pytest.mark.parametrize(names, list(table.values()), ids=list(table))
