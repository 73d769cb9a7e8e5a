# Everything a newcomer types. Needs python3, make and git; all else goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# What a run imports. uv leaves compiling it to the first import, which is made here and not in the first run.
IMPORTED := district_platform.definitions, district_platform.operations.running, dlt.sources.helpers.rest_client, faker, \
	highspy, ibis.backends.sql.compilers, reportlab.platypus, scipy.sparse.csgraph, scipy.special, splink, uvicorn

# Whatever the account says: a run imports 4,000 modules, and each of its many processes would compile them anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup lock run test-databases test test-all test-whole test-browser test-spark test-deploy install secrets dev dashboard lint format typecheck check docs docs-site bench clean

setup: $(READY) ## the environment alone

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	sed -n '/^uv==/,/[^\\]$$/p' requirements.lock >$(VENV)/uv.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	$(BIN)/python -c "import $(IMPORTED)"
	touch $(READY)

# All but `dashboard` and `spark`, which have locks of their own: Streamlit and PySpark bring much that a run needs nothing of.
EXTRAS := $(addprefix --extra ,aws dev encryption keyring lambda notebooks server)

lock: $(READY) ## requirements.lock anew: versions stay where pyproject.toml allows them; `make lock UPGRADE=-U` takes the latest
	printf 'pip\nsetuptools\nuv\n' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $(EXTRAS) \
		--no-header --no-annotate $(UPGRADE) --output-file requirements.lock pyproject.toml -
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --group browser \
		--constraint requirements.lock --no-header --no-annotate $(UPGRADE) --output-file requirements-browser.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra dashboard \
		--constraint requirements.lock --no-header --no-annotate $(UPGRADE) --output-file requirements-dashboard.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --group deploy \
		--constraint requirements.lock --no-header --no-annotate $(UPGRADE) --output-file requirements-deploy.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra spark --extra java \
		--constraint requirements.lock --no-header --no-annotate $(UPGRADE) --output-file requirements-spark.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --group site \
		--constraint requirements.lock --no-header --no-annotate $(UPGRADE) --output-file requirements-site.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra aws --extra dashboard --extra encryption --extra lambda --extra server \
		--constraint requirements.lock --constraint requirements-dashboard.lock --no-header --no-annotate --output-file requirements-server.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --group checkov \
		--no-header --no-annotate $(UPGRADE) --output-file requirements-checkov.lock

$(VENV)/.dashboard: $(READY) requirements-dashboard.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dashboard.lock
	touch $(VENV)/.dashboard

$(VENV)/.browser: $(VENV)/.dashboard $(VENV)/.site requirements-browser.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-browser.lock
	touch $(VENV)/.browser

$(VENV)/.spark: $(READY) requirements-spark.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-spark.lock
	touch $(VENV)/.spark

run: $(READY) ## extracts to publication, on the synthetic district unless district.toml says otherwise
	$(BIN)/district-platform run

test: $(READY)
	$(BIN)/pytest --durations=10

WHOLE = $(BIN)/pytest -o addopts="-q --strict-markers -n 2 --dist worksteal" -m whole --durations=10

test-all: $(READY) ## the same, with more by chance: 2,000 deliveries made wrong for 200, 60 histories of killed machines for 5, 60 sequences of loads for 3, 3 judged districts for 1, 50 examples of a property for 25
	STATE_KILLS=60 DYNAMODB_EXAMPLES=60 PROPERTY_EXAMPLES=50 $(BIN)/pytest -m ""
	MUTATED_DELIVERIES=2000 JUDGED_DISTRICTS=3 $(WHOLE) district_platform_tests/whole/test_mutated.py district_platform_tests/whole/test_planted.py

test-whole: $(READY) ## whole runs, half a minute of a core each: others' exports to publications, runs killed and resumed, homes of other versions, judged districts, deliveries made wrong by chance; and every case of what `make test` tries in part
	$(WHOLE) $(addprefix --ignore=district_platform_tests/,browser web/interactive deploy spark)

test-browser: $(VENV)/.browser ## the pages in Streamlit, and both forms in the system's chromium, as each role and behind proxies; needs the packages chromium, nginx-light and caddy
	@for each in chromium nginx caddy; do command -v $$each >/dev/null || { \
		echo "make test-browser needs $$each; Debian's packages: chromium nginx-light caddy."; exit 1; }; done
	$(BIN)/pytest -o addopts="-q --strict-markers" --durations=10 district_platform_tests/browser district_platform_tests/web/interactive

test-spark: $(VENV)/.spark ## the second engine: a district on both, by Spark Connect, killed; Java is the machine's, or a wheel's
	$(BIN)/pytest -n 0 -o addopts="-q --strict-markers" -rs --durations=10 district_platform_tests/spark

test-databases: $(READY) ## loads into real servers, and runs whose history is in one; PostgreSQL comes with a wheel, MariaDB from the package mariadb-server
	@command -v mariadbd /usr/sbin/mariadbd >/dev/null || { echo "make test-databases needs MariaDB (Debian: apt-get install mariadb-server)."; exit 1; }
	TEST_DATABASES=1 $(BIN)/pytest -n 0 -rs --durations=10 --ignore=district_platform_tests/destinations/dynamodb district_platform_tests/destinations \
		district_platform_tests/operations/test_postgres_storage.py

$(VENV)/.deploy: $(READY) requirements-deploy.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-deploy.lock
	touch $(VENV)/.deploy

$(VENV)/.checkov: $(READY) requirements-checkov.lock
	$(PYTHON) -m venv --clear $(VENV)/checkov
	$(BIN)/uv pip install --quiet --python $(VENV)/checkov/bin/python --require-hashes -r requirements-checkov.lock
	touch $(VENV)/.checkov

test-deploy: $(VENV)/.deploy $(VENV)/.checkov ## image, compose.yaml, units, proxies, AWS (docs/deployment.md, docs/aws.md); as root, with what .ci/run installs
	@for each in systemd-analyze nginx caddy nsenter setpriv ip objdump; do command -v $$each >/dev/null || { \
		echo "make test-deploy needs $$each; Debian's packages: systemd nginx-light caddy iproute2 binutils."; exit 1; }; done
	$(BIN)/pytest -o addopts="-q --strict-markers" --durations=10 district_platform_tests/deploy

PREFIX ?= /opt/platform
install: ## the platform for a server (docs/deployment.md) into PREFIX, with the lock's versions and without tests and tools
	$(PYTHON) -m venv $(PREFIX)
	sed -n '/^\(uv\|setuptools\)==/,/[^\\]$$/p' requirements.lock >$(PREFIX)/tools.lock
	$(PREFIX)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(PREFIX)/tools.lock
	$(PREFIX)/bin/uv pip install --quiet --python $(PREFIX)/bin/python --require-hashes --compile-bytecode -r requirements-server.lock
	$(PREFIX)/bin/uv pip install --quiet --python $(PREFIX)/bin/python --no-deps --no-build-isolation --compile-bytecode --reinstall .
	rm -f $(PREFIX)/.lock # uv's, which every account could write

secrets: ## random passwords for compose.yaml in secrets/, each made once
	sh deploy/compose/secrets.sh

dev: $(READY) ## the Dagster UI, at the URL that it prints
	$(BIN)/district-platform ui

dashboard: $(VENV)/.dashboard ## the district's pages, at the URL that it prints; before sign-in those of a made-up district
	$(BIN)/district-platform dashboard

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

typecheck: $(READY)
	$(BIN)/mypy

check: lint typecheck test

docs: $(READY) ## pages generated from the code
	$(BIN)/python -m district_platform.documentation

$(VENV)/.site: $(READY) requirements-site.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-site.lock
	touch $(VENV)/.site

docs-site: $(VENV)/.site ## docs/ as a site in site/, to be opened as files or served; its search needs no server
	$(BIN)/mkdocs build --strict --quiet

bench: $(READY) ## the figures of docs/performance.md
	$(BIN)/python benchmarks/full_run.py 5000 100000
	$(BIN)/python benchmarks/daily_attendance.py

clean: ## what a run makes again. The warehouse's file stays, and with it the ledgers that nothing can make again (docs/operations.md)
	rm -rf warehouse/publications warehouse/current warehouse/out warehouse/build warehouse/converted warehouse/pulled warehouse/standin warehouse/errors
	rm -rf reports/* .dagster
