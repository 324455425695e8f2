# make run    the page, on a machine that has only Python     make test   every test, with a browser if one can be had
# make lint   style, formatting and the import rules          make bench  our figures against what one would run instead
# make train RECIPE=dcgan-carrot-cake ARGS="--minutes 90"     train a checkpoint; without RECIPE: the list of them

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check

.PHONY: run test lint train bench browser libraries clean

run: .venv/.run
	$(BIN)/python app.py $(ARGS)

test: .venv/.dev browser
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

train: .venv/.dev
	$(BIN)/python -m train $(or $(RECIPE),--help) $(ARGS)

bench: .venv/.dev
	@for file in benchmarks/*.py; do echo "# $$file"; PYTHONPATH=. $(BIN)/python "$$file" $(ARGS) || exit 1; done

# TensorFlow.js, for the GAN that a visitor trains; without it, browsers load it from a public CDN.
libraries: .venv/.run
	$(BIN)/python -m explorer.libraries

browser: .venv/.dev
	@$(BIN)/python tests/browsers.py

# A stamp says which requirements are in the environment, so that an unchanged list is installed once.
.venv/.run: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.run
	$(PIP) -r requirements-dev.txt
	@touch $@

clean:
	rm -rf .venv .pytest_cache .ruff_cache .import_linter_cache .grimp_cache
