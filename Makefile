# Common tasks. Everything is installed into .venv/, with the versions in constraints.txt.
PYTHON ?= python3
VENV := .venv
HORTUS := $(VENV)/bin/hortus
INSTALL := $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help site check docs preview quick test bench lint clean

help:  ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

site: $(VENV)/site  ## build vault/ into site/, and print the page to open
	@$(HORTUS) build

check: $(VENV)/site  ## report broken links, TODOs and other problems of vault/
	@$(HORTUS) check

docs: $(VENV)/site  ## check docs/ strictly, and build it into build/docs/
	@$(HORTUS) check docs --strict && $(HORTUS) build docs --strict

preview: $(VENV)/site  ## show vault/ in a browser, updated at every save
	@$(HORTUS) preview --open

QUICK := style imports anchors cache canvas filetypes graph maps note properties references report resolve svg
quick: $(VENV)/quick  ## run the tests that need no browser and no torch, in a minute
	@$(VENV)/bin/python -m pytest --numprocesses auto --dist loadfile \
		$(QUICK:%=tests/test_%.py) tests/syntax/test_syntax.py tests/syntax/test_emphasis.py \
		tests/syntax/test_sanitize.py generator/hortus --ignore generator/hortus/figures/sandbox

LINT := $(VENV)/bin/ruff check && $(VENV)/bin/ruff format --check && $(VENV)/bin/python -m mypy
test quick: export PYTHONDONTWRITEBYTECODE =  # the tests start many processes, which would compile all modules again
test: $(VENV)/test  ## lint, and at the same time run all tests, browsers included
	@{ $(LINT); } & \
	$(VENV)/bin/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder; \
	status=$$?; wait $$! && exit $$status

bench: $(VENV)/bench  ## benchmark builds, previews, figures and page weight against other tools: tables for README.md
	@status=0; \
	for table in parse.py 'run.py --sizes 100 1000' 'run.py --sizes 5000 --rounds 1' edits.py preview.py budget.py search.py 'queries.py --rounds 1' figures.py; \
	do $(VENV)/bin/python benchmarks/$$table || status=1; echo; done; exit $$status

lint: $(VENV)/test  ## check style, formatting and types
	@$(LINT)

clean:  ## remove the environment; the site and the cache stay
	rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -m venv $(VENV)

$(VENV)/site: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo 'installing Hortus into $(VENV)/'
	@$(INSTALL) --editable '.[figures,torch,diagrams]' && touch $@

$(VENV)/quick: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo 'installing Hortus and its test tools into $(VENV)/'
	@$(INSTALL) --editable '.[diagrams,test]' && touch $@

$(VENV)/test: $(VENV)/site $(VENV)/quick
	@echo 'installing the browsers for the tests'
	@tests/install-tools && touch $@

$(VENV)/bench: $(VENV)/site
	@echo 'installing the tools to compare with into $(VENV)/'
	@$(INSTALL) --editable '.[figures,torch,diagrams,bench]' && touch $@
