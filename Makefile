# Each of these sets up what it needs, with nothing but Python 3.11 and make.
PYTHON ?= python3
BIN := .venv/bin
RUN := .venv/run.stamp
DEV := .venv/dev.stamp
WORKERS ?= 2
KILLS ?= 200
SEED ?= 7

.PHONY: up demo world cluster test soak bench words lint clean
.DEFAULT_GOAL := up

up: $(RUN)  ## all services in one process; Ctrl-C stops it
	@$(BIN)/python -m services.cli up

demo: $(RUN)  ## the main job told in the terminal
	@$(BIN)/python -m services.cli demo

world: $(RUN)  ## every city of the world as an entity
	@$(BIN)/python -m services.cli demo --world

cluster: $(DEV)  ## Kafka, PostgreSQL and one process per part; no containers
	@$(BIN)/python -m deploy.cluster

test: lint  ## everything that must be green
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadgroup --junitxml=report.xml

lint: $(DEV)  ## form, types, and which room may import which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

soak: $(DEV)  ## the faults at length: 200 kills of processes under load, and more lives of relays and workers
	SAMVERKAN_TEST_KILLS=$(KILLS) SAMVERKAN_TEST_WORKERS_KILLED=400 SAMVERKAN_TEST_SEED=$(SEED) \
		$(BIN)/python -m pytest -q -s --timeout=14400 tests/cluster/test_faults.py tests/faults

words: $(DEV)  ## what pages say, looked for and merged into the catalogues; then translate what is empty there
	cd services/gateway && ../../$(BIN)/pybabel -q extract -F words/babel.cfg -k word -k word_of:1c,2 --omit-header -o ../../.venv/words.pot .
	$(BIN)/pybabel -q update -i .venv/words.pot -o services/gateway/words/sv.po -l sv \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 110

bench: $(DEV)  ## the ratios, measured on this machine
	$(BIN)/python -m bench

clean:
	rm -rf .venv report.xml

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=python3.11")'
	$(PYTHON) -m venv .venv

$(RUN): requirements/run.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

$(DEV): requirements/dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@ $(RUN)
