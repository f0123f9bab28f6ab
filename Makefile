# `make deploy` and `make test` are the two commands of the README; each does the set-up it needs, once.

ENV    ?= local
PYTHON ?= python3
BIN    := .venv/bin
LOCK   := uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Tests start hundreds of Python processes: without a bytecode cache each compiles the project again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup deploy plan destroy test test-full check format docs lock bench clean

help:            ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready node_modules/.ready  ## Python and Node packages, pinned; warm caches

deploy: setup    ## Synthesize, gate and deploy ENV (local by default), then smoke-test it when local
ifeq ($(ENV),local)
	@lakekit deploy local --auto-approve
	@lakekit smoke local
else
	@lakekit deploy $(ENV)
endif

plan: setup      ## Plan and gate ENV
	@lakekit plan $(ENV)

destroy: setup   ## Destroy ENV
	@lakekit destroy $(ENV) $(if $(filter local,$(ENV)),--auto-approve)

test: setup .venv/.ready-spark check  ## Lint, type-check and run the tests (at most 20 minutes on two cores)
	@pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not full"

test-full: setup .venv/.ready-spark .venv/.ready-docs  ## Run the tests that take minutes each (at most 45 minutes)
	@pytest -n 2 --dist loadfile --no-loadscope-reorder -m full

check: setup     ## Lint and types
	@ruff check --quiet
	@ruff format --check --quiet
	@mypy

format: setup    ## Format the code
	@ruff format
	@ruff check --fix

docs: setup .venv/.ready-docs  ## Build the documentation site into site/
	@NO_MKDOCS_2_WARNING=1 mkdocs build --quiet

bench: setup     ## Measure synth and gate against stock imports and the stock checkov CLI
	@python benchmarks/reference.py

lock:            ## Update the pinned Python and npm packages
	@$(LOCK) --extra snowflake --extra local --extra dev pyproject.toml -o requirements.lock
	@$(LOCK) --group spark -c requirements.lock -o requirements-spark.lock
	@$(LOCK) --group docs -c requirements.lock -o requirements-docs.lock
	@npm install --package-lock-only

clean:           ## Remove what is built; state, other files of stacks and the local cloud stay
	@test ! -d cdktf.out || $(BIN)/python -m lakekit_policies.output_folder cdktf.out || \
		{ echo "cdktf.out may hold files that are not generated: run make setup first, or remove it by hand"; exit 4; }
	@rm -rf .venv node_modules site .mypy_cache .pytest_cache .ruff_cache

.venv/.ready: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not on PATH: install Python 3.11 or later"; exit 4; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than 3.11: pass PYTHON=python3.11"; exit 4; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "set-up: Python packages (a minute or two) …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-build-isolation --no-deps -e .
	@echo "set-up: warming the bindings' caches …"
	@$(BIN)/python -m lakekit.bindings
	@touch $@

node_modules/.ready: package-lock.json package.json
	@command -v npm >/dev/null || { echo "npm is not on PATH: install Node.js 20 or later"; exit 4; }
	@echo "set-up: the cdktf command line (half a minute) …"
	@npm ci --silent
	@touch $@

.venv/.ready-spark: requirements-spark.lock | .venv/.ready
	@echo "set-up: Spark, for the tests of jobs (a minute) …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-spark.lock
	@touch $@

.venv/.ready-docs: requirements-docs.lock | .venv/.ready
	@echo "set-up: mkdocs, for the documentation site …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-docs.lock
	@touch $@
