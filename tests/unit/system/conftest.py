"""The world and the broken disk of the account's tests, for the files and locks below them."""

from tests.unit.account.conftest import disk_without, world

__all__ = ["disk_without", "world"]
