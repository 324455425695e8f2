"""benchmarks/sampling.py."""

from __future__ import annotations

import re

from tiny import tiny_acgan, tiny_dcgan

from benchmarks import sampling


def test_each_model_that_draws_from_a_latent_gets_a_row_for_one_picture_and_for_many(tmp_path, monkeypatch, capsys):
    tiny_dcgan().save_pretrained(tmp_path / "tiny-dcgan")
    tiny_acgan().save_pretrained(tmp_path / "tiny-acgan")
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    monkeypatch.setattr(sampling, "SETTLE", 0)
    sampling.main(times=3)
    rows = [re.split(r" \| ", line.strip("| ")) for line in capsys.readouterr().out.splitlines()[2:]]
    assert [(name, count) for name, count, *_ in rows] == [(f"tiny-{name}", count) for name in ("dcgan", "acgan") for count in ("1", "64")]
    for _, _, *times in rows:
        answered, fetched, spent, client = map(float, times)
        assert 0 <= spent <= answered <= fetched
        assert client > 0
