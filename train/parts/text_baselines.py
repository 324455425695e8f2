"""Baselines for the text encoder: its frozen teacher with two trained layers, and the text encoder of StackGAN (2017).

Neither is shipped. Both are trained by train/recipes/text.py with the same pictures, sentences and losses as `BirdText`.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from explorer.models import Model

from .teacher import Teacher

ALPHABET = (
    "abcdefghijklmnopqrstuvwxyz0123456789-,;.!?:'\"/\\|_@#$%^&*~`+=<>()[]{} "  # Zhang, Zhao and LeCun 2015; index 0 is any other character
)


class Baseline(Model):
    """The methods of `BirdText` that training uses."""

    text_size: int

    def tokens(self, sentences: Sequence[str]) -> Tensor:
        """The input of `forward` for these sentences, (batch, ...)."""
        raise TypeError(f"{type(self).__name__} defines no tokens")

    def understand(self, sentences: Sequence[str]) -> Tensor:
        """Encode sentences, (batch, text_size), each with norm sqrt(text_size)."""
        return self(self.tokens(sentences).to(next(self.parameters()).device))


class TeacherText(Baseline):
    """The frozen teacher, followed by two trained layers."""

    def __init__(self, text_size: int = 256, width: int = 768):
        super().__init__()
        self.text_size = text_size
        self._teacher = (Teacher(),)  # in a tuple it is not in the module tree: not trained, saved or counted
        self.layers = nn.Sequential(nn.Linear(Teacher.size, width), nn.GELU(), nn.Linear(width, text_size))

    def tokens(self, sentences: Sequence[str]) -> Tensor:
        """The teacher's vectors, scaled to a mean square of 1: (batch, 384)."""
        return self._teacher[0](sentences) * Teacher.size**0.5

    def forward(self, tokens: Tensor) -> Tensor:
        return F.normalize(self.layers(tokens), dim=1) * self.text_size**0.5


class CharacterText(Baseline):
    """The char-CNN-RNN of Reed et al. 2016, section 4.2, with half its width: convolutions over characters, a GRU over their output, and
    the mean of its states.

    Args:
        text_size: size of a sentence's vector.
        width: channels of the convolutions and of the GRU.
        length: longest sentence in characters; the rest is ignored (Reed et al. 2016: 201).
    """

    def __init__(self, text_size: int = 256, width: int = 256, length: int = 201):
        super().__init__()
        self.text_size, self.length = text_size, length
        self.letters = nn.Embedding(len(ALPHABET) + 1, 64)
        sizes = ((64, width), (width, width), (width, width))
        self.convolutions = nn.ModuleList(nn.Conv1d(a, b, 4, padding=1) for a, b in sizes)
        self.memory = nn.GRU(width, width, batch_first=True)
        self.last = nn.Linear(width, text_size)

    def tokens(self, sentences: Sequence[str]) -> Tensor:
        """The indices of the characters in `ALPHABET`, from 1, (batch, length) int64. 0 stands for other characters and for padding."""
        indices = torch.zeros(len(sentences), self.length, dtype=torch.int64)
        for row, sentence in enumerate(sentences):
            numbers = [ALPHABET.find(letter) + 1 for letter in sentence.lower()[: self.length]]
            indices[row, : len(numbers)] = torch.tensor(numbers, dtype=torch.int64)
        return indices

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.letters(tokens).transpose(1, 2)
        for number, layer in enumerate(self.convolutions):
            x = F.relu(layer(x))
            x = F.max_pool1d(x, 3) if number < 2 else x
        states, _ = self.memory(x.transpose(1, 2))
        return F.normalize(self.last(states.mean(1)), dim=1) * self.text_size**0.5
