"""waitress around the application, with an end: SIGTERM stops taking, and finishes what is in flight.

waitress reads a request whole before a thread gets it, so a slow sender costs a connection and no thread.
"""

from __future__ import annotations

import logging
import socket
from typing import Any

from waitress.server import create_server

from lib.system.clock import Clock
from lib.web.pages.hook import LARGEST_DELIVERY
from lib.web.proxy_headers import WsgiApplication

THREADS = 8
CONNECTION_LIMIT = 1000
IDLE_SECONDS = 30
LARGEST_HEADER = 32 * 1024
_IDLE_TURN_SECONDS = 1.0
_DRAIN_TURN_SECONDS = 0.05

log = logging.getLogger(__name__)


class AddressInUse(Exception):
    """Nothing can listen at this host and port; the text says why."""

    name = "address_in_use"
    exit_code = 69


class HttpServer:
    """Listens at once; `run` serves until `stop` is called, from a signal handler or another thread."""

    def __init__(self, app: WsgiApplication, host: str, port: int, clock: Clock) -> None:
        self._clock = clock
        self._channels: dict[int, Any] = {}
        try:
            self._server: Any = create_server(
                app,
                map=self._channels,
                host=host,
                port=port,
                threads=THREADS,
                connection_limit=CONNECTION_LIMIT,
                channel_timeout=IDLE_SECONDS,
                cleanup_interval=IDLE_SECONDS // 3,
                max_request_body_size=LARGEST_DELIVERY,
                max_request_header_size=LARGEST_HEADER,
                asyncore_use_poll=True,
                clear_untrusted_proxy_headers=False,  # ProxyHeaders decides which to believe
                ident="",
            )
        except (OSError, socket.gaierror, ValueError) as error:
            raise AddressInUse(f"Cannot listen at {host} port {port}: {error}") from error
        self._stopping = False
        self._listeners = [each for each in self._channels.values() if getattr(each, "accepting", False)]
        self.host = host
        self.port = int(self._listeners[0].effective_port)

    def run(self, drain_seconds: float) -> bool:
        """Serve until `stop`; then finish what is in flight. False if that took longer than `drain_seconds`."""
        while not self._stopping:
            self._turn(_IDLE_TURN_SECONDS)
        return self._drain(drain_seconds, self._clock)

    def stop(self) -> None:
        """Ask `run` to end. Safe in a signal handler: it sets a flag and writes a byte to a pipe.

        Once is enough: a second signal may find the pipe closed.
        """
        if not self._stopping:
            self._stopping = True
            self._listeners[0].pull_trigger()

    def _turn(self, seconds: float) -> None:
        self._server.asyncore.loop(timeout=seconds, count=1, map=self._channels, use_poll=True)

    def _drain(self, seconds: float, clock: Clock) -> bool:
        """Close the listeners, and serve the requests that have arrived."""
        for listener in self._listeners:
            listener.del_channel(self._channels)
            listener.socket.close()
        end = clock.monotonic() + seconds
        while clock.monotonic() < end and self._in_flight():
            self._turn(_DRAIN_TURN_SECONDS)
        finished = not self._in_flight()
        self._listeners[0].task_dispatcher.shutdown(cancel_pending=True, timeout=max(0.0, end - clock.monotonic()))
        for channel in list(self._channels.values()):
            channel.close()
        return finished

    def _in_flight(self) -> bool:
        """Return whether a connection has a request that is being read, handled or answered."""
        return any(
            getattr(channel, "requests", None) or getattr(channel, "request", None) or channel.writable()
            for channel in list(self._channels.values())
            if hasattr(channel, "requests")
        )
