"""Ports that stay free until a test takes them: none that the system gives to connections meanwhile."""

from __future__ import annotations

import random
import socket

BELOW_THE_SYSTEMS = range(15000, 32000)  # Linux gives connections 32768 and above
_chance = random.SystemRandom()


def free_port(host: str = "127.0.0.1") -> int:
    """Return a TCP port that nobody listens at."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        port = _chance.choice(BELOW_THE_SYSTEMS)
        try:
            socket.create_server((host, port), family=family).close()
        except OSError:
            continue
        return port
