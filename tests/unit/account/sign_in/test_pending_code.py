"""The code that waits, on disk: when it is taken up again, and when it counts as dead."""

import json
import stat

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.account.settings_file import SettingsError
from lib.simkl.auth.code_flow import Code
from lib.system.secrets import redact
from tests.trials import trials
from tests.unit.account.world import CLIENT_ID, code

pytestmark = pytest.mark.chance


@pytest.fixture
def file(world):
    return world.path.with_name("settings.yaml.default.code")


@pytest.mark.parametrize("kept", [code(), code("ÄÖ/ü 0", 12.5, 1.5, secret="device code")], ids=["PIN", "device"])
def test_a_code_comes_back_as_it_was_until_it_is_forgotten(world, file, kept):
    assert world.pending().alive() is None
    world.pending().keep(kept)
    assert world.pending().alive() == kept
    assert world.pending(client_id="another").alive() is None
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for _ in range(2):
        world.pending().forget()
        assert world.pending().alive() is None and not file.exists()


LEFT = {
    "later": (300, 600),
    "nearly expired": (899, 1),
    "expired": (900, None),
    "30 years later": (1e9, None),
    "set back a little": (-0.1, None),
    "set back to 1995": (-1e9, None),
}


@pytest.mark.parametrize(("seconds", "left"), LEFT.values(), ids=LEFT.keys())
def test_a_code_is_alive_while_it_can_be_polled_and_its_age_is_known(world, seconds, left):
    world.pending().keep(code(expires_in=900))
    world.clock.skew += seconds
    assert world.pending().alive() == (None if left is None else code(expires_in=left))


def test_every_account_has_a_code_of_its_own_for_which_only_one_may_poll(world):
    world.pending(account="a/b").keep(code("THEIRS"))
    world.pending().keep(code("OURS"))
    assert [world.pending(account=name).alive().user_code for name in ("a/b", "default")] == ["THEIRS", "OURS"]
    first = world.pending().try_lock()
    assert world.pending().try_lock() is None
    assert world.pending(account="a/b").try_lock() is not None
    first.release()
    assert world.pending().try_lock() is not None


def test_a_resumed_code_is_hidden_from_logs(world):
    world.pending().keep(code("K7QXM-9"))
    assert redact("K7QXM-9") == "K7QXM-9"
    world.pending().alive()
    assert redact("K7QXM-9") == "[hidden]"


# what somebody may have done to the file


def record(**changes):
    texts = {"client_id": CLIENT_ID, "user_code": "A", "verification_uri": "u", "verification_uri_complete": "c"}
    return json.dumps({**texts, "started_at": 0, "expires_in": 1e12, "interval": 5, "secret": None, **changes}).encode()


DAMAGED = {
    "empty": b"",
    "cut off": record()[:50],
    "not UTF-8": b"\xff\xfe",
    "another shape": b"[1, 2]",
    "a field is missing": json.dumps({"client_id": CLIENT_ID}).encode(),
    "a word for a number": record(interval="often"),
    "a number beyond all numbers": record(expires_in=10**400),
    "not a number": record(expires_in=float("nan")),
    "alive for ever": record(expires_in=float("inf")),
    "polled without a pause": record(interval=0),
    "nested without end": b"[" * 100_000,
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_as_good_as_none(world, file, content):
    file.write_bytes(record())
    assert world.pending().alive().user_code == "A"
    file.write_bytes(content)
    assert world.pending().alive() is None


texts = st.text("A1 -\u00e9\U0001f600\0", max_size=8)  # all letters would cost seconds before the first trial
values = st.none() | st.booleans() | st.integers() | st.floats() | texts
changes = st.dictionaries(st.sampled_from(list(json.loads(record()))), values)


@settings(max_examples=trials(200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary() | changes.map(lambda changes: record(**changes)))
def test_any_bytes_are_a_code_or_none(world, file, content):
    file.write_bytes(content)
    assert isinstance(world.pending().alive(), (Code, type(None)))


def test_a_file_that_can_be_neither_read_nor_removed_is_told_in_the_log(world, file, caplog):
    file.mkdir()
    assert world.pending().alive() is None
    world.pending().forget()
    assert f"{file} cannot be read" in caplog.text and f"{file} cannot be removed" in caplog.text


@pytest.mark.parametrize("action", [lambda p: p.keep(code()), lambda p: p.try_lock()], ids=["keep", "lock"])
def test_a_folder_that_cannot_be_written_is_named(world, action):
    world.path = world.path.parent / "file" / "settings.yaml"
    world.path.parent.write_text("not a folder")
    with pytest.raises(SettingsError, match=f"{world.path.parent} cannot be written: .*owner, permissions"):
        action(world.pending())
