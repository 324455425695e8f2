"""What is written down of training pictures: every one finds itself, and changed copies are told from strangers."""

from __future__ import annotations

import pytest
import torch
from tiny import tiny_bird_judge

from train import data, neighbours
from train.data import sources


@pytest.fixture
def squares(monkeypatch) -> data.Pictures:
    """Pictures of one square each, in a place and a colour of its own."""
    draw = torch.Generator().manual_seed(0)
    images = torch.zeros(40, 3, 64, 64, dtype=torch.uint8)
    for image in images:
        top, left = torch.randint(0, 40, (2,), generator=draw).tolist()
        image[:, top : top + 20, left : left + 20] = torch.randint(60, 255, (3, 1, 1), generator=draw)
    sets = {"train": data.InMemory(images[:30]), "test": data.InMemory(images[30:])}
    monkeypatch.setattr(
        data, "load", lambda name, split, size, limit=None: data.Pictures(sets[split], {"label": torch.arange(len(sets[split])) % 3})
    )
    monkeypatch.setattr(sources, "numbers", lambda name, split: range(100, 100 + len(sets[split])))
    return data.Pictures(sets["train"])


def test_every_picture_finds_itself_under_its_row_and_name(squares):
    judge = tiny_bird_judge().eval()
    known = neighbours.gather(judge, "judge-birds", "birds", ("a", "b", "c"))
    batch = squares.batch(torch.arange(30))["images"]
    for row in (0, 7, 29):
        found = known.nearest(judge, batch[row], 1)[0]
        assert (found.row, found.label) == (100 + row, "abc"[row % 3]) and found.distance < 0.01
    assert known.copy_distance > 0 and known.test_distance > 0 and 0 <= known.recognised <= 1


def test_a_changed_copy_is_mirrored_and_has_lost_its_edges():
    image = torch.zeros(1, 1, 50, 50)
    image[..., 20:30, 5:10] = 1.0
    image[..., 0] = 5.0
    changed = neighbours.cropped(image)
    assert changed.shape == image.shape and changed.max() <= 1.0 and changed[..., 25, 40:].max() > 0.5


def test_only_a_judge_can_look(tmp_path, monkeypatch):
    from tiny import tiny_dcgan

    tiny_dcgan().save_pretrained(tmp_path / "gan")
    monkeypatch.setattr(sources, "label_names", lambda name: ())
    with pytest.raises(ValueError, match="gan is not a judge"):
        neighbours.write(tmp_path / "gan", "birds")
