"""The rules of the house: who may load what, how large things may get, and that what is shipped is sound."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import desktopcnn
from desktopcnn import paths
from desktopcnn.data import catalog as datasets
from desktopcnn.data.dataset import Part
from desktopcnn.evaluation.report import combine, evaluate
from desktopcnn.networks import catalog, layers, library, modules, weights
from desktopcnn.training import recipe

PACKAGE = Path(desktopcnn.__file__).parent
SOURCES = sorted(
    path
    for path in PACKAGE.rglob("*.py")
    if not {"resources", "trained"} & set(path.relative_to(PACKAGE).parts)
)
MODULES = {".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): path for path in SOURCES}
CORE = [name for name in MODULES if not name.startswith("desktopcnn.ui") and not name.endswith("__main__")]
LONGEST_MODULE, LONGEST_FUNCTION = 300, 50

LOADED = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def loaded(*names: str) -> set[str]:
    """The packages in memory after a fresh process has imported those modules."""
    command = [sys.executable, "-c", LOADED, *(name.removesuffix(".__init__") for name in names)]
    done = subprocess.run(command, capture_output=True, cwd=PACKAGE.parent, check=True)
    assert not done.stderr
    return set(json.loads(done.stdout))


def test_the_core_loads_no_qt() -> None:
    assert len(CORE) > 25
    found = loaded(*CORE)
    assert "torch" in found, "everything was imported"
    assert not {"PySide6", "shiboken6", "pyqtgraph"} & found


def test_the_window_stands_without_torch() -> None:
    found = loaded("desktopcnn.ui.main_window")
    assert "PySide6" in found
    assert not {"torch", "scipy"} & found


@pytest.mark.parametrize(
    "name",
    [
        "__init__",
        "cli",
        "inspection.given",
        "networks.library",
        "networks.catalog",
        "training.recipe",
        "training.run",
    ],
)
def test_tables_and_the_command_line_are_read_without_torch_and_qt(name: str) -> None:
    assert not {"torch", "scipy", "PySide6"} & loaded(f"desktopcnn.{name}")


WITH_TORCH = {"desktopcnn.inspection.trace", "desktopcnn.inspection.anatomy"}


def test_what_the_window_asks_of_inspection_is_without_torch() -> None:
    asked = {name for name in CORE if name.startswith("desktopcnn.inspection.")} - WITH_TORCH
    assert len(asked) > 8
    assert not {"torch", "scipy"} & loaded(*asked)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_sizes_and_first_lines(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST_MODULE
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a line for the module"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= LONGEST_FUNCTION, f"{node.name} has {lines} lines"


def test_tables_fit_together() -> None:
    assert set(modules.BUILDERS) == set(layers.KINDS.values())
    assert all(kind == spec.kind for kind, spec in layers.KINDS.items())
    for table in (catalog.CATALOG, recipe.RECIPES, datasets.CATALOG):
        assert all(name == name.strip().lower() and "/" not in name for name in table)
    for architecture in catalog.CATALOG.values():
        assert recipe.proposed(architecture.name)
    assert library.DEFAULT in catalog.CATALOG
    for entry in library.shipped():
        if isinstance(entry, library.Entry):
            assert catalog.CATALOG[entry.name] == entry.card.architecture


@pytest.fixture(scope="module")
def first_2000() -> Part:
    return datasets.load_mnist_test()[:2000]


SHIPPED = sorted(paths.shipped("trained").glob("*.safetensors"))
VOTES = sorted(paths.shipped("trained").glob("*.json"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_is_shipped_is_as_good_as_its_card_says(path: Path, first_2000: Part) -> None:
    network = weights.load(path)
    card = network.card
    assert card.metrics["test_accuracy"] == 1 - card.metrics["test_errors"] / 10_000
    assert "validation" in card.metrics["chosen"] or "end of training" in card.metrics["chosen"]
    assert card.metrics["seconds"] > 0
    assert card.metrics["images_seen"] >= 50_000
    assert card.classes == datasets.DIGITS
    assert card.recipe["dataset"] in ("mnist", "mnist+pen")
    accuracy = evaluate(network.module, first_2000).accuracy
    # the first 2,000 are a little harder than the rest
    assert accuracy == pytest.approx(card.metrics["test_accuracy"], abs=0.006)


def test_every_shipped_file_is_listed() -> None:
    names = [path.stem for path in (*SHIPPED, *VOTES)]
    assert [entry.name for entry in library.shipped()] == sorted(names)
    assert len(SHIPPED) >= 3
    named = {
        member.path
        for entry in library.shipped()
        if isinstance(entry, library.Vote)
        for member in entry.members
    }
    assert set(paths.shipped("trained").glob("members/*")) == named


@pytest.mark.parametrize("path", VOTES, ids=lambda path: path.stem)
def test_a_vote_is_as_good_as_its_file_says(path: Path, first_2000: Part) -> None:
    vote = library.find(str(path))
    assert isinstance(vote, library.Vote)
    figures = vote.ensemble.metrics
    assert figures["test_accuracy"] == 1 - figures["test_errors"] / 10_000
    assert figures["member_test_accuracies"] == [member.accuracy for member in vote.members]
    reports = [evaluate(weights.load(member.path).module, first_2000) for member in vote.members]
    accuracy = combine(vote.ensemble.rule, reports).accuracy
    assert accuracy == pytest.approx(figures["test_accuracy"], abs=0.006)
