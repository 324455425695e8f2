import math

import pytest
import torch

from train.parts.auxiliary import AuxiliaryClassifier, PixelClassifier, condition_loss, swapped
from train.parts.backbone import FrozenFeatures


def test_a_classifier_that_knows_nothing_pays_the_entropy_of_its_question():
    asked = torch.eye(10)[:4]
    assert math.isclose(condition_loss(torch.zeros(4, 10), asked, exclusive=True).item(), math.log(10), rel_tol=1e-6)
    assert math.isclose(condition_loss(torch.zeros(4, 10), asked, exclusive=False).item(), 10 * math.log(2), rel_tol=1e-6)


def test_cross_entropy_of_one_condition_is_that_of_its_number():
    logits, numbers = torch.randn(6, 5), torch.tensor([0, 4, 2, 2, 1, 3])
    expected = -logits.log_softmax(1)[torch.arange(6), numbers].mean()
    assert torch.isclose(condition_loss(logits, torch.eye(5)[numbers], exclusive=True), expected)


def test_swapped_conditions_are_as_many_and_differ_in_two_places():
    torch.manual_seed(0)
    labels = torch.zeros(200, 24)
    for row, count in zip(labels, torch.randint(1, 4, (200,)), strict=True):
        row[torch.randperm(24)[:count]] = 1
    before, found = labels.clone(), swapped(labels)
    assert torch.equal(labels, before)
    assert set(found.unique().tolist()) == {0.0, 1.0} and torch.equal(found.sum(1), labels.sum(1))
    assert ((found != labels).sum(1) == 2).all()


def test_a_swapped_class_is_each_of_the_others_alike():
    torch.manual_seed(0)
    found = swapped(torch.eye(4)[:1].repeat(3000, 1)).mean(0)
    assert found[0] == 0 and torch.allclose(found[1:], torch.full((3,), 1 / 3), atol=0.04)


def test_the_classifier_adds_the_opinions_of_all_scales():
    classifier = AuxiliaryClassifier(7, width=5)
    features = [torch.randn(2, 5, side, side) for side in (16, 8, 4, 2)] + [torch.randn(2, 3, 16, 16)]
    assert len(features) == len(FrozenFeatures.channels) + 1
    expected = sum(scale(x) for scale, x in zip(classifier.scales, features, strict=True))
    assert classifier(features).shape == (2, 7) and torch.allclose(classifier(features), expected, atol=1e-6)


def test_the_classifier_of_pixels_learns_what_an_object_looks_like_wherever_it_stands():
    """Red and blue squares in random places on noise: 60 steps on 32 pictures each tell them apart on new ones."""
    draw = torch.Generator().manual_seed(0)

    def scenes(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        images, labels = 0.2 * torch.randn(count, 3, 64, 64, generator=draw), torch.randint(0, 2, (count, 2), generator=draw).float()
        for image, row in zip(images, labels, strict=True):
            for number, channel in enumerate((0, 2)):
                top, left = torch.randint(10, 44, (2,), generator=draw).tolist()
                if row[number]:
                    image[channel, top : top + 10, left : left + 10] = 1.0
        return images, labels

    torch.manual_seed(0)
    classifier = PixelClassifier(2, widths=(8, 16, 16, 16))
    optimizer = torch.optim.AdamW(classifier.parameters(), lr=3e-3)
    for _ in range(60):
        images, labels = scenes(32)
        loss = condition_loss(classifier(images), labels, exclusive=False)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    images, labels = scenes(200)
    with torch.no_grad():
        right = (classifier.eval()(images) > 0) == labels.bool()
    assert right.float().mean() > 0.95


def test_a_picture_that_is_recognised_well_enough_pays_nothing():
    logits = torch.log(torch.tensor([[0.5, 0.5], [0.1, 0.9]]))
    asked = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    assert condition_loss(logits, asked, True).item() == pytest.approx((math.log(2) + math.log(10)) / 2)
    assert condition_loss(logits, asked, True, enough=1.0).item() == pytest.approx((math.log(10) - 1) / 2)
    several = torch.zeros(1, 3)
    assert condition_loss(several, torch.ones(1, 3), False, enough=math.log(2)).item() == pytest.approx(2 * math.log(2))
