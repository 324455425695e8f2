"""Every recipe takes two steps on a few pictures, through the function that users run."""

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file

from explorer.models import Generates
from explorer.zoo import inspect
from train.__main__ import COMMON, run
from train.recipes import discover
from train.state import load_warm_start

COMMANDS = discover()
VARIANTS = [(name, {}) for name in COMMANDS] + [
    ("dcgan-carrot-cake", {"discriminator": "plain", "augmentation": "none"}),
    ("dcgan-carrot-cake", {"augmentation": "colour,translation,cutout", "backbone_size": 64}),
]


@pytest.mark.parametrize(("name", "changes"), VARIANTS)
def test_two_steps_change_every_part_and_leave_a_checkpoint(explorer_data, tmp_path, name, changes):
    import inspect as python

    command = COMMANDS[name]
    hyper_parameters = {key: parameter.default for key, parameter in python.signature(command.build).parameters.items()}
    hyper_parameters |= {"limit": 24, "batch_size": 6, **changes}
    torch.manual_seed(0)
    before = command.build(**hyper_parameters)
    options = {key: default for key, (_, default, _) in COMMON.items()}
    folder = run(command, hyper_parameters, **{**options, "images": 12, "runs": tmp_path, "log_every": 1, "evaluate_every": 12})

    rows = [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]
    losses = {key: value for key, value in rows[-1].items() if key.endswith("loss")}
    assert losses and all(torch.isfinite(torch.tensor(value)) for value in losses.values())
    state = next(folder.glob("state-*"))
    assert json.loads((state / "progress.json").read_text())["step"] == 2
    checkpoint = inspect(folder / "best")
    assert checkpoint.model_class is type(before.model)
    for number, (part_name, part) in enumerate(before.parts.items()):
        trained = load_file(state / ("model.safetensors" if number == 0 else f"model_{number}.safetensors"))
        weights = [key for key, value in part.named_parameters() if value.requires_grad]
        assert any(not torch.equal(trained[key], part.state_dict()[key]) for key in weights), part_name
    if issubclass(checkpoint.model_class, Generates):
        assert (folder / "preview.png").is_file() and len(list((folder / "timeline").glob("*.webp"))) == 3


def unchanged(before, after) -> bool:
    return all(torch.equal(a, b) for a, b in zip(before, after, strict=True))


def test_a_generator_loss_moves_only_the_generator(explorer_data):
    recipe = COMMANDS["gan32-carrot-cake"].build(limit=4, batch_size=4)
    recipe.optimizers["discriminator"].param_groups[0]["lr"] = 0.0
    before = {name: [p.clone() for p in part.parameters()] for name, part in recipe.parts.items()}
    recipe.train_step(recipe.data.batch([0, 1, 2, 3]), lambda loss: loss.backward())
    same = {
        name: all(torch.equal(a, b) for a, b in zip(before[name], part.parameters(), strict=True)) for name, part in recipe.parts.items()
    }
    assert same == {"generator": False, "discriminator": True}


def test_the_generator_never_hears_the_watching_discriminator(explorer_data):
    def step(scale):
        torch.manual_seed(0)
        recipe = COMMANDS["dcgan-carrot-cake"].build(limit=4, batch_size=4, backbone_size=64)
        with torch.no_grad():
            recipe.model.discriminator.last.weight.mul_(scale)
        for number in range(2):
            torch.manual_seed(number)
            recipe.train_step(recipe.data.batch([0, 1, 2, 3]), lambda loss: loss.backward())
        return recipe.parts

    mild, harsh = step(1.0), step(50.0)
    assert unchanged(mild["generator"].parameters(), harsh["generator"].parameters())
    assert not unchanged(mild["discriminator"].parameters(), harsh["discriminator"].parameters())


def test_a_warm_start_takes_every_part_and_goes_on_counting(explorer_data, tmp_path):
    command = COMMANDS["dcgan-carrot-cake"]
    options = {key: default for key, (_, default, _) in COMMON.items()} | {"runs": tmp_path, "evaluate_every": 8, "log_every": 1}
    settings = {"limit": 8, "batch_size": 4, "backbone_size": 64}
    first = run(command, settings, **{**options, "images": 8})
    assert {"model.safetensors", "training.safetensors"} <= {path.name for path in (first / "best").iterdir()}
    fresh = command.build(**settings)
    load_warm_start(fresh, first / "best")
    saved = load_file(first / "best" / "training.safetensors")
    for key, value in fresh.parts["projected"].state_dict().items():
        assert torch.allclose(value, saved[f"projected.{key}"].to(value.dtype), atol=1e-3)

    checkpoint = tmp_path / "checkpoint"
    shutil.copytree(first / "best", checkpoint)
    shutil.copy(first / "history.jsonl", checkpoint)
    before = [json.loads(line) for line in (checkpoint / "history.jsonl").read_text().splitlines()]
    best = min((row for row in before if "kid" in row), key=lambda row: row["kid"])
    again = run(command, settings, **{**options, "images": 16, "from_": checkpoint, "variant": "again"})
    assert again.name == "dcgan-carrot-cake-again"
    rows = [json.loads(line) for line in (again / "history.jsonl").read_text().splitlines()]
    kept = best["step"] + 1
    assert rows[:kept] == before[:kept]
    assert [row["step"] for row in rows] == list(range(5))


def test_the_rates_fall_to_zero_in_a_line_after_the_share_that_is_asked(explorer_data):
    recipe = COMMANDS["dcgan-carrot-cake"].build(limit=4, batch_size=4, backbone_size=64, rate=0.5, anneal_after=0.6)
    rates = {}
    for recipe.done in (0.0, 0.59, 0.8, 1.0):
        recipe.anneal()
        rates[recipe.done] = {round(group["lr"], 9) for optimizer in recipe.optimizers.values() for group in optimizer.param_groups}
    assert rates == {0.0: {0.5}, 0.59: {0.5}, 0.8: {0.25}, 1.0: {0.0}}
