# Everything runs in .venv, which each target makes for itself. Two sets of packages, one stamp each: the demo needs no
# development tools, and a change of pyproject.toml installs anew. PYTHON picks the interpreter (3.11 or newer).

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
HOUSEHOLDS ?=
RULES ?=
SUITES ?=
EVENTS ?=
SEED ?=
MINUTES ?=
PROGRAMMES ?=
FAULTS ?=
TIMES ?=
MUTANTS ?=
MODULES ?=
WORKERS ?=
INPUTS ?=
OF ?=
KILLS ?=
ROLES ?=
VERSION ?=
EVALUATOR ?=

PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check
MANIFEST := pyproject.toml setup.py

.DEFAULT_GOAL := help
.PHONY: help demo test pythons grocery replaying slips bench soak drawn promises roles planted mutants fuzz coverage corpus tables docs clean
.DELETE_ON_ERROR:

help:
	@echo "make demo      a year of grocery baskets decided and explained (HOUSEHOLDS=n for fewer, RULES=file for your own)"
	@echo "make test      every check: style, types, layers, and the test suites (SUITES='lang types' for some, EVALUATOR=reference for another one that decides)"
	@echo "make pythons   the suites that must not differ, on every Python from 3.11 up that is found (SUITES= for some)"
	@echo "make grocery   the grocery benchmark against its independent calculation (HOUSEHOLDS=n for fewer)"
	@echo "make replaying memory and time of a replay of the grocery baskets (HOUSEHOLDS=n for fewer, TIMES=n for the year so often; KILLS=1: killed and resumed, the same bytes)"
	@echo "make slips     slips of the pen: in the sample lines none is misread, in the examples each gives one message"
	@echo "make bench     how fast, beside what is aimed at and beside other engines; writes docs/performance.md (HOUSEHOLDS=n for fewer, and only printed)"
	@echo "make soak      random histories against the independent ledger model, for long (EVENTS=n SEED=n MINUTES=n); goes on after a stop"
	@echo "make drawn     whole programmes drawn from the grammar: what must hold of them, what each phrase changed (PROGRAMMES=n SEED=n)"
	@echo "make promises  thirty promises that the examples do not keep: each has to be broken within 10,000 random orders, 28 at least are (SEED=n)"
	@echo "make roles     what each phrase of the language changed: pairs of a rule file and a history (ROLES='CAP LIMIT' for some)"
	@echo "make planted   mistakes put into a copy of the code, each of which a test has to see (FAULTS=id,id for some)"
	@echo "make mutants   small changes of the code: how many of 100 the tests see (MUTANTS=n SEED=n MINUTES=n MODULES=lang,amounts WORKERS=n)"
	@echo "make fuzz      drawn inputs in a process with bounds: rule files, documents, commands (MINUTES=n INPUTS=n SEED=n; OF=rules: small rule files alone, some hundred a second)"
	@echo "make coverage  which branches of the package the tests take (SUITES= for some), held to what docs/reliability.md says"
	@echo "make corpus    what this version says, recorded before it is released (VERSION=x.y.z); a version that has a record keeps it"
	@echo "make tables    build the parser tables in grammar/ anew"
	@echo "make docs      write the generated pages anew, then check all pages: links, examples, commands"
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

$(VENV)/.bench: $(MANIFEST) | $(VENV)/.dev
	$(PIP_INSTALL) --editable '.[bench]'
	$(PIP_INSTALL) --no-deps 'experta>=1.9'
	@touch $@ $(VENV)/.dev $(VENV)/.demo

demo: $(VENV)/.demo
	@$(PY) -m loyalty_rules.adapters.demo $(if $(HOUSEHOLDS),--households $(HOUSEHOLDS)) $(if $(RULES),--rules $(RULES))

test: $(VENV)/.dev
	@$(PY) -m tests.run_suites $(if $(EVALUATOR),--evaluator=$(EVALUATOR)) $(SUITES)

pythons: $(VENV)/.dev
	@$(PY) -m tests.pythons $(SUITES)

grocery: $(VENV)/.dev
	@$(PY) -m tests.benchmarks.grocery $(if $(HOUSEHOLDS),--households $(HOUSEHOLDS))

replaying: $(VENV)/.dev
	@$(PY) -m tests.benchmarks.replaying $(if $(HOUSEHOLDS),--households $(HOUSEHOLDS)) $(if $(TIMES),--times $(TIMES)) $(if $(KILLS),--kills)

slips: $(VENV)/.dev
	@$(PY) -m pytest tests/lang -k slips -q -n 2
	@$(PY) -m tests.benchmarks.slips

bench: $(VENV)/.bench
	@$(PY) -m tests.benchmarks.speed $(if $(HOUSEHOLDS),--households $(HOUSEHOLDS),--write docs/performance.md)

soak: $(VENV)/.dev
	@$(PY) -m tests.benchmarks.soak $(if $(EVENTS),--events $(EVENTS)) $(if $(SEED),--seed $(SEED)) \
		$(if $(MINUTES),--minutes $(MINUTES))

drawn: $(VENV)/.dev
	@$(PY) -m tests.benchmarks.drawn $(if $(PROGRAMMES),--programmes $(PROGRAMMES)) $(if $(SEED),--seed $(SEED))

promises: $(VENV)/.dev
	@$(PY) -m tests.benchmarks.promises $(if $(SEED),--seed $(SEED))

roles: $(VENV)/.dev
	@$(PY) -m tests.benchmarks.roles $(ROLES)

planted: $(VENV)/.dev
	@$(PY) -m tests.planted $(if $(FAULTS),--faults $(FAULTS))

mutants: $(VENV)/.dev
	@$(PY) -m tests.mutants $(if $(MUTANTS),--mutants $(MUTANTS)) $(if $(SEED),--seed $(SEED)) \
		$(if $(MINUTES),--minutes $(MINUTES)) $(if $(MODULES),--modules $(MODULES)) $(if $(WORKERS),--workers $(WORKERS))

fuzz: $(VENV)/.dev
	@$(PY) -m tests.hostile.fuzz $(if $(MINUTES),--minutes $(MINUTES)) $(if $(INPUTS),--inputs $(INPUTS)) \
		$(if $(SEED),--seed $(SEED)) $(if $(OF),--of $(OF))

coverage: $(VENV)/.dev
	@$(PY) -m tests.covered $(if $(WORKERS),--workers $(WORKERS)) $(SUITES)

corpus: $(VENV)/.dev
	@$(PY) -m tests.corpus $(VERSION)

tables: $(VENV)/.dev
	@$(PY) -m loyalty_rules.lang.tables

docs: $(VENV)/.dev
	@$(PY) -m loyalty_rules.adapters.wire.schemas
	@$(PY) -m tests.docs.language_tables
	@$(PY) -m tests.docs.diagnostic_pages
	@$(PY) -m pytest tests/house/test_pages.py $(wildcard tests/docs) -q

clean:
	rm -rf $(VENV) .venv-3.* build demo dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .suites .soak .mutants .fuzz .coverage-data
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
