"""i-CLEVR: what a picture may show, and which object sets measure a generator.

A picture shows one to three of 24 objects, eight colours of three shapes, no two alike: 2,324 possible sets. A generator that has seen
every set might know them by heart, so 200 sets are kept from all training, as many of each size as there are in proportion (`unseen`). The
33 sets that the course scores and report 003 prints (`TESTED`) are never unseen, so that the two scores have no picture in common; the
report's generator saw nearly all of them too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations

import torch
from torch import Tensor

COLOURS = ("gray", "red", "blue", "green", "brown", "purple", "cyan", "yellow")
SHAPES = ("cube", "sphere", "cylinder")
OBJECTS = tuple(f"{colour} {shape}" for shape in SHAPES for colour in COLOURS)
MOST = 3  # objects in a picture
UNSEEN = 200

TESTED: tuple[tuple[str, ...], ...] = tuple(
    tuple(line.split(", "))
    for line in """\
gray cube
red cube
blue cube
blue cube, green cube
brown cube, purple cube
purple cube, cyan cube
yellow cube, gray sphere
blue sphere, green sphere
green sphere, gray cube
brown sphere, red cube, red cylinder
purple sphere, brown cylinder, blue cube
cyan sphere, purple cylinder, green cube
yellow sphere, cyan cylinder, brown cube
gray cylinder, yellow cylinder, purple cube
blue cylinder, gray cube, cyan cube
blue cylinder, red cube, yellow cube
green cylinder
brown cylinder
purple cylinder
cyan cylinder
cyan cylinder, purple cylinder
blue cylinder, green cylinder
gray cylinder, green cube
cyan sphere, gray cylinder
brown sphere, green sphere
blue sphere, yellow cylinder
red sphere, cyan cylinder, cyan cube
gray sphere, purple cylinder, blue cube
yellow cube, brown cylinder, purple cube
cyan cube, green cylinder, blue cube
brown cube, blue cylinder, blue sphere
green sphere, red cylinder, brown sphere
blue cylinder, gray cylinder, cyan sphere""".splitlines()
)


@cache
def possible() -> tuple[frozenset[int], ...]:
    """Every set of one to three objects, by their numbers in `OBJECTS`."""
    return tuple(frozenset(found) for size in range(1, MOST + 1) for found in combinations(range(len(OBJECTS)), size))


def scored_sets() -> tuple[frozenset[int], ...]:
    """The 33 sets of the course's test.json, by number."""
    return tuple(frozenset(OBJECTS.index(name) for name in names) for names in TESTED)


@cache
def unseen(count: int = UNSEEN, seed: int = 0) -> tuple[frozenset[int], ...]:
    """The sets that no generator may have seen."""
    draw, found, scored = torch.Generator().manual_seed(seed), [], set(scored_sets())
    for size in range(1, MOST + 1):
        alike = [one for one in possible() if len(one) == size]
        free = [one for one in alike if one not in scored]
        order = torch.randperm(len(free), generator=draw)[: round(count * len(alike) / len(possible()))]
        found += [free[i] for i in order.tolist()]
    return tuple(found)


def multi_hot(sets: Sequence[frozenset[int]]) -> Tensor:
    """(count, 24) of zeros and ones."""
    found = torch.zeros(len(sets), len(OBJECTS))
    for row, one in enumerate(sets):
        found[row, list(one)] = 1
    return found


def among(labels: Tensor, sets: Sequence[frozenset[int]]) -> Tensor:
    """(count,) bool: whether each row of labels (count, 24) is one of the sets."""
    wanted = set(sets)
    return torch.tensor([frozenset(row.nonzero().flatten().tolist()) in wanted for row in labels], dtype=torch.bool)


def allowed(labels: Tensor) -> Tensor:
    """The rows of labels (count, 24) that a generator may learn from: their numbers, in order."""
    return (~among(labels, unseen())).nonzero().flatten()
