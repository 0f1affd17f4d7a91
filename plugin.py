"""The door: picks a face from how the plugin was called."""

import importlib.util
import sys

if __name__ == "__main__":
    if importlib.util.find_spec("xbmc"):
        from lib.kodi.entry import main
    else:
        from lib.terminal.entry import main
    sys.exit(main(sys.argv))
