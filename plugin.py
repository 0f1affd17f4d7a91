"""Entry point: picks the front end from how the plugin was called."""

import importlib
import importlib.util
import sys

if __name__ == "__main__":
    command = next((word for word in sys.argv[1:] if word in ("link", "status", "unlink", "serve")), "")
    outside = "web" if command == "serve" else "terminal"
    frontend = "kodi" if importlib.util.find_spec("xbmc") else outside
    try:
        sys.exit(importlib.import_module(f"lib.{frontend}.entry").main(sys.argv))
    except KeyboardInterrupt:
        sys.exit(130)
