"""train/cards/losses.py: all losses of a run in one chart."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from explorer.training_log import Curve
from train.cards.losses import chart, thinned


@pytest.mark.parametrize(("count", "most", "expected"), [(3, 5, 3), (10, 5, 5), (11, 5, 4), (1, 1, 1)])
def test_neighbours_are_averaged_until_few_enough_points_are_left(count, most, expected):
    points = [(float(i), 2.0 * i) for i in range(count)]
    found = thinned(points, most)
    assert len(found) == expected <= most and all(y == 2 * x for x, y in found)
    assert found[0][0] == (-(-count // most) - 1) / 2


def test_the_chart_names_every_loss_and_is_the_same_file_each_time(tmp_path):
    curves = [Curve(name, name, [(i, 1 + i) for i in range(9)]) for name in ("generator", "discriminator on pixels")]
    for name in ("a.svg", "b.svg"):
        chart(curves, tmp_path / name)
    text = "".join(ElementTree.parse(tmp_path / "a.svg").getroot().itertext())
    assert all(curve.name in text for curve in curves) and "thousand training pictures so far" in text
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
