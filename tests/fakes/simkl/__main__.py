"""Run the fake Simkl server from a shell: `python -m tests.fakes.simkl --port 8123`."""

from __future__ import annotations

import argparse
import signal
import sys
from threading import Event

from tests.fakes.simkl.apps import app_from_spec
from tests.fakes.simkl.faults import OPTIONS
from tests.fakes.simkl.server import FakeSimkl


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    flags = argparse.ArgumentParser(prog="python -m tests.fakes.simkl", description="A fake Simkl server for tests.")
    flags.add_argument("--port", type=int, default=0, help="0 picks a free one (default)")
    flags.add_argument("--host", default="127.0.0.1")
    flags.add_argument("--interval", type=int, default=5, metavar="SECONDS", help="between two polls (default 5)")
    flags.add_argument("--expires-in", type=int, default=900, metavar="SECONDS", help="life of a code (default 900)")
    flags.add_argument("--client-id", action="append", metavar="ID", help="repeatable (default sandbox-client-id)")
    flags.add_argument("--v2-client-id", action="append", default=[], metavar="ID", help="repeatable")
    flags.add_argument(
        "--app",
        action="append",
        default=[],
        metavar="SPEC",
        help="an app with more to it, e.g. mine:generation=v2,secret=s3cret,redirect=http://127.0.0.1:8484/callback; "
        "repeatable, as is redirect; also kind=tv|public|server and name=...",
    )
    flags.add_argument("--code-length", type=int, default=5, metavar="N")
    flags.add_argument("--code", action="append", default=[], metavar="TEXT", help="the next code; repeatable")
    flags.add_argument("--v2-code", action="append", default=[], metavar="TEXT", help="the same for V2's device flow")
    flags.add_argument("--user-name", default="sample_viewer")
    flags.add_argument("--user-id", type=int, default=900001)
    flags.add_argument("--account-type", default="free", choices=["free", "pro", "vip"])
    flags.add_argument("--redirect", action="append", default=[], metavar="URL", help="a registered one; repeatable")
    flags.add_argument("--user-quota", type=int, metavar="N", help="of a V2 user in a day (default: by account type)")
    flags.add_argument("--app-quota", type=int, metavar="N", help="of a V1 app in a day (default: no end)")
    flags.add_argument("--api-host", metavar="NAME", help="play the API under this name only, e.g. localhost")
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
        box = FakeSimkl(
            host=asked.host,
            port=asked.port,
            interval=asked.interval,
            expires_in=asked.expires_in,
            client_ids=asked.client_id or ["sandbox-client-id"] * (not asked.app),
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
            apps=[app_from_spec(spec) for spec in asked.app],
            v2_codes=asked.v2_code,
            user_quota=asked.user_quota,
            app_quota=asked.app_quota,
            api_host=asked.api_host,
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
    print(f"Fake Simkl server on {box.url}", flush=True)
    print(f"  enter a code    {box.url}/pin")
    print(f"  connected apps  {box.url}/settings/connected-apps/")
    print(f"  remote control  {box.url}/_box/state")
    print(f"  api             {box.api_url}")
    for app in box.apps:
        print(f"  client_id       {app.client_id}  ({app.generation.upper()}, {app.kind})")
    print("  A stand-in for tests, not Simkl. Ctrl-C ends it.", flush=True)
    enough.wait()
    box.stop()
    return 0


sys.exit(main())
