# The front door. `make` alone lists what there is. Every target sets up what it needs: a fresh
# clone on a machine with Python 3.11 or later (with venv), git, make, node and npm is enough.

.DEFAULT_GOAL := help
.PHONY: help setup keys up demo test test-long soak lint format bench lock clean

BIN := .venv/bin
# Touched when the environment matches the lock, so that an ordinary run starts at once.
READY := .venv/.winze-ready
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile

# The interpreter is the machine's own (tools/find-python), and so are the certificates it trusts.
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS ?= true

# Versions and hashes, and nothing about where they came from.
COMPILE := pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)$$/\1|\2/p' $(MAKEFILE_LIST) \
		| awk -F'|' '{ printf "make %-10s %s\n", $$1, $$2 }'

setup: $(READY) ## make .venv from the lock

# The build backend is locked like everything else, hence no isolation: an isolated build would
# fetch whatever version is newest.
$(READY): requirements-dev.lock pyproject.toml
	@set -e; uv=$$(tools/find-uv); python=$$(tools/find-python); \
	test -x $(BIN)/python || "$$uv" venv --quiet --python "$$python" .venv; \
	"$$uv" pip sync --quiet --require-hashes --python $(BIN)/python requirements-dev.lock; \
	"$$uv" pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@touch $@

keys: setup ## make the circuits' development keys, once (about 20 s)
	$(BIN)/winze keys

up: setup ## a private chain with a node on it, until Ctrl-C
	$(BIN)/winze up

demo: setup ## take whole mining sessions from deposit to ITX on a private chain
	$(BIN)/winze demo

test: keys ## the ordinary tests
	$(PYTEST) -m "not long"

test-long: keys soak ## matrices and soaks
	$(PYTEST) -m long

soak: setup ## a million calls of the contracts; writes docs/soak.md
	$(BIN)/python -m tests.soak

lint: setup ## style, types and the lints of our own
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy src tools benchmarks
	$(BIN)/python -m tools.lint_imports
	$(BIN)/python -m tools.lint_files

format: setup ## put the code into its one format
	$(BIN)/ruff check --select I --fix
	$(BIN)/ruff format

bench: keys ## measure gas, proving and the node; writes docs/benchmarks.md
	$(BIN)/python -m benchmarks

lock: ## write the locks again from pyproject.toml, as new as it allows
	@set -e; uv=$$(tools/find-uv); \
	"$$uv" $(COMPILE) --upgrade --group dev pyproject.toml -o requirements-dev.lock; \
	"$$uv" $(COMPILE) --constraints requirements-dev.lock pyproject.toml -o requirements.lock

clean: ## remove what was made here; keys stay in the data directory
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	find src tests tools benchmarks -name __pycache__ -prune -exec rm -rf {} +
