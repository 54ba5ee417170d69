# Every command of the project. The ones that need packages fill .venv from requirements/*.txt first.

PYTHON ?= python3
BIN := .venv/bin
SOURCES := $(wildcard clix tools tests examples benchmarks hatch_build.py noxfile.py)
NOX := $(BIN)/python -m nox --session

# uv brings certificates of its own; a company's proxy is known to the system's.
export UV_SYSTEM_CERTS := true

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow test-uvloop test-oldest test-newest test-httpx2 test-wheel test-pythons mutation check check-format \
	check-lint check-types check-spec check-generated check-imports check-cost check-api check-workflows record-api \
	spec-diff carry-over generate lock format docs docs-serve build release-check clean bench environment-demo \
	environment-dev environment-bench

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z0-9 -]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: environment-demo ## send 2,400 notifications to a Clix on this machine and account for each
	@$(BIN)/python examples/broadcast.py

test: environment-dev ## run the tests
	@$(BIN)/python -m pytest -m "not slow" --numprocesses 2

test-slow: environment-dev ## run the tests that take long
	@$(BIN)/python -m pytest -m slow

# The tests left out are about the laboratory's order of turns on asyncio, and about raw httpx, whose anyio fails on a reset
# connection of uvloop's with an AttributeError.
test-uvloop: environment-dev ## run the tests of sessions, calls and faults on uvloop (not on Windows)
	@$(BIN)/python -m pytest --uvloop -m "not slow" --numprocesses 2 tests/engine tests/call tests/faults tests/bulk \
		tests/resources tests/test_client.py \
		--deselect tests/faults/test_laboratory.py::test_settling_finds_what_a_vanished_client_left_behind \
		--deselect tests/faults/test_proxy.py::test_a_broken_proxy_never_lets_the_request_through

test-oldest: environment-dev ## run the tests with the lowest versions that pyproject.toml allows
	@$(NOX) oldest

test-newest: environment-dev ## run the tests with the newest of everything
	@$(NOX) newest

test-httpx2: environment-dev ## run the tests of what meets httpx with httpx2 in its place
	@$(NOX) httpx2

test-wheel: environment-dev ## run the tests against the built wheel, without the source tree
	@$(NOX) wheel

test-pythons: environment-dev ## run the tests on each Python that the package names and that is found here (ONLY="3.12 3.13")
	@$(NOX) $(if $(ONLY),$(addprefix tests-,$(ONLY)),tests)

mutation: environment-dev ## change the code that decides fates in every small way; the tests must notice 85 %
	@$(BIN)/python -m tools.mutation_score

bench: environment-bench environment-demo ## measure what things cost, beside other SDKs, and draw the figures (10 minutes)
	@.venv-bench/bin/python -m benchmarks

check: check-format check-lint check-types check-spec check-generated check-imports check-api check-workflows check-cost ## run every check that CI runs besides the tests

check-format: environment-dev ## fail unless the code is formatted as `make format` does it
	@$(BIN)/ruff format --check $(SOURCES)

check-lint: environment-dev ## run ruff over the code
	@$(BIN)/ruff check $(SOURCES)

check-types: environment-dev ## run mypy and pyright, both strict
	@$(BIN)/mypy
	@$(BIN)/pyright

check-spec: environment-dev ## check that openapi.yaml is a valid OpenAPI document
	@$(BIN)/openapi-spec-validator openapi.yaml

check-generated: environment-dev ## fail unless clix_api_client/ is what openapi.yaml generates
	@$(BIN)/python -m tools.generate_client --check

check-cost: environment-dev ## count what a send costs beside raw httpx, and refuse more than its budget
	@$(BIN)/python -m tools.call_cost

check-imports: environment-dev ## check that imports point one way
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest --quiet tests/test_boundaries.py

check-api: environment-dev ## fail if the public API breaks what the last release promised and the version does not say so
	@$(BIN)/python -m tools.public_api

check-workflows: environment-dev ## check the workflows for what could be abused
	@$(BIN)/zizmor --offline --quiet --persona auditor .github

record-api: environment-dev ## write down the public API as released (a step of a release, see CONTRIBUTING.md)
	@$(BIN)/python -m tools.public_api --record

spec-diff: environment-dev ## compare the provider's document, SPEC=path-or-url, with openapi.yaml by the wire
	@$(BIN)/python -m tools.spec_diff $(if $(SPEC),"$(SPEC)")

carry-over: environment-dev ## write into openapi.yaml what SPEC has and a program can write; the rest into REPORT=report.md
	@$(BIN)/python -m tools.carry_over "$(SPEC)" --report "$(or $(REPORT),report.md)"

generate: environment-dev ## write clix_api_client/ from openapi.yaml
	@$(BIN)/python -m tools.generate_client

format: environment-dev ## format the code and fix what ruff can fix
	@$(BIN)/ruff format $(SOURCES)
	@$(BIN)/ruff check --fix $(SOURCES)

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" pyproject.toml

lock: environment-dev ## update requirements/*.txt to the newest versions that pyproject.toml allows
	$(LOCK) --upgrade --all-extras --group dev --output-file requirements/dev.txt
	$(LOCK) --extra emulator --group build --constraint requirements/dev.txt --output-file requirements/demo.txt
	$(LOCK) --upgrade --group release --constraint requirements/dev.txt --output-file requirements/release.txt
	$(LOCK) --upgrade --group bench --constraint requirements/dev.txt --output-file requirements/bench.txt

MKDOCS := NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs

docs: environment-dev ## build the documentation into site/ and check every link in it
	@$(MKDOCS) build --strict

docs-serve: environment-dev ## show the documentation at http://127.0.0.1:8000 while you write it
	@$(MKDOCS) serve

build: environment-dev ## build the wheel and the source archive into dist/
	@$(BIN)/python -m build --no-isolation

release-check: check-api ## do all of a release that can be done here; leaves in dist/ what is published
	@$(NOX) release -- $(if $(TAG),--tag "$(TAG)")

clean: ## remove what commands made, .venv aside
	@rm -rf .venv-bench .nox dist build mutants site .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

environment-demo environment-dev environment-bench: environment-%: ## install what the other commands need; they call it
	@$(PYTHON) tools/environment.py $*
