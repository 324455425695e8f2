"""A reading is the likeliest class of a judge with its probability; several objects are scored as the course does it."""

from __future__ import annotations

import pytest
import torch
from tiny import save_with_card, tiny_dcgan, tiny_judge, tiny_scene_judge

from explorer.judges import answers, hits, judge_of, object_score, read, whole_sets
from explorer.zoo import Zoo


def test_a_reading_names_the_likeliest_class():
    judge = tiny_judge()
    images = torch.rand(5, 1, 28, 28) * 2 - 1
    shares = judge.judge(images)["class"].softmax(1)
    for found, row in zip(read(judge, images), shares, strict=True):
        assert found.label == judge.classes[int(row.argmax())]
        assert found.probability == pytest.approx(row.max().item(), abs=1e-6)
        assert list(found.probabilities) == judge.classes and sum(found.probabilities.values()) == pytest.approx(1, abs=1e-5)


def test_a_judge_answers_each_of_its_questions_the_likeliest_first():
    judge = tiny_scene_judge()
    image = torch.rand(3, 64, 64, generator=torch.Generator().manual_seed(1)) * 2 - 1
    logits, found = {name: row[0] for name, row in judge.judge(image[None]).items()}, answers(judge, image)
    assert list(found) == ["objects", "ground"]
    for question, share in (("objects", torch.sigmoid(logits["objects"])), ("ground", torch.softmax(logits["ground"], 0))):
        assert found[question] == pytest.approx(dict(zip(judge.answers[question], share.tolist(), strict=True)), abs=1e-6)
        assert list(found[question].values()) == sorted(found[question].values(), reverse=True)
    assert answers(tiny_judge(), image[:1]).keys() == {"class"}


def test_a_checkpoint_is_read_by_the_judge_of_its_data_set_whatever_its_name(tmp_path):
    for name, data in (("latent-ddpm-cifar10", "cifar10"), ("mine", "carrot-cake"), ("gan-mnist", None)):
        save_with_card(tiny_dcgan(), tmp_path / name, data=data)
    found = {name: judge_of(checkpoint) for name, checkpoint in Zoo(tmp_path).checkpoints.items()}
    assert found == {"latent-ddpm-cifar10": "judge-cifar10", "mine": "judge-carrot-cake", "gan-mnist": ""}


def test_the_score_counts_requested_objects_among_as_many_likeliest_ones():
    logits = torch.tensor([[3.0, 2.0, 1.0, -1.0], [-1.0, -2.0, -3.0, -4.0], [0.0, 5.0, 4.0, 3.0]])
    asked = torch.tensor([[1.0, 0, 1, 0], [1, 1, 0, 0], [1, 0, 0, 0]])
    assert hits(logits, asked).tolist() == [[True, False, False, False], [True, True, False, False], [False] * 4]
    assert object_score(logits, asked) == pytest.approx(3 / 5)


def test_the_score_agrees_with_the_course_written_out():
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(50, 24, generator=generator)
    asked = torch.zeros(50, 24)
    for row, count in zip(asked, torch.randint(1, 4, (50,), generator=generator), strict=True):
        row[torch.randperm(24, generator=generator)[:count]] = 1
    right = total = 0
    for row, wanted in zip(logits.sigmoid(), asked, strict=True):
        k = int(wanted.sum())
        right += sum(int(wanted[i]) for i in row.topk(k).indices.tolist())
        total += k
    assert object_score(logits, asked) == pytest.approx(right / total)


def test_a_whole_set_has_no_object_too_many():
    asked = torch.tensor([[1.0, 0, 1]]).repeat(3, 1)
    logits = torch.tensor([[1.0, -1, 1], [1, 1, 1], [1, -1, -1]])
    assert whole_sets(logits, asked).tolist() == [True, False, False]
