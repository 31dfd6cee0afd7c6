.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint .ci/constraints.txt
ARGS ?=

.PHONY: help demo scrape test test-wire test-kill test-browser check train eval bench bench-crawl bench-corpus bench-duplicates count-conflicts bench-scale fuzz bench-frontier bench-health bench-volume dictionary press-corpus notebooks clean

help: ## Print the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

# Each stamp is newer than what it was made from, so a second call installs nothing.
$(VENV)/run.stamp: pyproject.toml .ci/constraints.txt
	@echo "setting up $(VENV) (once)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "scraper needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp
	@echo "adding what tests and checks need (once)"
	@$(PIP) --editable '.[dev]'
	@touch $@

$(VENV)/lab.stamp: $(VENV)/run.stamp
	@echo "adding what training needs (once)"
	@$(PIP) --editable '.[lab]'
	@touch $@

$(VENV)/browser.stamp: $(VENV)/dev.stamp
	@echo "adding what drives a browser (once)"
	@$(PIP) --editable '.[browser]'
	@touch $@

$(VENV)/notebooks.stamp: $(VENV)/run.stamp
	@echo "adding what notebooks need (once)"
	@$(PIP) --editable '.[notebooks]'
	@touch $@

# pip 23 does not normalize the extra "html_clean" that a peer asks of lxml.
$(VENV)/bench.stamp: $(VENV)/run.stamp
	@echo "adding the extractors to compare with (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=24'
	@$(PIP) --editable '.[bench]'
	@touch $@

demo: $(VENV)/run.stamp ## Scrape our own demo site on loopback and show the articles
	@$(BIN)/scraper demo $(ARGS)

scrape: $(VENV)/run.stamp ## Scrape the sites of config/ into data/ (ARGS="--site HOST --limit N")
	@$(BIN)/scraper scrape $(ARGS)

# Tests start hundreds of processes, each of which would compile the program anew.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(VENV)/dev.stamp ## Run the tests, on all cores (ARGS="-k words -n 0")
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

test-wire: $(VENV)/dev.stamp ## Crawl a hostile server: every kind of trouble at once, half a minute
	@$(BIN)/python -m pytest -m wire -s tests/wire $(ARGS)

test-kill: $(VENV)/dev.stamp ## Kill runs, intakes, rebuilds and syncs at 100 random instants each and look for what is lost (KILLS=20), half an hour
	@$(BIN)/python -m pytest -m kill -s -o faulthandler_timeout=7200 tests/kill $(ARGS)

test-browser: $(VENV)/browser.stamp ## Look at the pages for people in the system's Chromium, two sizes, light and dark, and crawl with it
	@$(BIN)/python -m pytest -m browser $(ARGS)

check: $(VENV)/dev.stamp ## Lint, format, types, import contracts, config, data dictionary
	@$(BIN)/ruff check src tests docs/notebooks
	@$(BIN)/ruff format --check src tests docs/notebooks
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/scraper check-config
	@$(BIN)/python -m scraper.lab.dictionary --check

train: $(VENV)/lab.stamp ## Grow the trees of body and plain text from the pages of BENCH_DATA
	@$(BIN)/python -m scraper.lab.train
	@$(BIN)/python -m scraper.lab.flat_training

eval: $(VENV)/lab.stamp ## Cross-validate by site over BENCH_DATA; fails below the floors (ARGS="--raise", "--hold-out SET")
	@$(BIN)/python -m scraper.lab.evaluate $(ARGS)

bench: $(VENV)/bench.stamp ## Compare with other extractors on BENCH_DATA, write docs/benchmarks.* (ARGS="--sets A,B --dry")
	@$(BIN)/python -m scraper.lab.bench $(ARGS)

bench-crawl: $(VENV)/run.stamp ## CPU and pages a second of the crawl, beside a plain HTTP loop (ARGS="--pages N --rounds R")
	@$(BIN)/python -m scraper.lab.crawl_bench $(ARGS)

bench-corpus: $(VENV)/dev.stamp ## Write, compact, count, read and search a million articles (ARGS="--rows 50000"), ten minutes
	@$(BIN)/python -m scraper.lab.corpus_bench $(ARGS)

bench-duplicates: $(VENV)/dev.stamp ## Precision and recall of the marks of copies, on pairs planted in BENCH_DATA (ARGS=--choose)
	@$(BIN)/python -m scraper.lab.duplicate_pairs $(ARGS)

count-conflicts: $(VENV)/run.stamp ## On how many pages of BENCH_DATA feed, data and page disagree, by field (ARGS="--examples 3")
	@$(BIN)/python -m scraper.lab.conflict_count $(ARGS)

bench-scale: $(VENV)/bench.stamp ## Wire to Parquet beside Scrapy, two workers beside one, Dask, a simulation (ARGS="--dry"), twenty minutes
	@$(BIN)/python -m scraper.lab.scale_bench $(ARGS)

fuzz: $(VENV)/run.stamp ## Extract mutated pages of BENCH_DATA or the demo site (ARGS="--seconds 600 --workers 2")
	@$(BIN)/python -m scraper.lab.fuzz $(ARGS)

bench-frontier: $(VENV)/run.stamp ## Add, open and choose a million addresses (ARGS="--addresses 100000")
	@$(BIN)/python -m scraper.lab.frontier_bench $(ARGS)

bench-health: $(VENV)/run.stamp ## Plant breaks into a year of invented sites: how soon alarms come, how many are false, minutes (ARGS="2")
	@$(BIN)/python -m scraper.lab.health_bench $(ARGS)

bench-volume: $(VENV)/run.stamp ## Silence and halved volume planted among other sites, by articles a day: how soon alarms come, half an hour (ARGS="2")
	@$(BIN)/python -m scraper.lab.volume_bench $(ARGS)

dictionary: $(VENV)/run.stamp ## Make docs/data-dictionary.md and the columns in data/README.md of the schema
	@$(BIN)/python -m scraper.lab.dictionary

press-corpus: $(VENV)/run.stamp ## Make a corpus of an invented press in data/press, for a look at the notebooks
	@$(BIN)/python -m scraper.lab.press_corpus $(ARGS)

notebooks: $(VENV)/notebooks.stamp ## Open docs/notebooks in JupyterLab (SCRAPER_DATA=data/press: another data folder)
	@JUPYTER_CONFIG_PATH=$(CURDIR)/docs/notebooks/.jupyter $(BIN)/jupyter lab $(ARGS) docs/notebooks

clean: ## Remove .venv and caches, never data/
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage dist
	find src tests -name __pycache__ -type d -exec rm -rf {} +
