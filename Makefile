# Every target makes .venv when it is missing or older than what it is made from. Nothing but Python 3.11 with its venv
# module is needed, and no root, except for the lab of real servers.

PYTHON ?= python3
RUN := .venv/bin/python
# Tests at a time: much of their time they wait for servers.
WORKERS ?= 3

.DEFAULT_GOAL := help
.PHONY: help venv demo test test-lab check bench soak shots site clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

venv: .venv/.dev ## the virtual environment, with everything that development needs

demo: .venv/.demo ## the client inside an embedded mail world: no account, no network, no root
	@$(RUN) -m linksec_tui demo

test: .venv/.dev ## all tests that need neither root nor a long time
	@$(RUN) -m pytest --numprocesses $(WORKERS) --dist loadfile

test-lab: .venv/.dev ## against real servers: Unbound, NSD, Postfix, Dovecot (Debian, root)
	@$(RUN) -m tests.lab packages
	@$(RUN) -m pytest -m lab

check: .venv/.dev ## format, lint, types, import directions; what CI runs first
	@$(RUN) -m ruff format --check --quiet --diff .
	@$(RUN) -m ruff check --quiet .
	@$(RUN) -m basedpyright
	@.venv/bin/lint-imports

bench: .venv/.dev ## the benchmarks, each a ratio against a named peer or floor
	@missed=0; for question in benchmarks/*.py; do $(RUN) "$$question" || missed=1; done; exit $$missed

soak: .venv/.dev ## the long rounds
	@$(RUN) -m pytest -m soak

shots: .venv/.dev ## the pictures in screenshots/, taken anew
	@$(RUN) tests/shots.py
	@$(RUN) tests/recording.py

site: .venv/.dev ## the documents as pages, in site/
	@$(RUN) -m mkdocs build --quiet --config-file .ci/site.yml

clean: ## forget everything that the other targets made
	rm -rf .venv site .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.demo: pyproject.toml constraints.txt
	@.ci/venv "$(PYTHON)" demo

.venv/.dev: pyproject.toml constraints.txt
	@.ci/venv "$(PYTHON)" dev
