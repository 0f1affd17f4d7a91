"""Entry point: picks the front end from how the plugin was called."""

import importlib
import importlib.util
import sys

if __name__ == "__main__":
    command = next((word for word in sys.argv[1:] if word in ("link", "status", "unlink", "serve")), "")
    kodi = importlib.util.find_spec("xbmc")
    is_in_kodi = kodi is not None and not (kodi.origin or "").endswith(".py")  # Kodi has it built in, Kodistubs do not
    frontend = "kodi" if is_in_kodi else "web" if command == "serve" else "terminal"
    try:
        sys.exit(importlib.import_module(f"lib.{frontend}.entry").main(sys.argv))
    except KeyboardInterrupt:
        sys.exit(130)
