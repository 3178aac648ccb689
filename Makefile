# The commands of this repository. Each sets up all that it needs in .venv: nothing is installed
# on the machine, and Graphviz comes embedded.

PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Without bytecode each command would compile the package anew: half a second and more.
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME

.PHONY: site test lint bench acceptance serve docs messages clean

site: .venv/ready  ## build the sample portfolio into site/
	@$(BIN)/leanfolio build

test: .venv/ready-to-test  ## every check and every test; the closing line is pytest's
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest -n 2

lint: .venv/ready-to-test  ## mend what a machine can mend
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: .venv/ready-to-test  ## time and memory of check, build and the editor, beside plain MkDocs
	@$(BIN)/python benchmarks/bench.py

acceptance: .venv/ready-to-test  ## the longer runs, on real input
	@$(BIN)/pytest -n 2 -m acceptance

serve: .venv/ready  ## the sample on http://127.0.0.1:8000, rebuilt on every change
	@$(BIN)/leanfolio serve

docs: .venv/ready-to-test  ## write the generated pages of docs/ anew
	@$(BIN)/python docs/generate.py

messages: .venv/ready-to-test  ## collect every sentence of the site for translators
	@$(BIN)/python docs/messages.py

clean:  ## remove what was built; .venv stays
	@find site -mindepth 1 ! -name .gitignore -delete
	@rm -rf build dist .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find generator tests docs benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "leanfolio needs Python 3.11 or newer: none found on the PATH" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
	  echo "$(PYTHON) cannot make a virtual environment; on Debian that is the package python3-venv" >&2; exit 1; }

# A stamp is newer than pyproject.toml for as long as what it asks for is installed.
.venv/ready: pyproject.toml | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

# Dependency groups came with pip 25.1; an older one brings itself up to date first.
.venv/ready-to-test: pyproject.toml | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch .venv/ready $@
