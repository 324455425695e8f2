import inspect
import sys

import pytest
from typer.testing import CliRunner

from explorer.lab import all_runs
from train.__main__ import COMMON, _documented, app, main, run
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


def test_a_run_of_the_lab_ships_its_history_and_its_timeline_and_no_weights(explorer_data, tmp_path):
    options = {key: default for key, (_, default, _) in COMMON.items()}
    settings = {"arm": "minimax", "batch_size": 6, "limit": 24}
    options |= {"images": 12, "runs": tmp_path / "runs", "variant": "minimax-0", "ship": tmp_path / "checkpoints", "evaluate_every": 6}
    run(discover()["lab-digits"], settings, **options)
    target = tmp_path / "checkpoints" / "lab" / "lab-digits-minimax-0"
    assert {path.relative_to(target).parts[0] for path in target.rglob("*")} == {"history.jsonl", "run.json", "timeline"}
    (lab_run,) = all_runs(tmp_path / "checkpoints").values()
    assert (lab_run.title, lab_run.steps) == ("minimax, seed 0", 2)
