"""The benchmark of the extended space measures what it says."""

import pytest
import torch
from tiny import seeded, tiny_dcgan

from benchmarks import extended as benchmark
from explorer.inversion import Fit
from explorer.latent import draw
from explorer.models import PictureJudge
from explorer.zoo import Zoo
from train.data import InMemory, Pictures
from train.metrics.forced_choice import ELEVEN


def test_halfway_lies_between_every_two():
    model = tiny_dcgan().eval()
    fits = [Fit(1, 1, 0.0, z, model.generate(z[None])[0], 0.0, 0.0, 0) for z in draw(1, 4, model.latent_size)]
    pictures = benchmark.halfway(model, fits)
    assert len(pictures) == 6
    middle = benchmark.interpolate(fits[0].latent, fits[1].latent, 3)[1]
    assert torch.equal(pictures[0], model.generate(middle[None])[0])


def test_one_model_gets_three_rows_and_a_note(monkeypatch, tmp_path):
    pixels = torch.randint(0, 256, (12, 3, 64, 64), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    monkeypatch.setattr(benchmark.data, "load", lambda *_, limit=None: Pictures(InMemory(pixels[:limit])))
    tiny_dcgan().save_pretrained(tmp_path / "tiny")
    judge = seeded(lambda: PictureJudge({"primary": list(ELEVEN)}, channels=(4, 4, 4, 4))).embed
    found = benchmark.measure("tiny", Zoo(tmp_path), judge, "carrot-cake", "test", 4)
    rows = [line.split(" | ") for line in found["lines"]]
    assert [row[1] for row in rows] == ["latent", "latent, equal seconds", "extended"]
    assert float(rows[1][3]) <= float(rows[2][3]) + 0.1
    assert "halfway between extended fits: KID" in found["note"]
    for key in ("held_out_psnr", "held_out_psnr_extended"):
        assert len(found[key]) == 4 and found[key] == pytest.approx(sorted(found[key]))
