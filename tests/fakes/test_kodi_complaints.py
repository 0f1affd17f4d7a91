"""What the tests in a real Kodi take for a complaint of the add-on, and what they leave to Kodi and Python."""

import pytest

from tests.real_kodi.complaints import complaints

AT_THE_END_OF_ANY_SCRIPT = """Exception ignored in: <function _DeleteDummyThreadOnDel.__del__ at 0x7f96f947c0e0>
Traceback (most recent call last):
  File "/usr/lib/python3.13/threading.py", line 1385, in __del__
TypeError: 'NoneType' object does not support the context manager protocol
"""
STAMP = "2026-11-28 06:04:22.669 T:28602   ERROR <general>: "
EMPTY = " " * 51
INTERRUPTED_WHILE_IT_ENDS = "\n".join(
    [
        f"{STAMP}Exception ignored in: ",
        f"{STAMP}<module 'threading' from '/usr/lib/python3.9/threading.py'>",
        f"{STAMP}\n{EMPTY}",
        f"{STAMP}Traceback (most recent call last):\n{EMPTY}",
        f'{STAMP}  File "/usr/lib/python3.9/threading.py", line 1409, in _shutdown\n{EMPTY}',
        f"{STAMP}    \n{STAMP}tlock.release()\n{STAMP}\n{EMPTY}",
        f"{STAMP}SystemError\n{STAMP}: ",
        f"{STAMP}<method 'release' of '_thread.lock' objects> returned a result with an error set",
        f"{STAMP}\n{EMPTY}",
    ]
)
OURS = [
    "Traceback (most recent call last):",
    "2026-11-28 06:04:22.669 T:1 error <general>: [plugin.video.simkl] the queue cannot be used",
    "2026-11-28 06:04:22.669 T:1   ERROR <general>: [plugin.video.simkl] the queue cannot be used",
    "2026-11-28 06:04:22.669 T:1 warning <general>: RunScript called for a non-script addon. This is deprecated",
    "   Error Contents: 'xbmc.InfoTagVideo' object has no attribute 'getUniqueID'",
]


@pytest.mark.parametrize("text", [AT_THE_END_OF_ANY_SCRIPT, INTERRUPTED_WHILE_IT_ENDS], ids=["3.13", "19"])
def test_a_complaint_is_told_from_what_kodi_and_python_do_to_every_script(text):
    assert complaints(f"before\n{text}after\n") == []
    assert complaints(text.replace("threading.py", "lib/kodi/service.py")) != []
    for line in OURS:
        assert complaints(line) == [line]
        assert complaints(f"{text}\nnothing\n{line}\n{text}") == [line]
