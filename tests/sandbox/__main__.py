"""`python -m tests.sandbox` starts the fake Simkl server, as `python -m tests.fakes.simkl` does."""

import runpy

if __name__ == "__main__":
    runpy.run_module("tests.fakes.simkl", run_name="__main__", alter_sys=True)
