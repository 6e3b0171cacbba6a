# Each target makes .venv with an editable install when it is missing or setup.cfg has changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test test-slow lint bench wheel clean

$(STAMP): setup.cfg pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -e ".[dev]"
	touch $@

demo: $(STAMP)
	rm -rf runs/demo
	$(BIN)/textlstm run sentiment --out runs/demo
	$(BIN)/textlstm predict runs/demo \
	  "The service was not slow, and the soup was anything but bland." \
	  "The plot drags, yet I would not miss it." \
	  "I would not miss it, yet the plot drags." \
	  "菜不难吃，服务也不差。" "别人都说好看，我却看不下去。"

test: $(STAMP)
	$(BIN)/python -m pytest

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
	rm -rf $(VENV) build dist *.egg-info
