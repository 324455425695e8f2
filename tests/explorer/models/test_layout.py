"""Where the objects of a scene stand: painted where they are, smaller where they are far, none hidden."""

from __future__ import annotations

import pytest
import torch

from explorer.models.layout import Layout

STRAIGHT_DOWN = (0.5, 0, 0, 0, 0.5, 0, 0, 0, 1)  # a camera that sees [-2, 2]^2 from above
AWAY = (0.5, 0, 0, 0, 0.5, 0, 0, 0.25, 1)  # the same, tilted: what has a larger y is farther away


def test_a_layout_paints_each_object_where_it_stands_and_nothing_else():
    layout = Layout(3, STRAIGHT_DOWN, field=2.0, apart=0.5, width=2).requires_grad_(False)
    layout.objects.copy_(torch.tensor([[1.0, 0.0], [0.0, 1.0], [5.0, 5.0]]))
    places = torch.tensor([[[-1.0, 0.5], [1.0, -1.5], [0.0, 0.0]]])
    painted = layout(places, torch.tensor([[1.0, 1.0, 0.0]]), 64)
    assert painted.shape == (1, 2, 64, 64)
    for channel, (x, y) in ((0, (-0.5, 0.25)), (1, (0.5, -0.75))):
        row, column = divmod(painted[0, channel].argmax().item(), 64)
        assert abs((column + 0.5) / 32 - 1 - x) < 0.05 and abs((row + 0.5) / 32 - 1 - y) < 0.05
        assert painted[0, channel].max() == pytest.approx(1, abs=0.02)
    assert layout(places, torch.zeros(1, 3), 64).abs().max() == 0


def test_what_is_far_away_is_smaller():
    _, radius = Layout(3, AWAY, field=2.0, apart=0.5, radius=0.16).project(torch.tensor([[[0.0, 0.0], [0.0, 2.0], [0.0, -2.0]]]))
    assert radius.flatten().tolist() == pytest.approx([0.16, 0.16 / 1.5, 0.16 / 0.5])


def test_one_object_stands_in_the_middle_and_the_others_anywhere_and_apart():
    torch.manual_seed(0)
    layout, labels = Layout(6, STRAIGHT_DOWN, field=3.0, apart=1.4), torch.zeros(400, 6)
    for row in labels:
        row[torch.randperm(6)[:3]] = 1
    places = layout.places(torch.randn(400, layout.latent_size), labels)[labels > 0].view(400, 3, 2)
    middle = places.abs().sum(-1) == 0
    assert middle.sum(1).tolist() == [1] * 400 and middle.float().mean(0).min() > 0.25
    distances = torch.cdist(places, places) + 10 * torch.eye(3)
    assert distances.min() > 1.25 and places.abs().max() <= 3
    others = places[~middle]
    assert others.std(0).min() > 1.4 and (others.mean(0).abs() < 0.3).all()


def test_an_object_that_goes_leaves_the_others_where_they_are_unless_it_stood_in_the_middle():
    torch.manual_seed(0)
    layout, z = Layout(4, STRAIGHT_DOWN, field=3.0, apart=0.1), torch.randn(50, 12)
    both, one = (layout.places(z, torch.tensor([row]).expand(50, -1)) for row in ([1.0, 1.0, 0, 0], [1.0, 0, 0, 0]))
    assert one[:, 0].abs().sum() == 0
    stays = both[:, 0].abs().sum(1) == 0
    assert 10 < stays.sum() < 40


def test_none_hides_another_where_that_is_asked():
    torch.manual_seed(0)
    labels = torch.zeros(200, 6)
    for row in labels:
        row[torch.randperm(6)[:3]] = 1
    z, nearest = torch.randn(200, 18), {}
    for seen_apart in (0.0, 0.4):
        layout = Layout(6, AWAY, field=2.0, apart=0.3, seen_apart=seen_apart)
        where = layout.project(layout.places(z, labels))[0][labels > 0].view(200, 3, 2)
        nearest[seen_apart] = (torch.cdist(where, where) + 10 * torch.eye(3)).amin((1, 2))
    assert nearest[0.0].quantile(0.05) < 0.25 and nearest[0.4].quantile(0.05) > 0.35
