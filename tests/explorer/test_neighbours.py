"""The nearest training pictures: a picture finds itself and its mirror image, files come back as they went, models find their data set."""

from __future__ import annotations

import pytest
import torch
from tiny import save_with_card, tiny_bird_judge, tiny_dcgan

from explorer import neighbours
from explorer.neighbours import Neighbours
from explorer.zoo import Zoo


def looked_at(judge, pictures: torch.Tensor) -> Neighbours:
    """What a judge sees in pictures, with as many directions as there are features."""
    features = judge.embed(pictures)
    size = features.shape[1]
    rows = torch.arange(len(pictures)) * 10
    labels = torch.arange(len(pictures)) % 2
    return Neighbours(
        "judge-birds", "birds", "train", features.mean(0), torch.eye(size), features - features.mean(0), rows, labels, ("owl", "kiwi"),
        test_distance=2.0, copy_distance=1.0, recognised=0.5,
    )  # fmt: skip


@pytest.fixture
def pictures() -> torch.Tensor:
    return torch.rand(6, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 2 - 1


def test_a_training_picture_and_its_mirror_image_find_it(pictures):
    judge = tiny_bird_judge().eval()
    known = looked_at(judge, pictures)
    for picture in (pictures[3], pictures[3].flip(2)):
        first, second = known.nearest(judge, picture, count=2)
        assert (
            (first.row, first.label) == (30, "kiwi") and first.distance == pytest.approx(0, abs=0.02) and second.distance >= first.distance
        )


def test_asking_for_more_than_there_are_gives_all(pictures):
    judge = tiny_bird_judge().eval()
    assert len(looked_at(judge, pictures).nearest(judge, pictures[0], count=50)) == 6


def test_a_file_comes_back_as_it_was_written_and_serves_the_models_of_its_data(tmp_path, pictures):
    judge = tiny_bird_judge().eval()
    judge.save_pretrained(tmp_path / "judge-birds")
    for name, data in (("gan-birds", "birds"), ("latent-gan-of-birds", "birds"), ("gan-birds-of-paper", "cakes")):
        save_with_card(tiny_dcgan(), tmp_path / name, data=data)
    tiny_dcgan().save_pretrained(tmp_path / "no-card-birds")
    known, zoo = looked_at(judge, pictures), Zoo(tmp_path)
    assert neighbours.of(zoo, "gan-birds") is None
    known.save(tmp_path / "judge-birds")
    for name in ("gan-birds", "latent-gan-of-birds"):
        found = neighbours.of(zoo, name)
        assert found.nearest(judge, pictures[1], 1)[0].row == 10
        assert (found.names, found.test_distance, found.copy_distance, found.recognised, found.judge) == (
            ("owl", "kiwi"),
            2.0,
            1.0,
            0.5,
            "judge-birds",
        )
        assert torch.allclose(found.features, known.features, atol=1e-2)
    assert neighbours.of(zoo, "gan-birds-of-paper") is None and neighbours.of(zoo, "no-card-birds") is None
