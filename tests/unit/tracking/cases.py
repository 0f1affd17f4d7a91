"""A table of named cases right above its test."""

from __future__ import annotations

from typing import Any, Mapping

import pytest


def cases(names: str, table: Mapping[str, Any]) -> pytest.MarkDecorator:
    """Run a test with each row of a table, by the row's name; `names` are those of its columns, with commas."""
    return pytest.mark.parametrize(names, list(table.values()), ids=list(table))
