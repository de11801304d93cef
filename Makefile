# The commands of this project. `make run` on a bare clone is the product, `make test` proves it.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
.DEFAULT_GOAL := help

.PHONY: help run sandbox test check bench lock messages assets styles system
help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t16

.venv/run.stamp: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "Python 3.11 is needed: make PYTHON=/path/to/python3.11 …")'
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

.venv/dev.stamp: .venv/run.stamp requirements-scale.txt requirements-dev.txt
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-scale.txt -r requirements-dev.txt
	touch $@

run: .venv/run.stamp  ## sandbox, worker and console on loopback (PORT, SANDBOX_PORT, MEMBERS, DATA_DIR)
	@exec .venv/bin/python scripts/run.py

sandbox: .venv/run.stamp  ## the sandbox alone (SANDBOX_PORT, MEMBERS)
	@exec .venv/bin/python -m sandbox --port $(or $(SANDBOX_PORT),9000) --members $(or $(MEMBERS),60)

system: .venv/dev.stamp
	@.venv/bin/python scripts/system_packages.py

test: system  ## everything, from unit to browser
	.venv/bin/pytest -q -n 2
	.venv/bin/pytest -q tests/browser -p no:xdist

check: system  ## lint, types, imports, templates, migrations, translations, styles
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy .
	.venv/bin/lint-imports
	.venv/bin/djlint --lint --quiet templates
	.venv/bin/python scripts/checks.py

bench: system  ## the measurements of bench/README.md
	.venv/bin/python -m bench

lock: .venv/dev.stamp  ## write requirements*.txt anew from requirements*.in
	for name in requirements requirements-scale requirements-dev; do .venv/bin/uv pip compile --quiet --upgrade \
	  --python-version 3.11.7 --python-platform x86_64-manylinux_2_28 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --custom-compile-command "make lock" -o $$name.txt $$name.in; done

messages: system  ## collect texts for translation and compile the translated ones
	.venv/bin/python scripts/messages.py

styles: system  ## write the style sheet anew when a page uses another of its classes
	.venv/bin/python scripts/styles.py

assets:  ## fetch the vendored front-end files anew (needs npm)
	$(PYTHON) scripts/vendor_assets.py
