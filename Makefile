# Every target sets itself up: `make report` and `make test` need only Python 3.11, git, make and a network.
PYTHON ?= python3
CORPUS ?=
BIN := .venv/bin
READY := .venv/.ready
export PYTHONDONTWRITEBYTECODE=

.PHONY: report test lab bench bench-archive fuzz soak notebooks gazetteer clean

report: $(READY)
	@$(BIN)/python -m helpers.report $(CORPUS)

test: $(READY)
	@$(BIN)/python -m tests.run

lab: $(READY)
	@echo "Opening JupyterLab; stop it with Ctrl-C."
	@$(BIN)/jupyter lab notebooks/00_start_here.ipynb

bench: $(READY)
	@$(BIN)/python -m benchmarks.run

bench-archive: $(READY)
	@$(BIN)/python -m benchmarks.run --large

# Random texts through every step, other ones each time: about half an hour.
fuzz: $(READY)
	@FUZZ=5000 $(BIN)/python -m pytest tests/test_fuzz.py

# 10,000 damaged documents through `process`.
soak: $(READY)
	@MUTATED=10000 $(BIN)/python -m pytest tests/test_process.py -k mutated

# Executes the committed notebooks in place: what a maintainer runs after a change that alters their outputs.
notebooks: $(READY)
	@$(BIN)/python -m helpers.report --in-place

$(READY): requirements.txt pyproject.toml
	@echo "Set-up: making .venv from requirements.txt (about a minute)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
	  || { echo "Python 3.11 is needed: call make with PYTHON=path-of-python3.11"; exit 1; }
	@$(PYTHON) -m venv --clear .venv && $(BIN)/python -m pip install -qq -r requirements.txt -e . \
	  || { echo "Set-up failed: check the network, then run the same command again"; exit 1; }
	@touch $@

clean:
	rm -rf .venv report data/derived
