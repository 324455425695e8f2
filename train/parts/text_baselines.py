"""What the text encoder is compared with: its teacher under the same training, and the encoder that the StackGAN of 2017 used.

Neither ships. Both are trained by train/recipes/text.py with the same pictures, sentences and losses as `BirdText`.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from explorer.models import Model

from .teacher import Teacher

ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789-,;.!?:'\"/\\|_@#$%^&*~`+=<>()[]{} "  # Zhang, Zhao and LeCun 2015; 0 is any other sign


class Baseline(Model):
    """The part of `BirdText` that training uses."""

    text_size: int

    def tokens(self, sentences: Sequence[str]) -> Tensor:
        """What `forward` takes: sentences -> (batch, ...)."""
        raise TypeError(f"{type(self).__name__} defines no tokens")

    def understand(self, sentences: Sequence[str]) -> Tensor:
        """Sentences -> (batch, text_size), each of length sqrt(text_size)."""
        return self(self.tokens(sentences).to(next(self.parameters()).device))


class TeacherText(Baseline):
    """The frozen teacher's vectors through two layers that are trained."""

    def __init__(self, text_size: int = 256, width: int = 768):
        super().__init__()
        self.text_size = text_size
        self._teacher = (Teacher(),)  # a tuple hides it from the module tree: it is not trained, saved or counted
        self.layers = nn.Sequential(nn.Linear(Teacher.size, width), nn.GELU(), nn.Linear(width, text_size))

    def tokens(self, sentences: Sequence[str]) -> Tensor:
        """The teacher's vectors, scaled to a mean square of 1: (batch, 384)."""
        return self._teacher[0](sentences) * Teacher.size**0.5

    def forward(self, tokens: Tensor) -> Tensor:
        return F.normalize(self.layers(tokens), dim=1) * self.text_size**0.5


class CharacterText(Baseline):
    """The char-CNN-RNN of Reed et al. 2016, section 4.2, at half its width: convolutions over letters, a GRU over what is left of them, the
    mean of its states.

    Args:
        text_size: of a sentence's vector.
        width: of convolutions and GRU.
        length: characters that are read (Reed et al. 2016: 201).
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
        """(batch, length) int64: the letters' numbers, 0 for other signs and for what comes after the end."""
        found = torch.zeros(len(sentences), self.length, dtype=torch.int64)
        for row, sentence in enumerate(sentences):
            numbers = [ALPHABET.find(letter) + 1 for letter in sentence.lower()[: self.length]]
            found[row, : len(numbers)] = torch.tensor(numbers, dtype=torch.int64)
        return found

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.letters(tokens).transpose(1, 2)
        for number, layer in enumerate(self.convolutions):
            x = F.relu(layer(x))
            x = F.max_pool1d(x, 3) if number < 2 else x
        states, _ = self.memory(x.transpose(1, 2))
        return F.normalize(self.last(states.mean(1)), dim=1) * self.text_size**0.5
