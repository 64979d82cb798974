# Thin: every target first brings .venv/ up to date. Override the interpreter with `make PYTHON=python3.12 run`.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: test-crowd run test test-rt check bench bench-rt faults gallery load package test-package bench-package guide-pictures lock clean

run: .venv/.ready
	@packaging/system_packages.sh run
	@$(BIN)/python packaging/hatch_build.py > /dev/null
	@packaging/run_console.sh

# What is shared out among the workers, and in which order, is in tests/support/workers.py. Hundreds of programs are
# started: those that may not keep their bytecode would each compile the console anew.
test: export PYTHONDONTWRITEBYTECODE :=
test: .venv/.ready
	@packaging/system_packages.sh test
	@packaging/system_packages.sh rt || echo "The tests with a live Request Tracker will not run; they say so." >&2
	@$(BIN)/python packaging/hatch_build.py > /dev/null
	$(BIN)/pytest -n 3 -m "not campaign and not long" $(ARGS)

# Everything against a live Request Tracker 5 of Debian's, also what `make test` leaves out for its length.
test-rt: .venv/.ready
	@packaging/system_packages.sh rt
	@$(BIN)/python packaging/hatch_build.py > /dev/null
	$(BIN)/pytest tests/connectors -k "tracker" $(ARGS)
	$(BIN)/pytest tests/faults/test_over_tracker.py -k lost

# The console against RT's own web pages in headless Chromium: same server, same tickets.
bench-rt: .venv/.ready
	@packaging/system_packages.sh run
	@packaging/system_packages.sh rt
	@packaging/system_packages.sh browser
	@$(BIN)/python packaging/hatch_build.py > /dev/null
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench.rt $(ARGS)

# 100,000 tickets of each help desk, paged through; `make test` has a tenth of them.
test-crowd: .venv/.ready
	@packaging/system_packages.sh rt || echo "The test with Request Tracker's pages will not run; it says so." >&2
	AGENTCONSOLE_CROWD=100000 $(BIN)/pytest -q --timeout 900 tests/connectors/contract -k anybody_pages $(ARGS)

check: .venv/.ready
	@$(BIN)/python packaging/hatch_build.py > /dev/null
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/.ready
	@packaging/system_packages.sh run
	@$(BIN)/python packaging/hatch_build.py > /dev/null
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench $(ARGS)

# Seeded runs of killed consoles, bad wires, full disks and wrong clocks; `make faults ARGS="--runs 500 --first 10000"`.
# `ARGS="--connector rt --runs 200"`: over a live Request Tracker.
faults: .venv/.ready
	@packaging/system_packages.sh run
	@packaging/system_packages.sh rt || echo "The campaign with a live Request Tracker will not run; it says so." >&2
	@$(BIN)/python packaging/hatch_build.py > /dev/null
	$(BIN)/pytest -n 2 -m campaign tests/faults
	$(BIN)/python -m tests.faults $(ARGS)

gallery: .venv/.ready
	@packaging/system_packages.sh run
	@$(BIN)/python packaging/hatch_build.py > /dev/null
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.support.gallery build/gallery light dark contrast

# build/package/: a folder with the console and all that it needs, and on Debian a package of it.
package: .venv/.ready
	@packaging/system_packages.sh package
	PYTHONPATH=packaging $(BIN)/python -m console_package $(ARGS)

PACKAGED_TESTS := tests/e2e/test_command_line.py tests/e2e/test_custody.py tests/e2e/test_directory.py \
    tests/e2e/test_guidance.py tests/e2e/test_report_command.py tests/e2e/test_sla_command.py \
    tests/e2e/test_support_links.py tests/e2e/test_one_window.py

# Puts the packaged program through tests of the command line, then installs the package in a bare Debian 12, works with
# it there and removes it: as root, with some hundreds of megabytes to fetch.
test-package:
	@packaging/system_packages.sh package
	@ls build/package/*.deb > /dev/null 2>&1 || $(MAKE) package
	TESTED_PROGRAM=$(CURDIR)/build/package/agentconsole/agentconsole $(BIN)/pytest -q $(PACKAGED_TESTS)
	packaging/deb/test_in_clean_debian.sh build/package/*.deb

bench-package: .venv/.ready
	@packaging/system_packages.sh run
	@ls build/package/*.deb > /dev/null 2>&1 || $(MAKE) package
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench --only package --output build/bench-package.json $(ARGS)

# Chosen from the gallery, for the handbook and the README; committed with the sources.
guide-pictures: .venv/.ready
	@packaging/system_packages.sh run
	@$(BIN)/python packaging/hatch_build.py > /dev/null
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.support.guide_pictures

# Agents connected by stream, writes and their delay; SQLite and PostgreSQL, one worker and two. About two minutes.
load: .venv/.ready
	@packaging/system_packages.sh test
	$(BIN)/python -m tests.load $(ARGS)

lock: .venv/.ready
	$(BIN)/pip-compile -q --extra dev --generate-hashes --allow-unsafe --strip-extras --no-header --no-emit-index-url \
	    --no-emit-trusted-host --no-emit-find-links --no-emit-options --no-annotate -o requirements.lock pyproject.toml

clean:
	rm -rf .venv build dist src/agentconsole/_gen

.venv/.ready: requirements.lock pyproject.toml packaging/hatch_build.py
	@packaging/system_packages.sh install $(PYTHON)
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the locked dependencies into .venv (about a minute the first time)"
	@$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@
