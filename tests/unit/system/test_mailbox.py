"""Messages arrive in order, wake the reader, and a wait for none ends in time."""

from __future__ import annotations

import threading

import pytest

from lib.system.mailbox import Mailbox


def test_messages_come_in_the_order_in_which_they_were_put_there():
    mailbox = Mailbox()
    for message in (1, None, 3):
        mailbox.put(message)
    assert [mailbox.take() for _ in range(3) if mailbox.wait(0.0)] == [1, None, 3]
    assert not mailbox.wait(0.0)
    with pytest.raises(IndexError):
        mailbox.take()


def test_a_message_wakes_a_reader_that_waits_without_end():
    mailbox, read = Mailbox(), []
    reader = threading.Thread(target=lambda: read.append(mailbox.wait(None) and mailbox.take()), daemon=True)
    reader.start()
    mailbox.put("x")
    reader.join(60)
    assert read == ["x"]
