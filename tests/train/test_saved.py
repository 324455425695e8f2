"""A damaged state costs no more than the steps since the one before it, and a full disk costs nothing that was saved."""

from __future__ import annotations

import errno
import json
import shutil
from pathlib import Path

import pytest
from accelerate import Accelerator
from line import line, quick

from train import saved
from train.loop import InterruptedRunError, train
from train.saved import FILES, PROGRESS, FullDiskError, states


def often(steps: int):
    """A schedule that saves at each step."""
    return quick(steps, save_seconds=-1)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def swapped(path: Path) -> None:
    """Change a byte in the middle."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    path.write_bytes(data)


WEIGHTS, RANDOM = "model.safetensors", "random_states_0.pkl"
DAMAGES = {
    "weights cut": lambda state: cut(state / WEIGHTS),
    "a byte of the weights": lambda state: swapped(state / WEIGHTS),
    "weights missing": lambda state: (state / WEIGHTS).unlink(),
    "random states cut": lambda state: cut(state / RANDOM),
    "optimiser cut": lambda state: cut(state / "optimizer.bin"),
    "progress cut": lambda state: cut(state / PROGRESS),
    "list of files cut": lambda state: cut(state / FILES),
    "progress of another kind": lambda state: ((state / PROGRESS).write_text("[1]"), (state / FILES).unlink()),
    "old state, weights cut": lambda state: ((state / FILES).unlink(), cut(state / WEIGHTS)),
    "old state, progress cut": lambda state: ((state / FILES).unlink(), cut(state / PROGRESS)),
    "nothing but the folder": lambda state: (shutil.rmtree(state), state.mkdir()),
}


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory) -> float:
    """What the number that is trained has become after eight steps."""
    recipe = line()
    train(recipe, tmp_path_factory.mktemp("unbroken"), often(8), progress_bar=False)
    return recipe.parts["generator"].bias.item()


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_state_gives_way_to_the_one_before(damage, tmp_path, capsys, unbroken):
    train(line(), tmp_path, often(6), progress_bar=False)
    assert [state.name for state in states(tmp_path)] == ["state-000000005", "state-000000006"]
    DAMAGES[damage](tmp_path / "state-000000006")
    recipe = line()
    assert train(recipe, tmp_path, often(8), progress_bar=False).step == 8
    told = capsys.readouterr().err
    assert "state-000000006 is damaged (" in told and "the run goes on from state-000000005" in told
    assert recipe.parts["generator"].bias.item() == unbroken
    assert [state.name for state in states(tmp_path)] == ["state-000000007", "state-000000008"]
    assert [json.loads(row)["step"] for row in (tmp_path / "history.jsonl").read_text().splitlines()] == [0, 5, 8]


def test_where_no_state_can_be_read_the_run_says_so_and_keeps_what_is_there(tmp_path):
    train(line(), tmp_path, often(6), progress_bar=False)
    history = (tmp_path / "history.jsonl").read_text()
    for state in states(tmp_path):
        cut(state / WEIGHTS)
    with pytest.raises(ValueError, match=r"state-000000006 is damaged .*; state-000000005 is damaged .* Delete the folder"):
        train(line(), tmp_path, often(8), progress_bar=False)
    assert (tmp_path / "history.jsonl").read_text() == history and len(states(tmp_path)) == 2


def test_a_run_saved_without_a_list_of_files_goes_on(tmp_path, unbroken):
    train(line(), tmp_path, often(6), progress_bar=False)
    (first, second), recipe = states(tmp_path), line()
    shutil.rmtree(first)
    (second / FILES).unlink()
    assert train(recipe, tmp_path, often(8), progress_bar=False).step == 8
    assert recipe.parts["generator"].bias.item() == unbroken


def no_room(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("when", ["the state", "its list of files", "a row of the history", "the best weights"])
def test_a_full_disk_is_told_and_the_run_goes_on_once_there_is_room(when, tmp_path, monkeypatch, unbroken):
    train(line(), tmp_path, often(4), progress_bar=False)
    with monkeypatch.context() as full:
        if when == "the state":
            whole = Accelerator.save_state
            full.setattr(Accelerator, "save_state", lambda self, place: (whole(self, place), no_room()))
        elif when == "its list of files":
            full.setattr(saved, "_seal", no_room)
        elif when == "a row of the history":
            full.setattr("train.state.History.append", no_room)
        else:
            full.setattr("train.loop.evaluate", no_room)
        with pytest.raises(FullDiskError, match=r"the disk is full: step 5 could not be saved; state-000000004 is whole\. Make room"):
            train(line(), tmp_path, often(8), progress_bar=False)
    assert [state.name for state in states(tmp_path)] == ["state-000000003", "state-000000004"]
    assert not list(tmp_path.glob("*.saving"))
    recipe = line()
    assert train(recipe, tmp_path, often(8), progress_bar=False).step == 8
    assert recipe.parts["generator"].bias.item() == unbroken


def test_what_goes_wrong_for_another_reason_is_no_full_disk(tmp_path, monkeypatch):
    def broken(*_):
        raise RuntimeError("a bug")

    monkeypatch.setattr(Accelerator, "save_state", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        train(line(), tmp_path, often(2), progress_bar=False)
    assert issubclass(FullDiskError, InterruptedRunError)
