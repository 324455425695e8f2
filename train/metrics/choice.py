"""Which of two checkpoints is better, by the figures of their cards.

For a set without labels no single measure can be trusted alone: judge-pictures was blind to a lattice and called blurred cakes good. So the
distance that sees most kinds of damage (`train.metrics.sensitivity`; the table is in docs/measures.md) leads, and the others guard: a
checkpoint with a lower leading distance is better only if no guard says clearly that it is worse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from explorer.card import Measure

from .features import OPEN_NSFW

LEADING = ("kid", OPEN_NSFW)
"""Kind and feature network of the distance that leads; in a run's history it is `LEADING_METRIC`."""
LEADING_METRIC = "nsfw_kid"
CLEARLY = 3.0  # standard deviations over random halves of the real pictures
HIGHER_IS_BETTER = ("recall", "precision")


def leading(measures: Iterable[Measure]) -> Measure | None:
    """The leading distance among a card's figures; None if it was not measured."""
    return next((measure for measure in measures if (measure.kind, measure.features) == LEADING), None)


def objections(new: Iterable[Measure], old: Iterable[Measure]) -> Iterator[str]:
    """For each guard that is clearly worse for the new checkpoint, a sentence. A guard is a figure with a deviation that was measured for
    both under the same conditions.

    Args:
        new, old: the figures of both cards.
    """
    before = {_conditions(measure): measure for measure in old}
    for measure in new:
        other = before.get(_conditions(measure))
        if other is None or measure.deviation is None or (measure.kind, measure.features) == LEADING:
            continue
        loss = other.value - measure.value if measure.kind in HIGHER_IS_BETTER else measure.value - other.value
        if loss > CLEARLY * measure.deviation:
            yield f"{measure.name} is {measure.value:g}, was {other.value:g}"


def _conditions(measure: Measure) -> tuple:
    return measure.kind, measure.features, measure.n, measure.split, measure.quantity
