"""What the card tells of each stage: every layer is counted once, the stages before are kept, ten pictures stand below each other."""

from __future__ import annotations

import json

import pytest
import torch
from PIL import Image
from tiny import tiny_dcgan, tiny_stackgan
from torch import nn

from train.cards import stages as stages_card
from train.data import InMemory, Pictures
from train.recipe import Recipe
from train.state import EARLIER, count_parameters, keep_earlier, write_weights


def facts(stage: int, size: int) -> str:
    settings = {"stage": stage, "size": size, "backbone_size": 64}
    return json.dumps({"settings": settings, "seed": 0, "hardware": "an abacus", "precision": "bf16"})


@pytest.fixture
def stages(tmp_path):
    """A finished Stage I, and a run of Stage II that started from it."""
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, told, images in ((first, facts(1, 64), 640), (second, facts(2, 128), 320)):
        folder.mkdir()
        (folder / "run.json").write_text(told)
        rows = [
            {"images": seen, "seconds": seen / 2, "step": seen, "discriminator_loss": 0.6, "generator_loss": 1 / (1 + seen)}
            for seen in range(0, images + 1, 32)
        ]
        (folder / "history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    keep_earlier(first, second)
    return second


def test_the_weights_of_all_layers_are_the_network_s(stages):
    network = nn.Sequential(nn.Conv2d(3, 4, 4, 2, 1), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(4 * 16, 2))
    rows = stages_card.layers(network, lambda: network.eval()(torch.zeros(1, 3, 8, 8)))
    assert sum(weights for *_, weights in rows) == count_parameters(network)
    assert [(kind, size) for _, kind, size, _ in rows] == [
        ("4x4 convolution, stride 2", "4 x 4 x 4"), ("BatchNorm2d", "4 x 4 x 4"), ("Linear", "2")
    ]  # fmt: skip


def test_both_stages_and_all_four_networks_are_told(stages, monkeypatch):
    model = tiny_stackgan(sizes=(64, 128)).eval()
    drawn = [torch.zeros(10, 3, 64, 64), torch.ones(10, 3, 128, 128)]
    told = "\n".join(stages_card.sections(model, stages, drawn))
    assert "| Stage I, 64 px | 640 | 5 | an abacus, bf16 |" in told
    for words in ("Stage I, generator", "Stage I, discriminator", "Stage II, generator", "Stage II, discriminator"):
        assert words in told
    assert f"Stage I, generator, {count_parameters(model.first):,} weights" in told
    sheet = Image.open(stages / "ten.webp")
    assert sheet.width > 10 * 128 and sheet.height > 2 * 128 and sheet.getpixel((5, 5))[0] < 140 < sheet.getpixel((5, 200))[0]
    chart = (stages / "losses.svg").read_text()
    assert "Stage I, 64 px" in chart and "Stage II, 128 px" in chart and "generator" in chart


def test_a_third_run_keeps_both_before_it(stages, tmp_path):
    (stages / "best").mkdir()
    third = tmp_path / "third"
    third.mkdir()
    keep_earlier(stages / "best", third)
    (third / "run.json").write_text('{"settings": {"stage": 2, "size": 256}}')
    found = stages_card.runs(third)
    assert [stages_card.stage_name(run["facts"]["settings"]) for run in found] == [
        "Stage I, 64 px", "Stage II, 128 px", "Stage II, 256 px"
    ]  # fmt: skip
    assert [run["history"][-1]["images"] for run in found[:-1]] == [640, 320]


def test_a_checkpoint_without_a_log_leaves_nothing_to_keep(tmp_path):
    model = tiny_dcgan()
    write_weights(Recipe(model, {"generator": model.generator}, {}, Pictures(InMemory(torch.zeros(1))), 1), model, tmp_path / "bare")
    (tmp_path / "run").mkdir()
    keep_earlier(tmp_path / "bare", tmp_path / "run")
    assert not (tmp_path / "run" / EARLIER).exists()
