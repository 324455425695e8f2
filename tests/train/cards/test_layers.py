"""train/cards/layers.py: the layers that a forward pass uses, with their shapes and numbers of weights."""

from __future__ import annotations

import pytest
import torch
from tiny import tiny_acgan, tiny_dcgan, tiny_ddpm, tiny_judge, tiny_text, tiny_vqvae
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from train.cards.layers import Layer, layers, section


def test_the_layers_of_a_pass_in_order_each_once():
    shared = nn.Linear(4, 4)
    network = nn.Sequential(nn.Conv2d(1, 2, 3, 2, 1), nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(8, 4), shared, shared)
    network.add_module("unused", nn.Linear(4, 4))
    rows = layers(network, lambda: shared(shared(network[3](network[2](network[1](network[0](torch.zeros(1, 1, 4, 4))))))))
    assert rows == [
        Layer("0", "3x3 convolution, stride 2", (2, 2, 2), 20),
        Layer("1", "leaky ReLU", (2, 2, 2), 0),
        Layer("2", "Flatten", (8,), 0),
        Layer("3", "linear", (4,), 36),
        Layer("4", "linear", (4,), 20),
    ]


def test_a_layer_with_spectral_norm_is_one_row():
    network = nn.Sequential(spectral_norm(nn.Conv2d(1, 2, 4, 2, 1)), nn.LeakyReLU(0.2))
    assert layers(network, lambda: network(torch.zeros(1, 1, 4, 4))) == [
        Layer("0", "4x4 convolution, stride 2, spectral norm", (2, 2, 2), 34),
        Layer("1", "leaky ReLU", (2, 2, 2), 0),
    ]


@pytest.mark.parametrize("build", [tiny_dcgan, tiny_acgan, tiny_vqvae, tiny_ddpm, tiny_judge, tiny_text])
def test_the_weights_of_the_titles_are_those_of_the_model(build):
    model = build()
    lines = section(model)
    titles = [int(line.split(": ")[1].split(" ")[0].replace(",", "")) for line in lines if line.startswith("<details>")]
    assert sum(titles) == sum(weight.numel() for weight in model.parameters())
    rows = [line for line in lines if line.count("|") == 5 and not line.startswith(("| layer", "|---"))]
    assert len(rows) >= 4 and all(int(row.split(" | ")[3].rstrip(" |").replace(",", "")) >= 0 for row in rows)
