# Everything runs in .venv, which each target makes for itself. Two sets of packages, one stamp each: the demo needs no
# development tools, and a change of pyproject.toml installs anew. PYTHON picks the interpreter (3.11 or newer).

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
HOUSEHOLDS ?=
RULES ?=

PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check
MANIFEST := pyproject.toml setup.py

.DEFAULT_GOAL := help
.PHONY: help demo test grocery slips bench tables docs clean
.DELETE_ON_ERROR:

help:
	@echo "make demo      a month of a grocery programme, decided and explained (HOUSEHOLDS=n, RULES=file)"
	@echo "make test      every check: style, types, layers, and the test suites"
	@echo "make grocery   the grocery benchmark (HOUSEHOLDS=n)"
	@echo "make slips     till slips of the demo programme (HOUSEHOLDS=n)"
	@echo "make bench     the speed benchmarks"
	@echo "make tables    build the parser tables from grammar/ anew"
	@echo "make docs      check the pages: links, examples, commands"
	@echo "make clean     remove the environment and everything that was built"

$(PY):
	@command -v $(PYTHON) >/dev/null || { echo "No '$(PYTHON)' on the path: run make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "'$(PYTHON)' is $$($(PYTHON) -V 2>&1), and Python 3.11 or newer is needed: run make PYTHON=python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(MANIFEST) | $(PY)
	$(PIP_INSTALL) --editable '.[cli,demo]'
	@touch $@

$(VENV)/.dev: $(MANIFEST) | $(PY)
	$(PIP_INSTALL) --editable '.[dev]'
	@touch $@ $(VENV)/.demo

demo: $(VENV)/.demo
	@$(PY) -m loyalty_rules.adapters.demo $(if $(HOUSEHOLDS),--households $(HOUSEHOLDS)) $(if $(RULES),--rules $(RULES))

test: $(VENV)/.dev
	@$(PY) -m tests.run_suites

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .suites
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
