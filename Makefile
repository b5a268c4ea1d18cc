# The two commands: make demo, make test. Everything they need goes into .venv and var/.
PYTHON ?= python3
PORT ?= 8000
SERVE ?= 1
WORKERS ?= auto
BENCH ?=
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(VENV)/bin/pip --disable-pip-version-check --quiet
PYTEST := $(VENV)/bin/pytest

.PHONY: demo test test-db test-long lint format bench screenshots messages lock clean help

help:
	@echo "make demo [PORT=8000] [SERVE=0]   look around: sample data and the admin on this machine"
	@echo "make test                         every test but the long ones; properties with a quarter of their examples"
	@echo "make test-db                      those that use the database, e.g. of another server by DATABASE_URL"
	@echo "make bench [BENCH=\"PART …\"]       figures beside a baseline of the same run (docs/performance.md)"
	@echo "make test-long                    the long ones, and properties with all examples"
	@echo "make lint | format | screenshots | messages | lock | clean"

demo: $(VENV)/.runtime
	@$(PY) manage.py demo --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve)

test: $(VENV)/.dev
	$(PYTEST) -n $(WORKERS) --dist worksteal -m "not long"

test-db: $(VENV)/.dev
	$(PYTEST) -n $(WORKERS) --dist worksteal -m "database and not long and not browser"

test-long: $(VENV)/.dev
	ALL_EXAMPLES=1 $(PYTEST) -m "long or hypothesis"

bench: $(VENV)/.dev
	$(PY) -m tests.benchmarks $(BENCH)

lint: $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/djlint templates --check --lint --quiet
	$(PY) manage.py makemigrations --check
	$(PY) -m tests.migration_lint
	DWAYBANK_ENV=production SECRET_KEY=$$($(PY) -c "import secrets; print(secrets.token_urlsafe(64))") \
		ENCRYPTION_KEYS=check:$$($(PY) -c "import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())") \
		ALLOWED_HOSTS=dwaybank.example DATABASE_URL=postgresql://nobody@/none EMAIL_URL=smtp+tls://mail.dwaybank.example \
		$(PY) manage.py check --deploy --fail-level WARNING

format: $(VENV)/.dev
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .
	-$(VENV)/bin/djlint templates --reformat --quiet

screenshots: $(VENV)/.dev
	SCREENSHOTS=1 $(PYTEST) -m browser

messages: $(VENV)/.dev
	$(PY) -m tests.translations

lock: $(VENV)/.dev
	$(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --no-header \
		--output-file requirements.lock pyproject.toml
	$(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --no-header --group dev \
		--constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

clean:
	rm -rf $(VENV) var staticfiles .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; $(PYTHON) is older. Name another: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock | $(VENV)/bin/pip
	$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV)/.runtime
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
