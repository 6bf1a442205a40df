# `make` alone says what there is. Everything goes through tools/setup, which makes .venv and
# costs nothing where it is up to date.

bin := .venv/bin

# A PYTHONPATH of another program (ROS sets one) would come before what .venv holds.
unexport PYTHONPATH PYTHONHOME

.PHONY: help run test lint format wheel check-wheel clean distclean

help:
	@echo "make run          set up what is missing and open the window; without a screen,"
	@echo "                  draw a digit, print the answer and write a picture of the window"
	@echo "make test         lint, types, import contracts and tests; ARGS='-k canvas' goes to pytest"
	@echo "make lint         the same without the tests"
	@echo "make format       put the source into its form"
	@echo "make wheel        dist/*.whl and dist/*.tar.gz"
	@echo "make check-wheel  the wheel tried in an environment of its own"
	@echo "make clean        remove what was built; make distclean: and .venv"

run:
	@tools/setup
	@if $(bin)/python -m desktopcnn.ui.screen; then \
		exec $(bin)/desktopcnn; \
	else \
		echo "No screen here: one digit, and a picture of the window in desktopcnn.png"; \
		QT_QPA_PLATFORM=offscreen exec $(bin)/desktopcnn --screenshot desktopcnn.png; \
	fi

# Tests need no screen; QT_QPA_PLATFORM=xcb takes one.
test: lint
	QT_QPA_PLATFORM="$${QT_QPA_PLATFORM:-offscreen}" $(bin)/pytest $(ARGS)

lint:
	@tools/setup dev
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/mypy
	$(bin)/lint-imports

format:
	@tools/setup dev
	$(bin)/ruff check --fix .
	$(bin)/ruff format .

wheel:
	@tools/setup
	@rm -rf dist
	@$(bin)/python -I -m pip -qq install hatchling
	@$(bin)/python -I -m hatchling build

check-wheel:
	@tools/check-wheel

clean:
	rm -rf dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name .venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean
	rm -rf .venv
