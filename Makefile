# The commands of this repository. Each sets up all that it needs in .venv: nothing is installed
# on the machine, and Graphviz comes embedded. Versions and hashes of all packages: requirements/.

PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet
# One lock for every system and every Python that we support; it names no index.
BRANCHES := 95 # percent of the core's branches that tests have to take
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes \
	--no-emit-index-url --custom-compile-command 'make lock'
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Without bytecode each command would compile the package anew: half a second and more.
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME

.PHONY: site test lint coverage bench bench-pages acceptance serve docs docs-site gallery snapshots messages lock clean

site: .venv/ready  ## build the sample portfolio into site/
	@$(BIN)/leanfolio build

test: .venv/ready-to-test  ## every check and every test; the closing line is pytest's
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest -n 2

lint: .venv/ready-to-test  ## fix what a machine can fix
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

coverage: .venv/ready-to-test  ## every test, and how much of the core's branches they take
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -n 2 -m 'not acceptance and not timed'
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report
	@$(BIN)/coverage json --quiet -o .cache/coverage/core.json
	@$(BIN)/python -c "import json; part = json.load(open('.cache/coverage/core.json'))['totals']['percent_branches_covered']; \
	  print(f'{part:.1f} % of the branches of the core'); raise SystemExit(part < $(BRANCHES))"

bench: .venv/ready-to-test  ## time and memory of check, build and the editor, beside Hugo and MkDocs
	@$(INSTALL) --require-hashes --requirement requirements/bench.txt
	@$(BIN)/python benchmarks/bench.py $(BENCH)

bench-pages: .venv/ready-to-test  ## what kinds of pages cost a browser, and a board pack
	@$(INSTALL) --require-hashes --requirement requirements/browser.txt
	@$(BIN)/python benchmarks/pages.py $(BENCH)

acceptance: .venv/ready-to-test  ## the longer runs, on real input
	@$(INSTALL) --require-hashes --requirement requirements/browser.txt
	@$(BIN)/pytest -n 2 -m acceptance

serve: .venv/ready  ## the sample on http://127.0.0.1:8000, rebuilt on every change
	@$(BIN)/leanfolio serve

docs: .venv/ready-to-test  ## write the generated pages of docs/ anew
	@$(BIN)/python docs/generate.py

docs-site: .venv/ready-to-test  ## the documentation as a site, in build/docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --config-file docs/site/mkdocs.yml --site-dir $(CURDIR)/build/docs
	@echo 'the documentation is in build/docs; open build/docs/index.html'

gallery: .venv/ready-to-test  ## each component of the site in each state, in .cache/gallery/
	@$(BIN)/python docs/gallery.py

snapshots: .venv/ready-to-test  ## take the kept pictures of the gallery anew, in tests/snapshots
	@$(INSTALL) --require-hashes --requirement requirements/browser.txt
	@$(BIN)/python docs/snapshots.py --write

messages: .venv/ready-to-test  ## collect every sentence of the site for translators
	@$(BIN)/python docs/messages.py

lock: .venv/bin/python  ## write requirements/ anew: the newest versions that pyproject.toml allows, and the oldest
	@$(INSTALL) --require-hashes --requirement requirements/uv.txt
	@$(COMPILE) requirements/uv.in --output-file requirements/uv.txt
	@$(COMPILE) pyproject.toml --group build --group dev --output-file requirements/test.txt
	@$(COMPILE) pyproject.toml --group build --constraint requirements/test.txt --output-file requirements/site.txt
	@$(COMPILE) pyproject.toml --group browser --constraint requirements/test.txt --output-file requirements/browser.txt
	@$(COMPILE) pyproject.toml --group bench --constraint requirements/test.txt --output-file requirements/bench.txt
	@$(COMPILE) pyproject.toml --group build --group dev --resolution lowest-direct --output-file requirements/oldest.txt

clean:  ## remove what was built; .venv stays
	@find site -mindepth 1 ! -name .gitignore -delete
	@rm -rf build dist .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find generator tests docs benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "leanfolio needs Python 3.11 or newer: none found on the PATH" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
	  echo "$(PYTHON) cannot make a virtual environment; on Debian that is the package python3-venv" >&2; exit 1; }

# A stamp is newer than these files for as long as what they ask for is installed.
.venv/ready: requirements/site.txt pyproject.toml | .venv/bin/python
	@$(INSTALL) --require-hashes --requirement $<
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-to-test: requirements/test.txt pyproject.toml | .venv/bin/python
	@$(INSTALL) --require-hashes --requirement $<
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch .venv/ready $@
