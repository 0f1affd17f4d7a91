"""Run the fake Simkl server from a shell: `python -m tests.fakes.simkl --port 8123`."""

import argparse
import signal
import sys
from threading import Event

from tests.fakes.simkl.apps import app_from_spec
from tests.fakes.simkl.faults import OPTIONS
from tests.fakes.simkl.server import FakeSimkl


def parser() -> argparse.ArgumentParser:
    """Return the command line; what it reads are the settings of a fake server by their names."""
    flags = argparse.ArgumentParser(prog="python -m tests.fakes.simkl", description="A fake Simkl server for tests.")
    number, more = {"type": int}, {"action": "append", "default": []}
    fault = f"e.g. status:status=503,retry_after=3,times=2,path=/oauth/pin; repeatable; one of {', '.join(OPTIONS)}"
    app = (
        "an app with more to it, e.g. mine:generation=v2,secret=s3cret,redirect=http://127.0.0.1:8484/callback; "
        "repeatable, as is redirect; also name=..."
    )
    for name, options in {
        "--port": {**number, "default": 0, "help": "0 picks a free one (default)"},
        "--host": {"default": "127.0.0.1"},
        "--interval": {**number, "default": 5, "metavar": "SECONDS", "help": "between two polls (default 5)"},
        "--expires-in": {**number, "default": 900, "metavar": "SECONDS", "help": "life of a code (default 900)"},
        "--client-id": {
            "action": "append", "dest": "client_ids", "metavar": "ID", "help": "repeatable (default sandbox-client-id)",
        },
        "--v2-client-id": {**more, "dest": "v2_client_ids", "metavar": "ID", "help": "repeatable"},
        "--app": {**more, "dest": "apps", "metavar": "SPEC", "help": app},
        "--code": {**more, "dest": "codes", "metavar": "TEXT", "help": "the next code; repeatable"},
        "--v2-code": {**more, "dest": "v2_codes", "metavar": "TEXT", "help": "the same for V2's device flow"},
        "--user-name": {"default": "sample_viewer"},
        "--user-quota": {**number, "metavar": "N", "help": "of a V2 user in a day (default 500)"},
        "--app-quota": {**number, "metavar": "N", "help": "of a V1 app in a day (default: no end)"},
        "--api-host": {"metavar": "NAME", "help": "play the API under this name only, e.g. localhost"},
        "--slow-down": {"action": "store_true", "help": 'answer "Slow down" to polls that come too fast'},
        "--no-limits": {"action": "store_false", "dest": "limits", "help": "allow any number of requests a second"},
        "--fault": {**more, "dest": "faults", "metavar": "SPEC", "help": fault},
        "--verbose": {"action": "store_true", "help": "log requests to stderr"},
    }.items():  # fmt: skip
        flags.add_argument(name, **options)
    return flags


def main() -> int:
    """Serve until Ctrl-C or SIGTERM; returns the exit code."""
    flags = parser()
    asked = vars(flags.parse_args())
    try:
        asked["client_ids"] = asked["client_ids"] or ["sandbox-client-id"] * (not asked["apps"])
        box = FakeSimkl(**{**asked, "apps": [app_from_spec(spec) for spec in asked["apps"]]})
    except ValueError as problem:
        flags.error(str(problem))
    enough = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: enough.set())
    try:
        box.listen_again()
    except OSError as problem:
        print(f"Cannot listen on {asked['host']} port {asked['port']}: {problem.strerror}", file=sys.stderr)
        return 1
    print(f"Fake Simkl server on {box.url}", flush=True)
    print(f"  enter a code    {box.url}/pin")
    print(f"  connected apps  {box.url}/settings/connected-apps/")
    print(f"  remote control  {box.url}/_box/state")
    print(f"  api             {box.api_url}")
    for app in box.apps.values():
        print(f"  client_id       {app.client_id}  ({app.generation.upper()}, {app.kind})")
    print("  A stand-in for tests, not Simkl. Ctrl-C ends it.", flush=True)
    enough.wait()
    box.stop_listening()
    return 0


sys.exit(main())
