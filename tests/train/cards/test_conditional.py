"""What a conditional GAN's card measures: a model that draws what it is told is told from one that does not, and one can learn from it."""

from __future__ import annotations

import json

import pytest
import torch
from tiny import tiny_cgan

from train.cards import conditional as card
from train.cards.compared import ROWS
from train.data import InMemory, Pictures
from train.data.iclevr import OBJECTS, multi_hot, scored_sets

OLD = {words: {kind: {"mean": 0.5, "deviation": 0.1} for kind in ("score", "exact")} for words in ("test.json", "unseen")}


class Painter:
    """Draws the labels themselves, or those of another request."""

    classes, latent_size = list(OBJECTS), 3

    def __init__(self, deaf: bool = False):
        self.deaf = deaf

    def generate(self, z, labels):
        told = labels.roll(1, 1) if self.deaf else labels
        return (2 * told - 1)[:, None, :, None].expand(-1, 3, -1, 24)


class Reader:
    """Reads what a `Painter` draws."""

    def judge(self, images):
        return {"objects": images[:, 0, :, 0]}


def test_who_draws_what_is_asked_scores_one_and_who_does_not_next_to_nothing():
    told, deaf = (card.condition_scores(painter, Reader(), scored_sets()) for painter in (Painter(), Painter(deaf=True)))
    assert told["score"] == told["exact"] == [1.0] * 10
    asked = multi_hot(scored_sets())
    by_chance = (asked * asked.roll(1, 1)).sum() / asked.sum()
    assert deaf["exact"] == [0.0] * 10 and deaf["score"] == pytest.approx([by_chance.item()] * 10)


def test_the_table_has_a_row_for_every_model_and_remembers_those_that_are_gone(tmp_path, monkeypatch):
    monkeypatch.setattr(card, "Zoo", lambda: type("Empty", (), {"names": lambda self, kind: [], "checkpoints": {}})())
    (tmp_path / ROWS).write_text(json.dumps({"run of old": OLD}))
    lines, results = card.objects(Painter(), "cgan-iclevr", tmp_path, Reader(), None)
    table = "\n".join(lines)
    assert "| **cgan-iclevr** | 1.000 ± 0.000 |" in table and "| run of old | 0.500 ± 0.100 |" in table
    assert {row["name"].split(" (")[0]: row["value"] for row in results} == {
        "score, test.json": 1.0, "exact, test.json": 1.0, "score, unseen": 1.0, "exact, unseen": 1.0,
    }  # fmt: skip


def test_a_variant_s_run_stands_beside_the_model(tmp_path, monkeypatch):
    monkeypatch.setattr(card, "Zoo", lambda: type("Empty", (), {"names": lambda self, kind: [], "checkpoints": {}})())
    monkeypatch.setattr(card, "_figures", lambda model, judge: OLD)
    own, other = tmp_path / "cgan-iclevr", tmp_path / "cgan-iclevr-plain"
    for run in (own, other):
        tiny_cgan().save_pretrained(run / "best")
        (run / "history.jsonl").write_text('{"images": 25000}\n')
    (own / "shipping").mkdir()
    assert card.compared("cgan-iclevr", own / "shipping", Reader(), tmp_path) == {"run cgan-iclevr-plain, 25,000 pictures": OLD}


def test_one_learns_from_pictures_that_show_their_class_and_not_from_others():
    draw = torch.Generator().manual_seed(0)

    def pictures(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        labels = torch.arange(count) % 3
        images = torch.randint(0, 120, (count, 3, 32, 32), generator=draw, dtype=torch.uint8)
        for image, label in zip(images, labels.tolist(), strict=True):
            image[label] = image[label] // 2 + 128
        return images, labels

    images, labels = pictures(120)
    unseen, unseen_labels = pictures(60)
    test = Pictures(InMemory(unseen), {"label": unseen_labels})
    assert card.gan_train_accuracy(images, labels, test, "abc", samples=1500, batch_size=50) > 0.9
    wrong = (labels + torch.randint(0, 3, (120,), generator=draw)) % 3
    assert card.gan_train_accuracy(images, wrong, test, "abc", samples=1500, batch_size=50) < 0.7


def test_one_learns_from_grey_digits_that_must_not_be_mirrored():
    draw = torch.Generator().manual_seed(0)

    def pictures(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        labels = torch.arange(count) % 2  # a bright half, left or right: one is the other's mirror image
        images = torch.randint(0, 120, (count, 1, 28, 28), generator=draw, dtype=torch.uint8)
        for image, label in zip(images, labels.tolist(), strict=True):
            image[:, :, 14 * label : 14 * label + 14] += 120
        return images, labels

    images, labels = pictures(120)
    unseen, unseen_labels = pictures(60)
    test = Pictures(InMemory(unseen), {"label": unseen_labels})
    assert card.gan_train_accuracy(images, labels, test, "ab", samples=1500, batch_size=50) > 0.9


def test_what_real_pictures_teach_is_measured_once(explorer_data, tmp_path, monkeypatch):
    pupils = []
    monkeypatch.setattr(card, "gan_train_accuracy", lambda images, labels, test, *_: pupils.append((len(images), len(labels))) or 0.5)
    assert [card.ceiling(tmp_path, "cifar10", "abc", 32, count, 8) for count in (4, 4, 5)] == [0.5] * 3
    assert pupils == [(4, 4), (5, 5)]


def test_an_unconditional_model_has_no_such_section(tmp_path):
    assert card.sections(type("Gan", (), {})(), "gan", "carrot-cake", tmp_path, None) == ([], [])
