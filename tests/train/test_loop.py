"""The loop's promises: a killed run ends as an unbroken one, averages average, and warm starts start warm."""

import json
from pathlib import Path

import interpreters
import pytest
import torch
from line import Line, line, quick
from safetensors.torch import load_file

from train.loop import InterruptedRunError, Schedule, picture_order, train
from train.recipe import Recipe

ROOT = Path(__file__).resolve().parents[2]

# Runs the command line as a user does, and is killed by a signal that no program can catch: after the so-manieth step (kill: step),
# or between writing the so-manieth state and renaming it (kill: save).
KILLED = """
import os, signal, sys
from train import loop
where, moment = sys.argv.pop(1), int(sys.argv.pop(1))
step, replace, count = loop._step, os.replace, 0

def counted(function, name):
    def call(*arguments):
        global count
        if where == name and not (name == "save" and ".saving" not in str(arguments[0])):
            count += 1
            if count > moment:
                os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments)
    return call

loop._step, os.replace = counted(step, "step"), counted(replace, "save")
original = loop.Schedule.__init__
loop.Schedule.__init__ = lambda self, *a, **k: original(self, *a, **{**k, "save_seconds": 0})
from train.__main__ import main
main()
"""


def command(runs: Path, where: str, moment: int, data: Path) -> int:
    arguments = [
        "gan32-carrot-cake",
        "--images",
        "32",
        "--batch-size",
        "4",
        "--limit",
        "8",
        "--runs",
        str(runs),
        "--log-every",
        "2",
        "--threads",
        "1",
    ]
    finished = interpreters.run(
        ["-c", KILLED, where, str(moment), *arguments],
        ROOT,
        {"PATH": "", "EXPLORER_DATA": str(data), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "HOME": str(runs)},
        imports=["torchmetrics"],
    )
    assert finished.returncode in (0, -9), finished.stderr
    return finished.returncode


def rows_without_seconds(run: Path) -> list[dict]:
    rows = [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]
    return [{key: value for key, value in row.items() if key != "seconds"} for row in rows]


@pytest.mark.timeout(900)
def test_a_run_killed_three_times_ends_like_an_unbroken_one(tmp_path, small_data):
    assert command(tmp_path / "unbroken", "never", 0, small_data) == 0
    broken = tmp_path / "broken"
    assert command(broken, "step", 3, small_data) == -9
    assert command(broken, "save", 2, small_data) == -9  # while it saves
    assert list((broken / "gan32-carrot-cake").glob("*.saving"))
    assert command(broken, "step", 1, small_data) == -9
    assert command(broken, "never", 0, small_data) == 0

    expected, found = rows_without_seconds(tmp_path / "unbroken" / "gan32-carrot-cake"), rows_without_seconds(broken / "gan32-carrot-cake")
    assert found == expected
    assert [row["step"] for row in found] == [0, 2, 4, 6, 8]
    states = [sorted((folder / "gan32-carrot-cake").glob("state-*[0-9]")) for folder in (tmp_path / "unbroken", broken)]
    assert [path.name for path in states[0]] == [path.name for path in states[1]] == ["state-000000007", "state-000000008"]
    assert (states[0][1] / "model.safetensors").read_bytes() == (states[1][1] / "model.safetensors").read_bytes()


def test_the_loop_trains_logs_means_and_keeps_the_best(tmp_path):
    recipe = line()
    progress = train(recipe, tmp_path, quick(10), progress_bar=False)
    assert recipe.parts["generator"].bias.item() == pytest.approx(1 - 0.8**10, rel=1e-5)
    rows = [json.loads(text) for text in (tmp_path / "history.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows] == [0, 5, 10]
    assert rows[1]["error"] == pytest.approx(sum(0.8 ** (2 * i) for i in range(5)) / 5, rel=1e-5)
    assert progress.best == {"kid": 0.0, "step": 0, "raw": 0.0}  # the metric here is smallest before training
    assert (tmp_path / "best" / "model.safetensors").is_file()


def test_where_nothing_is_measured_the_last_weights_ship(tmp_path, monkeypatch):
    monkeypatch.setattr(Line, "evaluate", Recipe.evaluate)
    recipe = line()
    recipe.averaged, recipe.metric = (), None
    progress = train(recipe, tmp_path, quick(10), progress_bar=False)
    assert progress.best == {}
    kept = load_file(tmp_path / "best" / "model.safetensors")["generator.bias"]
    assert kept.item() == pytest.approx(1 - 0.8**10, rel=1e-5)


def test_the_average_follows_its_closed_form(tmp_path):
    recipe = line(decay=0.9)
    train(recipe, tmp_path, quick(5), progress_bar=False)
    rows = [json.loads(text) for text in (tmp_path / "history.jsonl").read_text().splitlines()]
    average = weight = 0.0
    for step in range(5):
        weight = 1 - 0.8 ** (step + 1)
        decay = 0 if step == 0 else min(0.9, (1 + step) / (10 + step))
        average = decay * average + (1 - decay) * weight
    assert rows[-1]["kid"] == pytest.approx(average, rel=1e-5)


def test_time_that_is_up_saves_and_the_same_call_goes_on(tmp_path):
    with pytest.raises(InterruptedRunError, match="stopped at step 1 of 6"):
        train(line(), tmp_path, quick(6, minutes=1e-9), progress_bar=False)
    progress = train(line(), tmp_path, quick(6), progress_bar=False)
    assert progress.step == 6
    assert progress.sums == {} and len(list(tmp_path.glob("state-*"))) == 2


def test_every_epoch_shows_every_picture_once():
    order = torch.cat([picture_order(10, 4, step, seed=3) for step in range(5)])
    assert sorted(order[:10].tolist()) == sorted(order[10:].tolist()) == list(range(10))
    assert order[:10].tolist() != order[10:].tolist()
    assert not torch.equal(picture_order(10, 4, 0, seed=3), picture_order(10, 4, 0, seed=4))


def test_a_batch_larger_than_the_set_repeats_pictures():
    assert len(picture_order(3, 8, 2, seed=0)) == 8


def test_the_timeline_has_twenty_moments_from_first_to_last():
    moments = Schedule(steps=1000, log_every=1, evaluate_every=1).timeline_steps()
    assert len(moments) == 20 and min(moments) == 0 and max(moments) == 1000
