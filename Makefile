# Two commands run Parvis from a fresh clone: `make demo` and `make test`. Python 3.11+ and make are enough.

PYTHON ?= python3
WORKERS ?= auto
ONLY ?=

BIN := .venv/bin
SETUP := @command -v $(PYTHON) > /dev/null || { echo "Parvis needs Python 3.11 or newer: install it, then try again." >&2; exit 1; }; \
	$(PYTHON) tools/setup.py

.DEFAULT_GOAL := help
.PHONY: help screenshots demo demo-reset install setup test lint format messages bench lock

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  Settings: PORT=8000  DATABASE_URL=…  DATABASE_OWNER_URL=…  PARVIS_VAR=var  PYTHON=python3"

demo: ## Run the demo region at http://localhost:8000 (Ctrl-C stops it)
	$(SETUP) demo
	@exec $(BIN)/parvis demo

demo-reset: ## Delete the demo's data, to start over
	$(SETUP) demo
	@$(BIN)/parvis demo --reset

install: ## Prepare what an instance runs (docs/operating.md)
	$(SETUP) demo

setup: ## Prepare the environment for development, without running anything
	$(SETUP) dev

test: lint ## Run lint, then every test
	$(SETUP) test
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -q

lint: ## Check style, types, directions of imports, translations
	$(SETUP) messages
	@$(BIN)/python tools/lint.py

format: setup ## Put the code in the house's style
	@$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format -q .

messages: ## Gather the texts to translate into src/parvis/locale
	$(SETUP) messages
	@$(BIN)/python tools/messages.py update

bench: setup ## Measure (ONLY=name for one): one JSON object a line
	@$(BIN)/python -m bench $(ONLY)

screenshots: setup ## Take the README's pictures from the demo that is running
	@$(BIN)/python tools/screenshots.py

lock: setup ## Lock the newest allowed versions of every package, with hashes
	@$(BIN)/python tools/lock.py
