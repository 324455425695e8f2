"""The networks with few labels: the report's numbers of weights, and a discriminator without an eleventh output."""

from __future__ import annotations

import pytest
import torch

from explorer.models import SGAN, VAEGAN, FewLabels, Generates, Judges, Recognises
from explorer.models.few_labels import COUNTS, DigitClassifier, DigitGenerator, realness

IMAGES = torch.linspace(-1, 1, 2 * 784).view(2, 1, 28, 28)


def weights(network: torch.nn.Module) -> int:
    return sum(weight.numel() for weight in network.parameters())


def test_the_networks_have_as_many_weights_as_the_reports():
    model = VAEGAN()
    assert weights(DigitClassifier()) == 316_938 and weights(DigitGenerator()) == 1_164_289
    assert weights(model.encoder) == 51_452 and weights(model.generator) == 52_216


def test_realness_is_the_papers_formula():
    """D = Z / (Z + 1) with Z the sum of the exponentials (Salimans et al. 2016, section 5)."""
    logits = torch.tensor([[-2.0, 0.5, 1.0], [3.0, -1.0, 0.0]])
    z = logits.exp().sum(1)
    assert torch.allclose(realness(logits).sigmoid(), z / (z + 1))


@pytest.mark.parametrize("model", [FewLabels(width=4), SGAN(width=4), VAEGAN(width=4), VAEGAN(width=4, latent_size=5, convolutional=True)])
def test_a_model_reads_digits_with_each_of_its_classifiers(model):
    model.eval()
    assert isinstance(model, Recognises)
    answers = [model.recognise(IMAGES, count) for count in COUNTS]
    assert all(answer.shape == (2, 10) for answer in answers) and not torch.equal(answers[0], answers[1])
    judge = model.judge_with(50)
    assert isinstance(judge, Judges) and torch.equal(judge.judge(IMAGES)["class"], answers[1]) and judge.embed(IMAGES).shape == (2, 64)


@pytest.mark.parametrize("model", [SGAN(width=4), VAEGAN(width=4), VAEGAN(width=4, latent_size=5, convolutional=True)])
def test_a_generator_draws_digits_from_its_first_layer_on(model):
    assert isinstance(model, Generates)
    assert model.generate(torch.zeros(3, model.latent_size)).shape == (3, 1, 28, 28)
    assert model.latent_weight().shape[1] == model.latent_size


def test_a_vae_gan_places_digits():
    assert VAEGAN(width=4).place(IMAGES).shape == (2, 2)


def test_a_saved_model_is_the_same(tmp_path):
    model = SGAN(counts=(25, 50), width=4, latent_size=3).eval()
    model.save_pretrained(tmp_path)
    again = SGAN.from_pretrained(tmp_path)
    assert again.counts == (25, 50) and torch.allclose(again.recognise(IMAGES, 50), model.recognise(IMAGES, 50), atol=1e-2)
