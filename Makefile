# `make` on a fresh machine ends with the site and the packs; `make help` lists the rest.
# Everything that it sets up is in .venv and tests/setup/node_modules; steps that are done are not repeated.

VENV := .venv
PYTHON_IN := $(VENV)/bin/python
STAMPS := $(VENV)/.stamps
PIP := $(PYTHON_IN) -m pip --disable-pip-version-check --quiet
NODE_MODULES := tests/setup/node_modules
PYTEST := $(PYTHON_IN) -m pytest -n 2 --dist worksteal
UV := uv==0.13.9
LOCK := $(STAMPS)/uv/bin/uv pip compile --quiet --no-config --no-emit-index-url \
  --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" pyproject.toml --group build

PANGO := "Pango, which sets the type of the packs (the site alone: $(VENV)/bin/pmdiag build --only site)" \
  "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" "pango" "pango" \
  "install MSYS2 from https://www.msys2.org, then in its window: pacman -S mingw-w64-ucrt-x86_64-pango"
# Pango may lack the part that makes fonts small, so it is loaded as a build loads it.
CAN_PRINT := $(PYTHON_IN) -c "from pmdiag_build.rendering.weasy import prepare; prepare()"

# Fetched once. Without a connection the site and the packs are built all the same, and the build says what is missing.
DESK := layouts/desk/vendor/ready.json

export PYTHON INSTALL

.DEFAULT_GOAL := build
.PHONY: build serve release test test-quick check evidence bench torture attack vendor lock wheel clean distclean help

build: $(STAMPS)/pango $(DESK)  ## the site, the packs and the desk, in build/ (the default)
	@$(VENV)/bin/pmdiag build $(ARGS)

serve: $(STAMPS)/pango  ## the site on 127.0.0.1:8000, made again after every change
	@$(VENV)/bin/pmdiag serve $(ARGS)

release: $(STAMPS)/pango $(DESK)  ## one ZIP in dist/ for people without Python: site, packs, desk
	@$(VENV)/bin/pmdiag release $(ARGS)

test: $(STAMPS)/pango $(STAMPS)/programs $(STAMPS)/npm $(DESK)  ## all tests, with real browsers and PDF programs
	@$(PYTEST) $(ARGS)

test-quick: $(STAMPS)/pango $(STAMPS)/dev  ## the tests that need no browser and no whole build
	@$(PYTEST) -m "not slow" $(ARGS)

check: $(STAMPS)/dev  ## style, types, then all tests
	@$(PYTHON_IN) -m ruff check
	@$(PYTHON_IN) -m ruff format --check
	@$(PYTHON_IN) -m mypy
	@$(MAKE) --no-print-directory test

evidence: $(STAMPS)/dev  ## content/evidence.yaml, for the site: what the last make test found about accessibility
	@$(PYTHON_IN) -m tests.evidence

bench: $(STAMPS)/pango $(STAMPS)/programs $(STAMPS)/npm $(DESK)  ## speed and memory, side by side with two baselines (ARGS=--quick)
	@$(PYTHON_IN) -m tests.bench $(ARGS)

torture: $(STAMPS)/pango $(STAMPS)/programs $(STAMPS)/npm  ## damage, kills and full disks: 10,000 files (ARGS=--quick)
	@$(PYTHON_IN) -m tests.torture $(ARGS)

attack: $(STAMPS)/dev  ## what can be worked out of 500 rounds and 300 pairs of results (ARGS=--quick)
	@$(PYTHON_IN) -m tests.attack $(ARGS)

vendor: $(STAMPS)/dev  ## fetch fonts, styles, search and Python for the desk again from npm into layouts/
	@$(PYTHON_IN) layouts/vendor.py
	@$(PYTHON_IN) layouts/figures.py

lock: $(STAMPS)/uv/bin/uv  ## pin every dependency with its hashes, for Linux, macOS and Windows
	@$(LOCK) $(ARGS) -o requirements.lock
	@$(LOCK) $(ARGS) --extra dev -c requirements.lock -o requirements-dev.lock

wheel: $(STAMPS)/base $(DESK)  ## dist/: a wheel with content and layouts, and a source archive
	@$(PYTHON_IN) -m hatchling build -d dist

clean:  ## remove what was built and cached, but not the environment
	@rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find pmdiag_build tests layouts -name __pycache__ -prune -exec rm -rf {} +

distclean: clean  ## remove the environment too
	@rm -rf $(VENV) $(NODE_MODULES) $(dir $(DESK))

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

# ---- the environment: a stamp shows that a step is done for the files that it depends on

$(STAMPS)/venv:
	@echo "Making the environment in $(VENV)"
	@.ci/machine venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/base: $(STAMPS)/venv requirements.lock pyproject.toml
	@echo "Installing the pinned dependencies"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(PYTHON_IN) -m compileall -q pmdiag_build
	@touch $@

$(DESK): layouts/vendor.py layouts/vendor/VENDOR.json | $(STAMPS)/venv
	@$(PYTHON_IN) layouts/vendor.py --desk || true

$(STAMPS)/pango: $(STAMPS)/base
	@$(CAN_PRINT) >/dev/null 2>&1 || .ci/machine install $(PANGO)
	@$(CAN_PRINT)
	@touch $@

$(STAMPS)/dev: $(STAMPS)/base requirements-dev.lock
	@echo "Installing the pinned test tools"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

$(STAMPS)/programs: $(STAMPS)/dev tests/programs.py
	@$(PYTHON_IN) -m tests.programs
	@touch $@

$(STAMPS)/npm: $(STAMPS)/programs tests/setup/package-lock.json
	@echo "Installing the browser packages of the tests"
	@cd tests/setup && npm ci --omit=optional --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

$(STAMPS)/uv/bin/uv: $(STAMPS)/venv
	@$(PYTHON_IN) -m venv $(STAMPS)/uv
	@$(STAMPS)/uv/bin/python -m pip --disable-pip-version-check --quiet install $(UV)
