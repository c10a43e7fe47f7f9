# Two commands: `make serve` and `make test`. Everything lives in .venv and .briefwijzer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
BROWSER_INSTALLED := $(VENV)/.installed-browser

.PHONY: install serve test test-full gate audit-dependencies clean

install: $(INSTALLED)

# The lock pins every package; pyproject.toml says which of them the project itself needs.
$(INSTALLED): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[dev]'
	touch $@

# What drives a browser is 165 MB, and only `test-full` needs it.
$(BROWSER_INSTALLED): $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --editable '.[browser]'
	touch $@

serve: install
	$(BIN)/briefwijzer ingest corpus
	$(BIN)/briefwijzer serve

test: install
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive ingest index service prompts eval
	$(BIN)/pytest -m 'not full'
	$(MAKE) gate

# The answers to the gold questions, against the committed results.
gate: install
	rm -rf .briefwijzer/gate
	$(BIN)/briefwijzer --index .briefwijzer/gate ingest corpus
	$(BIN)/briefwijzer --index .briefwijzer/gate eval --gate eval/results/gold.json

# The locked packages against the known vulnerabilities, which it asks PyPI for: it needs a network,
# and fails where one package could not be looked up.
audit-dependencies: install
	$(BIN)/pip-audit --strict --requirement requirements.lock --no-deps --disable-pip

# Checks that need a system package; they fail, and never skip, where it is missing.
test-full: install $(BROWSER_INSTALLED)
	$(BIN)/pytest -m full

# Not the index itself: uploaded letters and feedback stand nowhere else.
clean:
	rm -rf $(VENV) .briefwijzer/gate
