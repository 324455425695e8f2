import json

import pytest
import torch
from torch import nn

from explorer.models import ACGAN, GAN32, discriminates
from explorer.zoo import inspect
from tests.tiny import tiny_acgan, tiny_dcgan, tiny_stackgan
from train.data import InMemory, Pictures
from train.recipe import Recipe
from train.state import History, keep_timeline, leave_out, load_warm_start, write_weights


def test_a_warm_start_takes_over_every_part_and_refuses_another_shape(tmp_path):
    def recipe(width):
        model = GAN32(channels=(width,) * 4, discriminator_channels=(2, 2, 2))
        return Recipe(model, {"generator": model.generator, "extra": nn.Linear(2, 2)}, {}, Pictures(InMemory(torch.zeros(1))), 1)

    first, second = recipe(2), recipe(2)
    write_weights(first, first.model, tmp_path)
    load_warm_start(second, tmp_path)
    for name in ("generator", "extra"):
        for a, b in zip(first.parts[name].parameters(), second.parts[name].parameters(), strict=True):
            assert torch.allclose(a, b, atol=1e-3)
    with pytest.raises(ValueError, match="does not fit this recipe"):
        load_warm_start(recipe(3), tmp_path)


def test_a_history_goes_on_only_with_the_same_network(tmp_path):
    """Stage II starts from Stage I's weights, and counts its own pictures."""

    def recipe(sizes):
        model = tiny_stackgan(sizes=sizes)
        return Recipe(model, {"first": model.first, "second": model.second}, {}, Pictures(InMemory(torch.zeros(1))), 1, metric="kid")

    write_weights(recipe((64,)), recipe((64,)).model, tmp_path)
    rows = [{"step": 0, "images": 0, "kid": 2.0}, {"step": 4, "images": 4, "kid": 1.0}, {"step": 8, "images": 8, "kid": 3.0}]
    (tmp_path / "history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert load_warm_start(recipe((64,)), tmp_path) == rows[:2]
    assert load_warm_start(recipe((64, 128)), tmp_path) == []


def test_a_history_goes_on_only_with_the_same_pictures(tmp_path):
    """Cakes' weights may begin to paint, but nobody has painted yet."""

    def recipe(dataset):
        return Recipe(tiny_dcgan(), {}, {}, Pictures(InMemory(torch.zeros(1))), 1, metric="kid", dataset=dataset)

    write_weights(recipe("cakes"), recipe("cakes").model, tmp_path)
    rows = [{"step": 4, "images": 4, "kid": 1.0}]
    (tmp_path / "history.jsonl").write_text(json.dumps(rows[0]) + "\n")
    assert load_warm_start(recipe("cakes"), tmp_path) == rows
    (tmp_path / "run.json").write_text('{"data": "cakes"}')
    assert load_warm_start(recipe("cakes"), tmp_path) == rows
    assert load_warm_start(recipe("paintings"), tmp_path) == []


def test_history_drops_rows_that_the_resumed_run_will_write_again(tmp_path):
    path = tmp_path / "history.jsonl"
    rows = [{"step": step, "loss": 0.5} for step in (0, 2, 4)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"step": 5, "lo')  # killed while it wrote
    History(path, step=3).append({"step": 4, "loss": 0.25})
    assert [json.loads(line) for line in path.read_text().splitlines()] == [*rows[:2], {"step": 4, "loss": 0.25}]
    History(path, step=0)
    assert path.read_text() == ""


def test_a_checkpoint_without_its_discriminator_draws_the_same_and_warms_up_the_rest(tmp_path):
    def recipe(seed):
        model = tiny_acgan(seed)
        parts = {"generator": model.generator, "discriminator": model.discriminator}
        return Recipe(model, parts, {}, Pictures(InMemory(torch.zeros(1))), 1, metric="kid")

    first, second = recipe(0), recipe(1)
    write_weights(first, first.model, tmp_path)
    whole = (tmp_path / "model.safetensors").stat().st_size
    leave_out(tmp_path, "discriminator")
    assert (tmp_path / "model.safetensors").stat().st_size < whole
    shipped = inspect(tmp_path)
    model = ACGAN.from_pretrained(tmp_path, **shipped.config)
    assert model.discriminator is None and not discriminates(model) and discriminates(first.model)
    latents, labels = torch.randn(2, 6), torch.eye(3)[:2]
    assert torch.allclose(model.generate(latents, labels), first.model.eval().generate(latents, labels), atol=1e-2)

    row = {"step": 4, "images": 4, "kid": 1.0}
    (tmp_path / "history.jsonl").write_text(json.dumps(row) + "\n")
    before = second.model.discriminator.linear.weight.clone()
    assert load_warm_start(second, tmp_path) == [row]
    assert torch.allclose(second.model.generator.linear.weight, first.model.generator.linear.weight, atol=1e-3)
    assert torch.equal(second.model.discriminator.linear.weight, before)


def test_a_run_that_goes_on_keeps_the_moments_before_it(tmp_path):
    (tmp_path / "shipped" / "timeline").mkdir(parents=True)
    for name in ("000000000", "000000100", "000000200"):
        (tmp_path / "shipped" / "timeline" / f"{name}.webp").write_bytes(name.encode())
    keep_timeline(tmp_path / "shipped", tmp_path / "run", 100)
    assert [path.stem for path in sorted((tmp_path / "run" / "timeline").iterdir())] == ["000000000", "000000100"]
    (tmp_path / "shipped" / "best").mkdir()  # a run's best weights lie below its timeline
    keep_timeline(tmp_path / "shipped" / "best", tmp_path / "other", 0)
    assert [path.stem for path in (tmp_path / "other" / "timeline").iterdir()] == ["000000000"]
