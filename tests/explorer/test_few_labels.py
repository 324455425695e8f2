"""Learning from few labels: which digits are labelled, the steps of each method, and a visitor's training."""

from __future__ import annotations

import json
import math
import threading

import pytest
import torch
from torch.nn import functional as F

from explorer import few_labels
from explorer.cancellation import CancelledError, cancellable
from explorer.few_labels import DRAWS, Labelled, Training, accuracy, chosen
from explorer.models.few_labels import DenseDecoder, DenseEncoder, DigitClassifier, DigitGenerator, realness

LABELS = torch.arange(10).repeat(40)


@pytest.fixture
def labelled() -> Labelled:
    torch.manual_seed(0)
    return Labelled(torch.rand(20, 1, 28, 28) * 2 - 1, torch.arange(10).repeat(2))


@pytest.mark.parametrize(("count", "fewest", "most"), [(20, 2, 2), (25, 2, 3), (100, 10, 10)])
def test_labelled_digits_are_balanced(count, fewest, most):
    rows = chosen(LABELS, count, seed=1)
    per_class = LABELS[rows].bincount(minlength=10)
    assert len(set(rows.tolist())) == count and (per_class.min(), per_class.max()) == (fewest, most)


def test_a_draw_depends_on_its_number_alone():
    assert torch.equal(chosen(LABELS, 25, 3), chosen(LABELS, 25, 3)) and not torch.equal(chosen(LABELS, 25, 3), chosen(LABELS, 25, 4))


def taken(networks: dict, step) -> tuple[dict, list[str]]:
    """The losses of a step, and the names of the optimisers that were called."""
    names = []

    def update(name, loss):
        assert loss.requires_grad
        names.append(name)

    return step(networks, update), names


def test_a_step_of_the_sgan_has_three_parts(labelled):
    networks = {"classifier": DigitClassifier(4), "generator": DigitGenerator(width=4)}
    real = labelled.images
    losses, names = taken(networks, lambda nets, update: few_labels.sgan_step(nets, labelled, real, update))
    assert names == ["classifier", "discriminator", "generator"]
    assert set(losses) == {"classifier_loss", "classifier_accuracy", "real_loss", "generated_loss", "generator_loss"}


def test_the_discriminators_losses_are_binary_cross_entropies(labelled):
    classifier = DigitClassifier(4).eval()
    real, generated = labelled.images[:5], labelled.images[5:10]
    on_real, on_generated = few_labels.discriminator_losses(classifier, real, generated)
    expected = [
        F.binary_cross_entropy_with_logits(realness(classifier(images)), torch.full((5,), label))
        for images, label in ((real, 1.0), (generated, 0.0))
    ]
    assert on_real.item() == pytest.approx(expected[0].item(), rel=1e-5) and on_generated.item() == pytest.approx(
        expected[1].item(), rel=1e-5
    )


def test_a_step_of_the_vae_gan_has_four_parts_and_its_prior_loss_is_the_closed_form(labelled):
    networks = {"classifier": DigitClassifier(4), "encoder": DenseEncoder(), "decoder": DenseDecoder()}
    losses, names = taken(networks, lambda nets, update: few_labels.vaegan_step(nets, labelled, labelled.images, update))
    assert names == ["classifier", "discriminator", "encoder", "decoder"]
    mean, log_variance = networks["encoder"](labelled.images)
    posterior = torch.distributions.Normal(mean, (log_variance / 2).exp())
    divergence = torch.distributions.kl_divergence(posterior, torch.distributions.Normal(0.0, 1.0)).sum(1).mean()
    assert losses["prior_loss"].item() == pytest.approx(divergence.item(), rel=1e-4)


def test_matching_features_is_zero_for_the_same_digits(labelled):
    """The generator's loss compares means of features (Salimans et al. 2016, section 3.1)."""
    classifier, generator = DigitClassifier(4), DigitGenerator(width=4)
    generator.forward = lambda z: labelled.images.repeat(2, 1, 1, 1).requires_grad_()
    losses, _ = taken(
        {"classifier": classifier, "generator": generator},
        lambda nets, update: few_labels.sgan_step(nets, labelled, labelled.images, update, matching=True),
    )
    assert losses["generator_loss"].item() == pytest.approx(0, abs=1e-8)


def test_accuracy_counts_in_eval_mode_and_leaves_the_mode():
    classifier = DigitClassifier(4).train()
    images = torch.rand(30, 1, 28, 28)
    with torch.no_grad():
        answers = classifier.eval()(images).argmax(1)
    classifier.train()
    assert accuracy(classifier, images, answers, batch=7) == 1 and classifier.training
    assert accuracy(classifier, images, (answers + 1) % 10) == 0


@pytest.mark.parametrize("unlabelled", [False, True])
def test_a_training_is_reproducible_and_yields_moments(labelled, unlabelled):
    def run():
        training = Training(labelled, labelled.images if unlabelled else None, width=4, steps=3, every=2, seed=5)
        moments = []
        for moment in training.run():
            torch.rand(3)  # work of the page between two moments
            moments.append((moment.step, moment.losses["classifier_loss"], moment.digits))
        return moments

    first, second = run(), run()
    assert [step for step, *_ in first] == [2, 3]
    assert [loss for _, loss, _ in first] == [loss for _, loss, _ in second] and all(math.isfinite(loss) for _, loss, _ in first)
    assert (first[0][2] is not None) == unlabelled
    if unlabelled:
        assert torch.equal(first[1][2], second[1][2]) and first[1][2].shape == (16, 1, 28, 28)


def test_a_cnn_learns_its_labels_by_heart(labelled):
    training = Training(labelled, width=16, steps=300, every=300)
    (moment,) = training.run()
    assert accuracy(moment.classifier, labelled.images, labelled.labels) == 1


def test_a_training_whose_visitor_has_left_ends(labelled):
    left = threading.Event()
    with cancellable(left):
        moments = Training(labelled, width=4, steps=5, every=1).run()
        next(moments)
        left.set()
        with pytest.raises(CancelledError):
            next(moments)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (json.dumps({"report": {"25": [0.5, 0.75], "1000": [0.9]}}), {"report": {25: [0.5, 0.75], 1000: [0.9]}}),
        (json.dumps({"report": {"25": [0.5, 2, True, "x"], "x": [0.1]}}), {"report": {25: [0.5]}}),
        (json.dumps({"report": [1]}), {"report": {}}),
        ("[]", {}),
        ("{", {}),
    ],
)
def test_draws_are_read_and_what_is_no_share_is_left_out(tmp_path, text, expected):
    (tmp_path / DRAWS).write_text(text)
    assert few_labels.read_draws(tmp_path) == expected


def test_without_draws_there_are_none(tmp_path):
    assert few_labels.read_draws(tmp_path) == {}
