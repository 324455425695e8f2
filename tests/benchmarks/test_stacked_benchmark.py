"""benchmarks/stacked.py: kinds of stacked digits, on pictures whose kinds are known."""

from __future__ import annotations

import torch

from benchmarks import stacked
from explorer import digits
from explorer.zoo import Zoo


def test_the_kind_of_a_triple_has_a_decimal_for_each_channel():
    pictures, labels = digits.read("test")
    triples = pictures[:120].view(3, 40, 28, 28).transpose(0, 1).float() / 127.5 - 1
    kinds, sure = stacked.read(Zoo().load("judge-mnist"), triples.split(16))
    true = labels[:40] + 10 * labels[40:80] + 100 * labels[80:120]
    assert (kinds == true).float().mean() > 0.9 and (kinds == true)[sure].float().mean() > 0.9 and sure.float().mean() > 0.5


def test_a_row_has_the_kinds_of_all_and_of_the_sure_triples():
    kinds, sure = torch.tensor([1, 1, 2, 3]), torch.tensor([True, True, True, False])
    assert stacked.row("run", kinds, sure).startswith("| run | 3 | ") and "| 0.75 | 2 | " in stacked.row("run", kinds, sure)
