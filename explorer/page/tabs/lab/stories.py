"""The stories of the Training lab: each has runs, a step and curves that prove it, a question before and an answer after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Story:
    """One story.

    Attributes:
        slug: its name in links.
        title: in the menu.
        runs: the names of one to three runs.
        curves: the keys of the curves that prove it.
        begins: the step at which the question is asked.
        step: the step that the answer shows.
        question, answer: HTML is escaped; words between * are in the accent colour.
        toy: whether the toy game is shown beside the runs.
    """

    slug: str
    title: str
    runs: tuple[str, ...]
    curves: tuple[str, ...]
    begins: int
    step: int
    question: str
    answer: str
    toy: bool = False


def _digits(*names: str) -> tuple[str, ...]:
    return tuple(f"lab-digits-{name}" for name in names)


STORIES = (
    Story(
        "game",
        "The game of two networks",
        _digits("non-saturating-0", "r1-0"),
        ("discriminator_loss", "generator_loss", "fd"),
        begins=0,
        step=4000,
        question="Two GANs, two players each. If the generator were perfect, the discriminator could only say 50 % of every picture, and"
        " the losses would lie on *the dashed lines*. *Which of these two games ends nearer to them, and whose digits are "
        "better?*",
        answer="On the right, a penalty (R1) keeps the slope of a discriminator without batch norm small: the losses end at 1.30 and "
        "0.76, close to *2 ln 2 = 1.39 and ln 2 = 0.69*, and the digits are nearer to real ones (Fréchet distance 83 instead of"
        " 115). On the left, *the discriminator is ahead* (0.41). A loss that is low for one player says nothing about the "
        "pictures. With seed 1 likewise: 0.41 on the left, 1.30 and 0.75 on the right, Fréchet distances 117 and 78.",
    ),
    Story(
        "vanishing",
        "A discriminator that is too strong",
        _digits("minimax-strong-0", "non-saturating-strong-0"),
        ("generator_gradient", "generator_loss", "discriminator_loss", "fd"),
        begins=0,
        step=1000,
        question="Both discriminators take five fast steps for each slow step of their generator, from the same weights. The left "
        "generator makes log(1 − D) small, the right one −log D: *the same wish in two formulas*. *What will they have learned "
        "after 1,000 steps?*",
        answer="After 200 steps the left discriminator tells all pictures apart, and *the left gradient is 50,000 times smaller* than "
        "the right one (0.0004 beside 26): where D is certain, log(1 − D) is flat. The left pictures stay noise; the right ones "
        "become digits, late but surely. *A vanishing gradient belongs to the minimax loss*, not to every strong discriminator."
        " With seed 1 likewise: 0.0004 beside 23.",
    ),
    Story(
        "drift",
        "Losses that say nothing",
        _digits("non-saturating-0", "r1-0"),
        ("generator_loss", "moved", "fd"),
        begins=2000,
        step=4000,
        toy=True,
        question="From step 2,000 on, the losses of both generators are nearly flat. *Have the pictures come to rest?*",
        answer="They have not: from one measurement to the next, 100 steps, the sixteen pictures still move by 0.08 and 0.12 (root "
        "mean square over their pixels; 2 from black to white), nearly as much as at step 2,000. Random batches cause a part of"
        " this. *Two players need not settle*: in the smallest game, x · y, they circle each other. Below, *each step even "
        "takes them farther away*. With seed 1 likewise: 0.10 on the left, 0.13 on the right.",
    ),
    Story(
        "collapse",
        "Mode collapse",
        _digits("discriminator-frozen-0"),
        ("classes", "spread", "fd", "accuracy_generated"),
        begins=0,
        step=300,
        question="This GAN has learned its digits, nine of ten kinds. From here on only the generator learns, and fast: the "
        "discriminator is frozen. *Will the digits become better, because nobody works against the generator any more?*",
        answer="After 120 steps the frozen discriminator takes *every picture for real*, but the pictures fall to pieces, and of nine "
        "kinds *four are left* (at least 2 % of 256 pictures). The generator is paid for what one discriminator misses, not for"
        " being different. Only a discriminator that *keeps learning* can take the trick away. With seed 1, five of ten kinds "
        "are left.",
    ),
)


def told(runs: Mapping[str, Any]) -> list[Story]:
    """The stories whose runs are all there."""
    return [story for story in STORIES if all(name in runs for name in story.runs)]


def find(slug: str) -> Story:
    """The story with this slug."""
    return next(story for story in STORIES if story.slug == slug)
