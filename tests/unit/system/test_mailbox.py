"""Messages arrive in order, wake the reader, and a wait for none ends in time."""

from __future__ import annotations

import threading

import pytest

from lib.system.mailbox import Mailbox

BOUND = 60.0


def test_messages_come_in_the_order_in_which_they_were_put_there():
    mailbox = Mailbox()
    for message in (1, None, 3):
        mailbox.put(message)
    assert [mailbox.take() for _ in range(3) if mailbox.wait(0.0)] == [1, None, 3]
    assert not mailbox.wait(0.0)


def test_there_is_nothing_to_take_from_an_empty_one():
    with pytest.raises(IndexError):
        Mailbox().take()


def test_a_message_wakes_a_reader_that_waits_without_end():
    mailbox, read = Mailbox(), []

    def reading():
        if mailbox.wait(None):
            read.append(mailbox.take())

    reader = threading.Thread(target=reading, daemon=True)
    reader.start()
    mailbox.put("x")
    reader.join(BOUND)
    assert read == ["x"]
