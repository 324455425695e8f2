"""A sheet shows both models' pictures, each on the side that only the key names."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest
from PIL import Image
from tiny import tiny_dcgan

from train import metrics
from train.metrics.blind import LABEL, MARGIN, compare, wins


@pytest.fixture(scope="module")
def sheets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("blind")
    models = {"old": tiny_dcgan(0).eval(), "new": tiny_dcgan(1).eval()}
    return folder, models, compare(models, folder, pairs=8, seed=5, across=2, enlarged=1)


def test_the_key_says_which_side_is_whose(sheets):
    folder, models, key = sheets
    assert json.loads((folder / "key.json").read_text(encoding="utf-8")) == [asdict(pair) for pair in key]
    assert {pair.left for pair in key} == {pair.right for pair in key} == {"old", "new"}
    drawn = {name: metrics.stored(metrics.drawn(model, 32, 5)) for name, model in models.items()}
    for pair in key:
        page = np.asarray(Image.open(folder / f"{pair.number:02d}.png"))
        top, first = MARGIN + LABEL, (pair.number - 1) * 4
        for name, left in ((pair.left, MARGIN), (pair.right, 2 * MARGIN + 128)):
            second = page[top : top + 64, left + 64 : left + 128]
            assert np.array_equal(second, drawn[name][first + 1].permute(1, 2, 0).numpy())


def test_wins_are_counted_by_model_not_by_side(sheets):
    _, _, key = sheets
    always_new = {pair.number: "left" if pair.left == "new" else "right" for pair in key}
    assert wins(key, always_new, "new") == 1.0 and wins(key, always_new, "old") == 0.0
    some = {pair.number: "left" for pair in key[:4]}
    assert wins(key, some, "new") == sum(pair.left == "new" for pair in key[:4]) / 4


def test_three_models_are_refused(tmp_path):
    with pytest.raises(ValueError, match="there are 1 models; expected two"):
        compare({"one": tiny_dcgan()}, tmp_path, seed=0)
