"""What the recipes with few labels share: the draws of labels, and that no test digit chooses anything."""

from __future__ import annotations

import pytest
import torch

from explorer.few_labels import accuracy
from train import data
from train.recipes import discover
from train.recipes.bases.few_labels import EXTRA, Distorted

COMMANDS = discover()
NAMES = ("cnn-mnist", "sgan-mnist", "vaegan-mnist", "fixmatch-mnist")
SMALL = {"limit": 60, "batch_size": 7}


def built(name: str, **changes):
    torch.manual_seed(0)
    return COMMANDS[name].build(**SMALL, **changes)


def _floats(pictures: data.Pictures) -> torch.Tensor:
    return pictures.fetch(torch.arange(len(pictures))).float() / 127.5 - 1


def test_all_recipes_see_the_same_labelled_digits(explorer_data):
    drawn = [built(name, draw=1).labelled for name in NAMES]
    assert set(drawn[0]) == {EXTRA, 25, 50, 100, 1000}
    for other in drawn[1:]:
        assert all(torch.equal(other[count].images, drawn[0][count].images) for count in drawn[0])
    assert not torch.equal(built("cnn-mnist", draw=2).labelled[25].images, drawn[0][25].images)


@pytest.mark.parametrize("name", NAMES)
def test_labels_come_from_the_train_split_and_the_last_step_counts(explorer_data, name):
    recipe = built(name)
    splits = {split: data.load("mnist", split, 28, channels=1, limit=SMALL["limit"]) for split in ("train", "test")}
    train = _floats(splits["train"]).flatten(1)
    rows = [labelled.images.flatten(1)[:, None] for labelled in recipe.labelled.values()]
    assert all((each == train).all(2).any(1).all() for each in rows)
    assert torch.equal(recipe.test[0], _floats(splits["test"])) and torch.equal(_floats(recipe.data), train.view(-1, 1, 28, 28))
    assert recipe.metric is None  # so the loop keeps the newest weights
    measured = recipe.evaluate(recipe.model)
    classifier = recipe.judged_classifiers()[25]
    assert measured["accuracy_25"] == accuracy(classifier, *recipe.test) and len(measured) == 5


def test_what_ships_are_the_trained_networks(explorer_data):
    recipe = built("sgan-mnist")
    assert all(recipe.parts[f"classifier_{count}"] is recipe.model.classifiers[str(count)] for count in recipe.model.counts)
    assert recipe.parts["generator_100"] is recipe.model.generator and recipe.extra_parts() == {}
    assert len({id(part) for part in recipe.parts.values()}) == len(recipe.parts) == 10


def test_the_averages_ship_with_fixmatch_and_follow_the_students(explorer_data):
    recipe = built("fixmatch-mnist")
    teacher, student = recipe.model.classifiers["25"], recipe.parts["classifier_25"]
    assert recipe.teachers[25] is teacher and student is not teacher and not any(weight.requires_grad for weight in teacher.parameters())
    before = teacher.last.weight.clone()
    recipe.share_done = 0.1
    recipe.train_step(recipe.data.batch(torch.arange(7)), torch.Tensor.backward)
    assert not torch.equal(teacher.last.weight, before)
    assert (teacher.last.weight - before).norm() < (student.last.weight - before).norm()


def test_augmented_labels_are_distorted_anew(explorer_data):
    labelled = built("cnn-mnist", augmented=True).labelled[25]
    assert isinstance(labelled, Distorted)
    torch.manual_seed(0)
    first, _ = labelled.batch(4)
    second, _ = labelled.batch(4)
    assert first.shape == (4, 1, 28, 28) and not torch.equal(first, second) and first.min() >= -1.001 and first.max() <= 1.001
