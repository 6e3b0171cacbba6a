# Each target makes .venv with an editable install when it is missing or setup.cfg has changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# The compiled kernels are optional for users, not for those who work on them.
export TEXTLSTM_REQUIRE_KERNEL ?= $(if $(shell command -v g++),1,0)
KERNELS := setup.py $(wildcard textlstm/kernels/src/*)

.PHONY: demo test test-slow lint bench wheel clean

$(STAMP): setup.cfg pyproject.toml $(KERNELS)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -e ".[dev]"
	touch $@

demo: $(STAMP)
	rm -rf runs/demo
	$(BIN)/textlstm run sentiment --out runs/demo
	$(BIN)/textlstm predict runs/demo \
	  "What matters to me is that the ending is moving, not that the dialogue is dull." \
	  "What matters to me is that the dialogue is dull, not that the ending is moving." \
	  "My cousin says that the food was fresh; I could not agree less." \
	  "重要的是结尾很感人，而不是对白很生硬。" "重要的是对白很生硬，而不是结尾很感人。"

# Tests that share what is trained stay in one process, see tests/conftest.py.
test: $(STAMP)
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadgroup

test-slow: $(STAMP)
	$(BIN)/python -m pytest -m slow

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(STAMP)
	$(BIN)/python -m benchmarks

wheel: $(STAMP)
	$(BIN)/python -m build

clean:
	rm -rf $(VENV) build dist *.egg-info textlstm/kernels/*.so
