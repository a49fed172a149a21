# Every task of the project. `make` alone lists them.
.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh

BIN := .venv/bin
# What counts seconds, or takes them all, has the machine to itself.
ALONE := tests/faults/test_storm.py tests/faults/test_revocation.py tests/gateway/test_api_enumeration.py
LONG = $(filter-out $(ALONE),$(shell grep -rl --include='test_*.py' 'support.sizes import' tests))
READY := .venv/ready
# A run of all tests starts the same programs a hundred times: they are compiled once, whatever the shell prefers.
unexport PYTHONDONTWRITEBYTECODE
# Three workers share a run of all tests: each waits more than half of its time.
WORKERS := -n 3

.PHONY: help setup run test test-fast test-long check format bench up down scale logs migrate migration lock docs

help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  \033[1m%-10s\033[0m %s\n", $$1, $$2 }' Makefile

setup: $(READY)/run ## Install what `make run` needs into .venv
	@echo 'Ready: make run'

run: $(READY)/run ## Start the whole suite in one process, nothing else needed (Ctrl-C stops it)
	@$(BIN)/frontdesk dev

test: test-setup ## Run all tests; installs a RabbitMQ and a Chromium where there is none (args="-k name")
	@$(BIN)/pytest $(or $(args),$(WORKERS))

test-fast: test-setup ## Run the tests that take no more than a few seconds each
	@$(BIN)/pytest -m "not slow" $(or $(args),$(WORKERS))

test-long: test-setup ## Run what proves a promised number in full: 1,000 made up requests of each operation, 10,000 guesses …
	@FRONTDESK_TEST_LONG=1 $(BIN)/pytest $(or $(args),$(ALONE))
	@[ -n "$(args)" ] || FRONTDESK_TEST_LONG=1 $(BIN)/pytest $(LONG) $(WORKERS)

.PHONY: test-setup
test-setup: $(READY)/test
	@sh deploy/setup/rabbitmq.sh test
	@sh deploy/setup/chromium.sh

check: $(READY)/check ## Lint, format check, types, import contracts, generated documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/frontdesk docs --check

format: $(READY)/check ## Format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY)/bench ## Measure against others on this machine; writes docs/benchmarks.md
	@sh deploy/setup/rabbitmq.sh
	@$(BIN)/python -m tests.benchmarks

up: $(READY)/run ## Start each service as a process of its own, over RabbitMQ and PostgreSQL
	@[ -n "$$FRONTDESK_AMQP_URI" ] || sh deploy/setup/rabbitmq.sh
	@$(BIN)/python -m deploy.local up

down: ## Stop what `make up` started
	@[ ! -x $(BIN)/python ] || $(BIN)/python -m deploy.local down

scale: $(READY)/run ## Change how many processes run: make scale billing=3 contacts=2
	@$(BIN)/python -m deploy.local scale $(MAKEOVERRIDES)

logs: $(READY)/run ## Follow the logs of what `make up` started (Ctrl-C ends it)
	@$(BIN)/python -m deploy.local logs

migrate: $(READY)/run ## Bring the databases of `make up`, or those that the environment names, up to date
	@$(BIN)/python -m deploy.local with-servers $(BIN)/frontdesk migrate $(service)

migration: $(READY)/run ## Write an empty migration: make migration service=contacts name="add tags"
	@[ -n "$(service)" ] && [ -n "$(name)" ] || { echo 'make migration service=contacts name="add tags"'; exit 2; }
	@$(BIN)/frontdesk migrate "$(service)" --new "$(name)"

lock: $(READY)/check ## Pin requirements/*.txt anew (upgrade=1 takes the newest versions)
	@upgrade=$(upgrade) sh deploy/setup/lock.sh

docs: $(READY)/run ## Generate the API documents, contract snapshots, tables in READMEs and the broker's rights from the code
	@$(BIN)/frontdesk docs
	@$(BIN)/python -m deploy.rabbitmq.rights

# What .venv holds: a stamp per file of requirements/, made again when that file or pyproject.toml changes.
$(READY)/%: requirements/%.txt pyproject.toml deploy/setup/packages.py
	@sh deploy/setup/venv.sh
	@$(BIN)/python deploy/setup/packages.py $*
	@mkdir -p $(READY) && touch $@
