"""The geometry of i-CLEVR's scenes: the places of the objects, and their projection to the picture.

One object is at the origin. The others are placed one by one at random, such that no two objects touch or occlude each other.
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
FIELD = 3.0  # objects are within [-FIELD, FIELD]^2
GAP = 0.25  # least distance between two objects on the ground
APART = 0.13  # least distance between two centres in the picture, as a share of its width

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Solid:
    """One object: its name, its place on the ground, and its rotation in radians."""

    name: str
    x: float
    y: float
    turn: float


@dataclass(frozen=True)
class Scene:
    """A scene. Its frame i shows the first i + 1 solids. `lamps` are offsets that are added to the places of the three lamps."""

    solids: tuple[Solid, ...]
    lamps: tuple[Vector, Vector, Vector]


def seen(x: float, y: float, z: float = RADIUS) -> tuple[float, float]:
    """Project a point to the picture, with a pinhole camera that looks at the origin. Returns how far it is to the right of and above the
    picture's centre, as shares of the picture's width."""
    forward = _unit(tuple(-value for value in CAMERA))
    right = _unit(_cross(forward, (0.0, 0.0, 1.0)))
    up = _cross(right, forward)
    towards = tuple(a - b for a, b in zip((x, y, z), CAMERA, strict=True))
    scale = FOCAL_LENGTH / SENSOR_WIDTH / _dot(towards, forward)
    return _dot(towards, right) * scale, _dot(towards, up) * scale


def camera(z: float = RADIUS) -> list[float]:
    """The projection of points at height z to the picture, as a 3 x 3 matrix in row order. If (a, b, c) is the matrix times (x, y, 1), then
    a / c is the horizontal position, from -1 (left) to 1 (right), and b / c the vertical one, from -1 (top) to 1 (bottom)."""
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
    """Whether two objects on the ground neither touch nor occlude each other."""
    return math.dist(first, second) >= 2 * RADIUS + GAP and math.dist(seen(*first), seen(*second)) >= APART


def scene(number: int, seed: int = 0) -> Scene:
    """A random scene with three different objects. It depends only on its number and the seed."""
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
