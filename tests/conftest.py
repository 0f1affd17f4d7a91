"""What holds for every test."""

import pytest

from lib.system import secrets


@pytest.fixture(autouse=True)
def _secrets_of_other_tests_stay_theirs():
    """The logging filter knows every secret ever made in this process; one such as "more" spoils the logs of others."""
    before = set(secrets._known)
    yield
    secrets._known.clear()
    secrets._known.update(before)
