# Simkl Link. `make demo` shows the main job; `make test` tells whether it still works.

PYTHON ?= python3
CLIENT_ID ?=
export PEER PEER_SETTINGS PEER_CLIENT_ID
export PYTHONDONTWRITEBYTECODE :=  # each worker of pytest would compile every test anew
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/ready
FAST_TMP := $(if $(wildcard /dev/shm),TMPDIR=/dev/shm)
KODISTUBS := Kodistubs==21.0.0

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-server test chance check zip kodi evening interop web bench art clean

help:           ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 18

setup: $(READY) ## make .venv with everything the other verbs need

$(READY): requirements.txt requirements-dev.txt Makefile
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --target $(VENV)/kodistubs $(KODISTUBS)
	touch $(READY)

demo: $(READY)  ## link an account against a fake Simkl server on this machine
	$(PY) -m tests.fakes.simkl.demo

demo-server: $(READY) ## the server for Jellyfin and others: two people link and watch, all on this machine
	$(PY) -m tests.fakes.servers.demo

test: $(READY)  ## every test that needs no screen, and the coverage that is promised
	mkdir -p build
	$(FAST_TMP) $(PY) -m slipcover --source lib --json --out build/coverage.json -m pytest -n 4 --dist loadfile --no-loadscope-reorder
	$(PY) -m tools.coverage_gates build/coverage.json

chance: $(READY) ## the tests that look for trouble by chance, with all of their trials (make test makes a tenth)
	ALL_TRIALS=1 $(FAST_TMP) $(PY) -m pytest -n 2 -m chance

check: $(READY) ## lint, types, the oldest Python, and the rules of the architecture
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m pytest tests/architecture -q

zip: $(READY)   ## dist/plugin.video.simkl-VERSION.zip; CLIENT_ID=... bakes a client id into it
	$(PY) tools/build_zip.py --client-id "$(CLIENT_ID)"

kodi: $(READY)  ## the add-on in real Kodis 19, 20 and 21 under a virtual screen (as root; names the Debian packages it needs)
	$(PY) -m pytest -m debian tests/e2e tests/unit/system
	$(PY) -m tests.real_kodi.debian
	$(PY) -m pytest tests/real_kodi || $(PY) -m tests.real_kodi.once_more

evening: $(READY) ## the part of kodi that runs in each version: the sign-in and an evening of tracking in 19, 20 and 21
	$(PY) -m tests.real_kodi.debian
	$(PY) -m pytest tests/real_kodi/test_evening.py || $(PY) -m tests.real_kodi.once_more

interop: $(READY) ## other people's OAuth libraries against the fake Simkl server (needs Debian's npm, chromium, chromium-driver)
	$(PY) -m pytest tests/interop

web: $(READY)   ## the server: its pages in a real Chromium, behind nginx and Caddy, and killed fifty times under load
	$(PY) -m pytest -p no:xdist tests/web

bench: $(READY) ## measure it, in one run; PEER=path/to/addon: the tracking beside another add-on's (as root)
	$(PY) -m tests.bench $(if $(PEER),tracking)

art: $(READY)   ## draw the pictures anew (needs Debian's fonts-jetbrains-mono)
	$(PY) -m tools.art

clean:          ## remove what the other verbs made
	rm -rf tests/interop/node/node_modules tests/web/node/node_modules $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
