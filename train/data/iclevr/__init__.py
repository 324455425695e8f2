"""i-CLEVR: the objects of its pictures, and the object sets on which generators are measured.

A picture shows one to three different objects of 24 (three shapes in eight colours), so there are 2,324 possible sets. A generator could
memorise the sets of its training pictures, so 200 sets are held out from all training (`unseen`), in proportion to the number of sets of
each size. The 33 sets of the course's test (`TESTED`; also in report 003) are not among them. The report's generator, too, was trained on
nearly all of these 33.
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
    """All sets of one to three objects, as indices in `OBJECTS`."""
    return tuple(frozenset(found) for size in range(1, MOST + 1) for found in combinations(range(len(OBJECTS)), size))


def scored_sets() -> tuple[frozenset[int], ...]:
    """The 33 sets of the course's test.json, as indices in `OBJECTS`."""
    return tuple(frozenset(OBJECTS.index(name) for name in names) for names in TESTED)


@cache
def unseen(count: int = UNSEEN, seed: int = 0) -> tuple[frozenset[int], ...]:
    """The sets that are held out from training."""
    generator, held_out, scored = torch.Generator().manual_seed(seed), [], set(scored_sets())
    for size in range(1, MOST + 1):
        of_size = [one for one in possible() if len(one) == size]
        candidates = [one for one in of_size if one not in scored]
        order = torch.randperm(len(candidates), generator=generator)[: round(count * len(of_size) / len(possible()))]
        held_out += [candidates[i] for i in order.tolist()]
    return tuple(held_out)


def multi_hot(sets: Sequence[frozenset[int]]) -> Tensor:
    """Encode sets of objects as multi-hot vectors, (count, 24)."""
    vectors = torch.zeros(len(sets), len(OBJECTS))
    for row, one in enumerate(sets):
        vectors[row, list(one)] = 1
    return vectors


def among(labels: Tensor, sets: Sequence[frozenset[int]]) -> Tensor:
    """For each row of labels (count, 24), whether it is one of the sets: (count,) bool."""
    wanted = set(sets)
    return torch.tensor([frozenset(row.nonzero().flatten().tolist()) in wanted for row in labels], dtype=torch.bool)


def allowed(labels: Tensor) -> Tensor:
    """The indices of the rows of labels (count, 24) on which a generator may be trained."""
    return (~among(labels, unseen())).nonzero().flatten()
