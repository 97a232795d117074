# `make` alone prints this list.
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INPUT ?= seeds/documents
OUT ?= out
WORK ?= out/encoder
# LIGHT=1 installs what a default run needs and nothing else: no torch, camel-tools or stanza.
LIGHT ?=
EXTRAS := $(if $(LIGHT),,[full])

.DEFAULT_GOAL := help
.PHONY: help setup setup-test extract test lint format normalise tokenise ner link relate export eval verify bench train notebooks gold clean

help: ## print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | awk -F'\t' '{printf "  make %-11s %s\n", $$1, $$2}'
	@echo "  INPUT=FOLDER OUT=FOLDER name your own files; LIGHT=1 installs without torch; ARGS=… goes to istikhraj"

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.installed$(LIGHT): pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.$(EXTRAS)'
	@touch $@

$(VENV)/.installed-test: pyproject.toml constraints.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[full,train,test]'
	@touch $@ $(VENV)/.installed $(VENV)/.installed1

setup: $(VENV)/.installed$(LIGHT) ## make .venv and install
setup-test: $(VENV)/.installed-test

extract: setup ## read INPUT (default seeds/documents), write Parquet tables to OUT (default out)
	@$(BIN)/istikhraj run --input "$(INPUT)" --out "$(OUT)" $(ARGS)

test: setup-test ## all tests: gold floors, notebooks, everything
	$(BIN)/python -m pytest $(ARGS)

lint: setup-test ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup-test ## rewrite the code in the project's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

normalise tokenise ner link relate export: setup ## make one stage of OUT again
	@$(BIN)/istikhraj run --only $@ --out "$(OUT)" $(ARGS)

eval: extract ## score OUT against the project's gold
	@for floors in tests/gold/*/floors.toml; do echo "$$(dirname $$floors)"; \
	  $(BIN)/istikhraj eval --gold "$$(dirname $$floors)" --out "$(OUT)" --floors $$floors $(ARGS) || exit 1; done

verify: setup ## prove every span and reference of OUT
	@$(BIN)/istikhraj verify "$(OUT)"

bench: setup-test ## speed by stage beside spaCy and camel-tools in the same run; memory as the corpus grows
	$(BIN)/python -m tests.bench.speed $(ARGS)
	$(BIN)/python -m tests.bench.memory

train: setup-test ## make models/encoder again: MODEL=e5-small-q4.bin DATA=FOLDER of corpora NEWS=FILE.jsonl.gz WORK=FOLDER
	$(BIN)/python -m pipeline.train.encoder prepare --work "$(WORK)" --model "$(MODEL)" --data "$(DATA)" --news "$(NEWS)"
	$(BIN)/python -m pipeline.train.encoder fit --work "$(WORK)" $(ARGS)
	$(BIN)/python -m pipeline.train.encoder export --work "$(WORK)"
	$(BIN)/python -m pipeline.train.encoder relate --work "$(WORK)"
	$(BIN)/python -m pipeline.train.encoder measure --work "$(WORK)"
	$(BIN)/python -m pipeline.train.encoder weigh --work "$(WORK)" --data "$(DATA)"

notebooks: setup-test ## execute the notebooks
	$(BIN)/python -m pytest tests/test_notebooks.py

gold: setup ## rebuild texts and annotation from the marked gold, prove them, print the statistics
	@$(BIN)/istikhraj gold build
	@$(BIN)/istikhraj gold check --card tests/gold/CARD.md

clean: ## remove OUT and caches, keep .venv
	rm -rf "$(OUT)" .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
