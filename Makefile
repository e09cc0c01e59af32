# Two commands matter: `make run` and `make test`. Both set up what they need.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: setup setup-dev run test slow lint bench bench-cat picture lock clean

setup: $(VENV)/.installed
setup-dev: $(VENV)/.installed-dev

# Byte-compiling at install time triples the speed of the first start.
$(VENV)/.installed: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q kiosk itembank sync
	touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(PIP) install --require-hashes --requirement requirements-dev.lock
	touch $@

run: setup
	$(BIN)/kiosk demo

test: setup-dev
	$(BIN)/python -m pytest -n 2

slow: setup-dev
	$(BIN)/python -m pytest -m slow

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup-dev
	$(BIN)/python -m benchmarks

# Adaptive testing beside other programs, each in an environment of its own under .bench/; needs a package index.
bench-cat: setup-dev
	$(BIN)/python -m benchmarks.cat

# Draws the README's picture again from the real screen.
picture: setup-dev
	$(BIN)/python -m benchmarks.picture

# Pins every dependency with its hashes; names no host. Needs `uv`.
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-annotate --no-header --quiet
lock:
	$(LOCK) --extra collector --extra build --output-file requirements.lock
	$(LOCK) --all-extras --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache var
