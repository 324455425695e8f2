"""explorer/digits.py: the real digits that come with the app."""

from __future__ import annotations

import pytest
import torch

from explorer import digits


@pytest.mark.parametrize(("split", "count"), [("train", 6000), ("test", 1000)])
def test_a_sheet_has_as_many_digits_of_each_class(split, count):
    images, labels = digits.read(split)
    assert images.shape == (count, 28, 28) and images.dtype == torch.uint8
    assert torch.bincount(labels).tolist() == [count // 10] * 10
    assert images[:, 0].float().mean() < 5 < 25 < images.float().mean() < 45  # white on black


def test_the_splits_share_no_digit():
    train, test = (digits.read(split)[0].flatten(1) for split in ("train", "test"))
    assert not {row.numpy().tobytes() for row in train} & {row.numpy().tobytes() for row in test}


def test_what_is_written_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(digits, "FOLDER", tmp_path)
    images = torch.randint(0, 256, (40, 28, 28), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    labels = torch.arange(40) % 10
    digits.write("own", images, labels)
    found = digits.read.__wrapped__("own")
    assert torch.equal(found[0], images) and torch.equal(found[1], labels)
