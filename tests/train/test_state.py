import json

import pytest
import torch
from torch import nn

from explorer.models import GAN32
from train.data import Pictures
from train.recipe import Recipe
from train.state import History, load_warm_start, write_weights


def test_a_warm_start_takes_over_every_part_and_refuses_another_shape(tmp_path):
    def recipe(width):
        model = GAN32(channels=(width,) * 4, discriminator_channels=(2, 2, 2))
        return Recipe(model, {"generator": model.generator, "extra": nn.Linear(2, 2)}, {}, Pictures(torch.zeros(1)), 1)

    first, second = recipe(2), recipe(2)
    write_weights(first, first.model, tmp_path)
    load_warm_start(second, tmp_path)
    for name in ("generator", "extra"):
        for a, b in zip(first.parts[name].parameters(), second.parts[name].parameters(), strict=True):
            assert torch.allclose(a, b, atol=1e-3)
    with pytest.raises(ValueError, match="does not fit this recipe"):
        load_warm_start(recipe(3), tmp_path)


def test_history_drops_rows_that_the_resumed_run_will_write_again(tmp_path):
    path = tmp_path / "history.jsonl"
    rows = [{"step": step, "loss": 0.5} for step in (0, 2, 4)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"step": 5, "lo')  # killed while it wrote
    History(path, step=3).append({"step": 4, "loss": 0.25})
    assert [json.loads(line) for line in path.read_text().splitlines()] == [*rows[:2], {"step": 4, "loss": 0.25}]
    History(path, step=0)
    assert path.read_text() == ""
