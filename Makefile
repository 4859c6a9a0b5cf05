# Everything runs from .venv, which is made from the hash-pinned lock; nothing else is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SERVE ?= 1
HOME_DIR ?= var/demo
PEERS := var/bench/peers
PURE := schemas/*,keys/*,issuer/errors.py,issuer/model/*,issuer/jsonld/*,issuer/formats/*,issuer/proofs/*,issuer/status/*,issuer/render/*,issuer/carriers/*,issuer/gradebooks/*,issuer/verify/*

.PHONY: demo test test-long check bench lock clean

# A lock names everything, so nothing is resolved: what was published since changes nothing.
$(VENV)/.runtime: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing testamur into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@echo "Installing what tests need into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip check --quiet --disable-pip-version-check
	@touch $@

demo: $(VENV)/.runtime
	@$(BIN)/testamur demo --home $(HOME_DIR) $(if $(filter 0,$(SERVE)),--no-serve,--serve)

# The whole run is measured: every branch of what composes, seals and verifies, 95 % of all. What
# is not reached is shown only when that fails: the run ends with what was skipped.
test: $(VENV)/.dev
ifeq ($(TESTS),)
	@$(BIN)/python -m pytest -q -n auto --dist loadgroup --cov --cov-report=
	@$(BIN)/coverage report --skip-covered --fail-under=100 --include="$(PURE)" >$(VENV)/pure.txt || { cat $(VENV)/pure.txt; exit 1; }
	@$(BIN)/coverage report --skip-covered --fail-under=95 >$(VENV)/all.txt || { cat $(VENV)/all.txt; exit 1; }
else
	@$(BIN)/python -m pytest -q -n auto --dist loadgroup $(TESTS)
endif

# What takes minutes: whole batches of twenty thousand, killed again and again.
test-long: $(VENV)/.dev
	@$(BIN)/python -m pytest -q -n0 -m long tests

check: $(VENV)/.dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/mypy issuer keys schemas tests
	@$(BIN)/python -m pytest -q -n0 tests/house

# BENCH=verify measures one section; BENCH_ROUNDS, BENCH_COUNT, BENCH_NODE, BENCH_SECONDS and
# BENCH_SCALE say how much; BENCH_MILLION=1 issues a million as well. All sections write the page.
# PYTHON=/usr/bin/python3 in a fresh clone measures with the interpreter of the distribution.
bench: $(VENV)/.dev tests/node/node_modules $(PEERS)/.done
	@$(BIN)/python -m tests.bench $(BENCH) \
	  $(if $(BENCH_ROUNDS),--rounds $(BENCH_ROUNDS)) $(if $(BENCH_COUNT),--count $(BENCH_COUNT)) \
	  $(if $(BENCH_NODE),--node $(BENCH_NODE)) $(if $(BENCH_SECONDS),--seconds $(BENCH_SECONDS)) \
	  $(if $(BENCH_SCALE),--scale $(BENCH_SCALE)) $(if $(filter 1,$(BENCH_MILLION)),--million)

# What cannot be installed is told in the report, and stops nothing.
tests/node/node_modules: tests/node/package-lock.json
	@npm ci --prefix tests/node --no-audit --no-fund --silent || echo "Without Node: npm ci failed."

$(PEERS)/.done: tests/bench/requirements-peers.lock
	@echo "Installing the peers into $(PEERS) …"
	@mkdir -p $(PEERS) && $(PYTHON) -m venv $(PEERS) && $(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $< \
	  && touch $@ || echo "Without peers from Python: they cannot be installed."

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --extra build pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --extra build --extra hsm --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url tests/bench/requirements-peers.in -o tests/bench/requirements-peers.lock

clean:
	rm -rf $(VENV) var
