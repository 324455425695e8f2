"""What the card of a diffusion model says is counted as its words claim, and not measured twice."""

from __future__ import annotations

import json

import pytest
import torch
from tiny import tiny_ddpm, tiny_judge
from torch.nn import functional as F

from explorer import diffusion
from train import metrics
from train.cards import diffusion as card
from train.data import InMemory, Pictures


@pytest.fixture(scope="module")
def pictures() -> Pictures:
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(256, (60, 1, 28, 28), dtype=torch.uint8, generator=generator)
    return Pictures(InMemory(images), {"label": torch.arange(60) % 4})


def test_a_cloud_is_scored_against_as_many_real_pictures_and_by_class(pictures):
    judge = tiny_judge()
    scored = card.Scored(judge, pictures, 30)
    features = torch.randn(20, scored.real.shape[1], generator=torch.Generator().manual_seed(1)) + scored.real.mean(0)
    row = scored(features)
    assert row["n"] == 20 and row["fd"] == pytest.approx(metrics.frechet_distance(scored.real[:20], features))
    read = judge.head(features).argmax(1)
    right = [float((read[k::4] == k).float().mean()) for k in range(4)]
    assert row["by_class"] == pytest.approx(right) and row["accuracy"] == pytest.approx(sum(right) / 4)
    assert scored.floor()["fd"] == pytest.approx(metrics.frechet_distance(scored.real[:30], scored.real[30:60]))
    labels = judge.judge(pictures.batch(range(60))["images"])["class"].argmax(1)
    assert scored.reading() == pytest.approx(float((labels == torch.arange(60) % 4).float().mean()))


def test_pictures_are_drawn_from_the_stated_seeds_the_classes_in_turn(monkeypatch):
    monkeypatch.setattr(card, "BATCH", 3)
    model = tiny_ddpm()
    found = torch.cat(list(card.drawn(model, 5, steps=2, sampler="ddim", guidance=1.0)))
    labels = F.one_hot(torch.arange(5) % 4, 4).float()
    expected = diffusion.sample(model, labels, seed=card.SCORING_SEED, steps=2, sampler="ddim", guidance=1.0)
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=0)


def test_the_table_has_every_sampler_and_is_kept_until_the_weights_change(pictures, tmp_path, monkeypatch):
    monkeypatch.setitem(card.PLANS, "mnist", card.Plan(24, 12, 4, (2, 3), (1.0, 2.0)))
    monkeypatch.setattr(card.data, "load", lambda *_, **__: pictures)
    monkeypatch.setitem(card.diffusion.DEFAULT, "steps", 4)
    model, judge = tiny_ddpm(), tiny_judge()
    model.timesteps = 5
    model.save_pretrained(tmp_path)
    found = card.measured(model, "mnist", tmp_path, judge)
    rows = {(row["sampler"], row["steps"]): row for row in found["samplers"]}
    assert set(rows) == {(sampler, steps) for sampler in diffusion.SAMPLERS for steps in (2, 3, 5)}
    assert all(row["evaluations"] == row["steps"] and row["n"] == (4 if row["steps"] == 5 else 12) for row in rows.values())
    assert rows["ddim", 2]["few"]["n"] == 4 and "few" not in rows["ddim", 5]
    assert [row["evaluations"] for row in found["guided"]] == [4, 8] and found["headline"]["n"] == 24
    monkeypatch.setattr(card, "measure", lambda *_: {"measured": "again"})
    assert card.measured(model, "mnist", tmp_path, judge) == json.loads(json.dumps(found))
    tiny_ddpm(seed=1).save_pretrained(tmp_path)
    assert card.measured(model, "mnist", tmp_path, judge)["measured"] == "again"
    line = card._line("ddim, 2", rows["ddim", 2], ["0", "1", "2", "3"])
    assert line.count("|") == 9 and f"{rows['ddim', 2]['accuracy']:.1%}" in line
