"""Ports that stay free until a test takes them: none that the system gives to connections meanwhile."""

import errno
import itertools
import os
import random
import socket

LISTENED_AT = range(23000, 32000)  # Linux gives connections 32768 and above
PROMISED_EACH = 500  # to each worker of pytest, below those: what is not listened at yet is given to nobody else
_chance = random.SystemRandom()
_first = 15000 + PROMISED_EACH * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 16)
_promised = itertools.cycle(_chance.sample(range(_first, _first + PROMISED_EACH), PROMISED_EACH))


def listen_anywhere(host: str = "127.0.0.1") -> socket.socket:
    """Return a socket that listens at a port that was free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        try:
            return socket.create_server((host, _chance.choice(LISTENED_AT)), family=family, backlog=128)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise


def free_port() -> int:
    """Return a TCP port that nobody listens at, another one each time.

    It is not listened at to find out: a program that is started at that moment has the socket too, until its `exec`.
    """
    while True:
        port = next(_promised)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                continue
            return port
