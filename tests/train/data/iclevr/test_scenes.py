"""Scenes of i-CLEVR: what the camera sees, and that no object touches or hides another."""

from __future__ import annotations

import math

import pytest

from train.data.iclevr import OBJECTS
from train.data.iclevr.scenes import CAMERA, FIELD, RADIUS, WIDTH_OVER_HEIGHT, apart, camera, scene, seen


def test_the_camera_looks_at_the_origin_and_near_things_are_larger():
    assert seen(0, 0, 0) == pytest.approx((0, 0))
    towards = [value / 2 for value in CAMERA]
    assert seen(*towards) == pytest.approx((0, 0), abs=1e-12)
    far, near = (math.dist(seen(x, y, 0), seen(x + 0.1, y + 0.1, 0)) for x, y in ((-3, 3), (3, -3)))
    assert near > far


def test_a_length_across_the_view_has_the_size_that_lens_and_sensor_give():
    distance = math.sqrt(sum(value**2 for value in CAMERA))
    across = (6.51 / math.hypot(7.48, 6.51), 7.48 / math.hypot(7.48, 6.51))  # level, and at a right angle to the view
    right, up = seen(across[0], across[1], 0)
    assert right == pytest.approx(35 / 32 / distance) and up == pytest.approx(0, abs=1e-12)
    assert seen(0, 0, 1)[1] > 0


def test_scenes_depend_on_their_number_and_the_seed_alone():
    assert scene(7) == scene(7) and len({scene(number) for number in range(20)} | {scene(7, seed=1)}) == 21


def test_objects_differ_stand_in_the_field_and_are_apart():
    for number in range(60):
        solids = scene(number).solids
        assert (solids[0].x, solids[0].y) == (0, 0)
        assert len({solid.name for solid in solids}) == 3 and all(solid.name in OBJECTS for solid in solids)
        assert all(abs(solid.x) <= FIELD and abs(solid.y) <= FIELD for solid in solids)
        places = [(solid.x, solid.y) for solid in solids]
        for i, place in enumerate(places):
            for other in places[:i]:
                assert math.dist(place, other) >= 2 * RADIUS and apart(place, other)


def test_an_object_behind_another_is_hidden_even_if_they_do_not_touch():
    view = [value / math.hypot(*CAMERA[:2]) for value in CAMERA[:2]]
    behind, beside = (-1.6 * view[0], -1.6 * view[1]), (-1.6 * view[1], 1.6 * view[0])
    assert math.dist(behind, (0, 0)) == pytest.approx(math.dist(beside, (0, 0)))
    assert apart(beside, (0, 0))
    assert math.dist(seen(*beside), seen(0, 0)) > math.dist(seen(*behind), seen(0, 0))


def test_the_nine_numbers_of_the_camera_see_what_it_sees():
    matrix = camera(0.4)
    for x, y in ((0, 0), (1, 2), (-3, 3), (3, -3)):
        a, b, c = (row[0] * x + row[1] * y + row[2] for row in (matrix[:3], matrix[3:6], matrix[6:]))
        right, up = seen(x, y, 0.4)
        assert (a / c, b / c) == pytest.approx((2 * right, -2 * up * WIDTH_OVER_HEIGHT))
