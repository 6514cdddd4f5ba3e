# Two commands do everything: `make run` and `make test`. `make` alone prints what there is.

PYTHON ?= python3
BIN    := .venv/bin
STAMPS := .venv/stamps
PO     := $(wildcard src/hearth/words/locale/*/LC_MESSAGES/*.po)

.DEFAULT_GOAL := help
.PHONY: help setup run test check bench lock map clean
.DELETE_ON_ERROR:

help:
	@echo "make run     start Hearth here: dependencies, database, web and workers; Ctrl-C stops all of it"
	@echo "make test    run every test"
	@echo "make check   format, lint, types, import contracts, the map"
	@echo "make bench   measure: a table, and build/bench.json"
	@echo "make setup   build .venv alone; then .venv/bin/hearth --help"
	@echo "make lock    renew the locked dependencies in requirements/"
	@echo "make map     rewrite docs/map.md from the tree"
	@echo "make clean   remove .venv, build and caches; a running company's data stays"

setup: $(STAMPS)/run $(STAMPS)/messages

run: setup
	@exec $(BIN)/hearth run

test: $(STAMPS)/dev $(STAMPS)/messages
	$(BIN)/pytest -n 2 --dist loadfile

check: $(STAMPS)/dev $(STAMPS)/messages
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.house.map

bench: setup
	$(BIN)/python -m benchmarks

map:
	$(PYTHON) -m tests.house.map --write

# Locks name packages and hashes only, for every platform; no registry address, whatever the machine's own settings are.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-config --custom-compile-command "make lock" \
	pyproject.toml requirements/build.in --extra fast --extra ocr

lock: $(STAMPS)/dev
	$(COMPILE) $(UPGRADE) --output-file requirements/run.txt
	$(COMPILE) $(UPGRADE) --extra dev --constraints requirements/run.txt --output-file requirements/dev.txt

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests benchmarks products -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true
	find src -name '*.mo' -delete

# --- what setup builds; each stamp is younger than all it was built from ----------------------------------------------

PIP := $(BIN)/python -m pip install --disable-pip-version-check --no-input --quiet

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Hearth needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "This Python cannot make a virtual environment. On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@mkdir -p $(@D) && touch $@

$(STAMPS)/run: requirements/run.txt pyproject.toml | $(STAMPS)/venv
	$(PIP) --require-hashes -r requirements/run.txt
	$(PIP) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(STAMPS)/dev: requirements/dev.txt $(STAMPS)/run
	$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

$(STAMPS)/messages: $(PO) $(STAMPS)/run
	$(BIN)/hearth messages compile
	@touch $@
