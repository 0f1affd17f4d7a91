"""Entry point: picks the front end from how the plugin was called."""

import importlib
import importlib.util
import sys

if __name__ == "__main__":
    frontend = "kodi" if importlib.util.find_spec("xbmc") else "terminal"
    try:
        sys.exit(importlib.import_module(f"lib.{frontend}.entry").main(sys.argv))
    except KeyboardInterrupt:
        sys.exit(130)
