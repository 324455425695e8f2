"""Scenes of i-CLEVR as numbers: which objects lie where, and what the camera sees of them. No renderer is needed here.

One object lies at the origin; the others come one by one, each where it touches none and hides none from the camera.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from . import MOST, OBJECTS

CAMERA = (7.48, -6.51, 5.34)
FOCAL_LENGTH, SENSOR_WIDTH = 35.0, 32.0  # millimetres
WIDTH_OVER_HEIGHT = 4 / 3
RADIUS = 0.58
FIELD = 3.0  # objects lie within [-FIELD, FIELD]^2
GAP = 0.25  # between two objects on the ground
APART = 0.13  # between two centres in the picture, in its widths

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Solid:
    """One object: its name, where it stands on the ground, and how it is turned, in radians."""

    name: str
    x: float
    y: float
    turn: float


@dataclass(frozen=True)
class Scene:
    """What a scene's frames have in common: frame i shows the first i + 1 solids. `lamps` are three offsets from the lamps' places."""

    solids: tuple[Solid, ...]
    lamps: tuple[Vector, Vector, Vector]


def seen(x: float, y: float, z: float = RADIUS) -> tuple[float, float]:
    """Where a point appears to a pinhole camera that looks at the origin: right of and above the picture's centre, in widths of it."""
    forward = _unit(tuple(-value for value in CAMERA))
    right = _unit(_cross(forward, (0.0, 0.0, 1.0)))
    up = _cross(right, forward)
    towards = tuple(a - b for a, b in zip((x, y, z), CAMERA, strict=True))
    scale = FOCAL_LENGTH / SENSOR_WIDTH / _dot(towards, forward)
    return _dot(towards, right) * scale, _dot(towards, up) * scale


def camera(z: float = RADIUS) -> list[float]:
    """The camera as nine numbers, row by row: of a point (x, y) at a height, (a, b, c) = camera (x, y, 1), whose a / c goes from -1 at the
    left to 1 at the right of the picture, and b / c from -1 at its top to 1 at its bottom."""
    forward = _unit(tuple(-value for value in CAMERA))
    right = _unit(_cross(forward, (0.0, 0.0, 1.0)))
    up = _cross(right, forward)
    rows = []
    for axis, scale in (
        (right, 2 * FOCAL_LENGTH / SENSOR_WIDTH),
        (up, -2 * FOCAL_LENGTH / SENSOR_WIDTH * WIDTH_OVER_HEIGHT),
        (forward, 1.0),
    ):
        shift = _dot(axis, (-CAMERA[0], -CAMERA[1], z - CAMERA[2]))
        rows += [scale * axis[0], scale * axis[1], scale * shift]
    return rows


def apart(first: tuple[float, float], second: tuple[float, float]) -> bool:
    """Whether two objects on the ground neither touch nor hide each other."""
    return math.dist(first, second) >= 2 * RADIUS + GAP and math.dist(seen(*first), seen(*second)) >= APART


def scene(number: int, seed: int = 0) -> Scene:
    """A scene that depends on its number and the seed alone: three different objects."""
    draw = random.Random(f"{seed} {number}")
    places = [(0.0, 0.0)]
    while len(places) < MOST:
        place = (draw.uniform(-FIELD, FIELD), draw.uniform(-FIELD, FIELD))
        if all(apart(place, other) for other in places):
            places.append(place)
    names = draw.sample(OBJECTS, MOST)
    solids = tuple(Solid(name, x, y, draw.uniform(0, 2 * math.pi)) for name, (x, y) in zip(names, places, strict=True))
    lamps = tuple(tuple(draw.uniform(-1.0, 1.0) for _ in range(3)) for _ in range(3))
    return Scene(solids, lamps)


def _dot(a, b) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def _cross(a, b) -> Vector:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _unit(a) -> Vector:
    length = math.sqrt(_dot(a, a))
    return tuple(value / length for value in a)
