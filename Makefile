# Needs make and Python 3.11 or newer, nothing else. `make help` lists what there is.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -q -n auto --dist loadgroup

.DEFAULT_GOAL := help
.PHONY: help python runtime dev run demo-reset test test-unit test-browser check bench screenshots

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 22

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Redress needs Python 3.11 or newer. Name one, for example: make run PYTHON=python3.12"; exit 1; }

runtime: python
	@$(PYTHON) scripts/environment.py requirements.txt

dev: python
	@$(PYTHON) scripts/environment.py requirements-dev.txt

run: runtime ## Start web, worker and tick with demonstration data on http://127.0.0.1:8000 (PORT=8001 for another port)
	@$(BIN)/python scripts/run.py --port $(PORT)

demo-reset: runtime ## Delete the embedded database and files, and make the demonstration data again
	@$(BIN)/python scripts/run.py --reset --port $(PORT)

test: test-unit test-browser ## Run every test; DATABASE_URL and REDIS_URL choose PostgreSQL and Redis

test-unit: dev ## Run the tests that need no browser
	$(PYTEST) --ignore=config/tests/browser

test-browser: dev ## Run the browser tests, in a process of their own
	$(PYTEST) config/tests/browser

check: dev ## Lint, types, templates, layers, migrations, and production settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/djlint templates --check --lint --quiet
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run --settings config.settings.test
	@$(BIN)/python scripts/check_deploy.py

bench: dev ## Measure pages and jobs at 1k, 10k and 100k cases on PostgreSQL (DATABASE_URL)
	$(BIN)/python -m bench

screenshots: dev ## Take the pictures in docs/screenshots again
	$(BIN)/python scripts/screenshots.py
