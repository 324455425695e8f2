import inspect
import sys

import pytest
from typer.testing import CliRunner

from train.__main__ import _documented, app, main
from train.recipes import discover

runner = CliRunner()


@pytest.fixture(scope="module", autouse=True)
def commands():
    """Register every recipe, as `python -m train` does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("train.__main__.app.__class__.__call__", lambda self: None)
        main()


@pytest.mark.parametrize("name", discover())
def test_every_recipe_explains_its_hyper_parameters_and_the_loops_options(name):
    result = runner.invoke(app, [name, "--help"], env={"COLUMNS": "300"})
    assert result.exit_code == 0
    for parameter in ("--batch-size", "--images", "--from", "--ship", "--seed"):
        assert parameter in result.output
    build = discover()[name].build
    assert set(inspect.signature(build).parameters) == set(_documented(build.__doc__))


def test_hyper_parameters_come_with_their_source():
    text = runner.invoke(app, ["gan32-carrot-cake", "--help"], env={"COLUMNS": "300"}).output
    assert "report 004, listing 2" in text


def test_a_recipe_without_data_says_what_is_missing(monkeypatch, tmp_path):
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    result = runner.invoke(app, ["gan32-carrot-cake", "--runs", str(tmp_path / "runs")])
    assert result.exit_code == 2
    assert "EXPLORER_DATA has no folder carrot-cake" in result.output


def test_docstrings_become_help():
    docstring = """What it does.

    Args:
        rate: of Adam
            (a source).
        size: pixels.
    """
    assert _documented(docstring) == {"rate": "of Adam (a source).", "size": "pixels."}


def test_iclevr_is_rendered_by_a_command_that_needs_blender(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "bpy", None)
    assert "--scenes" in runner.invoke(app, ["render-iclevr", "--help"], env={"COLUMNS": "300"}).output
    result = runner.invoke(app, ["render-iclevr", str(tmp_path)], env={"COLUMNS": "300"})
    assert result.exit_code == 2 and "pip install bpy" in result.output and not list(tmp_path.iterdir())
