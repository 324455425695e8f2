"""A checkpoint is better if its leading distance is lower and no guard is clearly worse."""

from __future__ import annotations

from explorer.card import Measure
from train.metrics.choice import LEADING, leading, objections


def figures(kid: float, fd: float = 5.0, recall: float = 0.5, n: int = 489) -> list[Measure]:
    return [
        Measure("kid", kid, n=n, split="train", features=LEADING[1], deviation=0.01),
        Measure("fd", fd, n=n, split="train", features="judge-pictures", deviation=0.5),
        Measure("recall", recall, n=n, split="train", features="judge-pictures", deviation=0.02),
        Measure("swd", 20.0, n=n, split="train", quantity="sliced Wasserstein distance x 1000"),
    ]


def test_the_leading_distance_is_that_of_the_third_network():
    assert leading(figures(0.3)).value == 0.3
    assert leading(figures(0.3)[1:]) is None


def test_a_guard_objects_only_beyond_three_deviations():
    assert list(objections(figures(0.3, fd=6.4, recall=0.45), figures(0.3))) == []
    assert list(objections(figures(0.3, fd=6.6), figures(0.3))) == ["fd (judge-pictures, n = 489, train split) is 6.6, was 5"]
    assert len(list(objections(figures(0.3, recall=0.43), figures(0.3)))) == 1
    assert list(objections(figures(0.3, fd=1.0, recall=0.9), figures(0.3))) == []


def test_figures_of_other_conditions_and_without_a_deviation_guard_nothing():
    assert list(objections(figures(0.3, fd=60), figures(0.3, n=1000))) == []
    worse = [Measure("swd", 90.0, n=489, split="train", quantity="sliced Wasserstein distance x 1000")]
    assert list(objections(worse, figures(0.3))) == []


def test_the_leading_distance_itself_does_not_guard():
    assert list(objections(figures(0.9), figures(0.3))) == []
