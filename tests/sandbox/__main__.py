"""Run Simkl in a box from a shell: `python -m tests.sandbox --port 8123`."""

from __future__ import annotations

import argparse
import signal
import sys
from threading import Event

from tests.sandbox.faults import OPTIONS
from tests.sandbox.server import Sandbox


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    flags = argparse.ArgumentParser(prog="python -m tests.sandbox", description="Simkl in a box, a stand-in for tests.")
    flags.add_argument("--port", type=int, default=0, help="0 picks a free one (default)")
    flags.add_argument("--host", default="127.0.0.1")
    flags.add_argument("--interval", type=int, default=5, metavar="SECONDS", help="between two polls (default 5)")
    flags.add_argument("--expires-in", type=int, default=900, metavar="SECONDS", help="life of a code (default 900)")
    flags.add_argument("--client-id", action="append", metavar="ID", help="repeatable (default sandbox-client-id)")
    flags.add_argument("--v2-client-id", action="append", default=[], metavar="ID", help="repeatable")
    flags.add_argument("--code-length", type=int, default=5, metavar="N")
    flags.add_argument("--code", action="append", default=[], metavar="TEXT", help="the next code; repeatable")
    flags.add_argument("--user-name", default="sample_viewer")
    flags.add_argument("--user-id", type=int, default=900001)
    flags.add_argument("--account-type", default="free", choices=["free", "pro", "vip"])
    flags.add_argument("--redirect", action="append", default=[], metavar="URL", help="a registered one; repeatable")
    flags.add_argument("--slow-down", action="store_true", help='answer "Slow down" to polls that come too fast')
    flags.add_argument("--no-limits", action="store_true", help="allow any number of requests a second")
    flags.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="SPEC",
        help=f"e.g. status:status=503,retry_after=3,times=2,path=/oauth/pin; repeatable; one of {', '.join(OPTIONS)}",
    )
    flags.add_argument("--verbose", action="store_true", help="log requests to stderr")
    return flags


def main() -> int:
    """Serve until Ctrl-C or SIGTERM; returns the exit code."""
    flags = parser()
    asked = flags.parse_args()
    try:
        box = Sandbox(
            host=asked.host,
            port=asked.port,
            interval=asked.interval,
            expires_in=asked.expires_in,
            client_ids=asked.client_id or ["sandbox-client-id"],
            v2_client_ids=asked.v2_client_id,
            code_length=asked.code_length,
            codes=asked.code,
            user_name=asked.user_name,
            user_id=asked.user_id,
            account_type=asked.account_type,
            redirects=asked.redirect,
            slow_down=asked.slow_down,
            limits=not asked.no_limits,
            faults=asked.fault,
            verbose=asked.verbose,
        )
    except ValueError as problem:
        flags.error(str(problem))
    enough = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: enough.set())
    try:
        box.start()
    except OSError as problem:
        print(f"Cannot listen on {asked.host} port {asked.port}: {problem.strerror}", file=sys.stderr)
        return 1
    print(f"Simkl in a box on {box.url}", flush=True)
    print(f"  enter a code    {box.url}/pin")
    print(f"  connected apps  {box.url}/settings/connected-apps/")
    print(f"  remote control  {box.url}/_box/state")
    print(f"  client_id       {box.client_id}")
    print("  A stand-in for tests, not Simkl. Ctrl-C ends it.", flush=True)
    enough.wait()
    box.stop()
    return 0


sys.exit(main())
