"""ICC profiles put together by hand (ICC.1:2022): what a camera, a monitor or a press would have embedded."""

from __future__ import annotations

import struct

import numpy as np

D50 = (0.9642, 1.0, 0.8249)
P3 = {"rXYZ": (0.51512, 0.2412, -0.00105), "gXYZ": (0.29198, 0.69225, 0.04189), "bXYZ": (0.1571, 0.06657, 0.78407)}
ADOBE = {"rXYZ": (0.60974, 0.31111, 0.01947), "gXYZ": (0.20528, 0.62567, 0.06087), "bXYZ": (0.14919, 0.06322, 0.74457)}
SRGB = {"rXYZ": (0.43607, 0.22249, 0.01392), "gXYZ": (0.38515, 0.71687, 0.09708), "bXYZ": (0.14307, 0.06061, 0.7141)}


def _xyz(values: tuple[float, ...]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(65536 * value) for value in values))


def _gamma(value: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(256 * value)) + b"\0\0"


def _srgb_curve() -> bytes:
    signal = np.arange(1024) / 1023
    light = np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4)
    return b"curv\0\0\0\0" + struct.pack(">I1024H", 1024, *(light * 65535).round().astype(int).tolist())


def _profile(device: bytes, space: bytes, connection: bytes, tags: dict[str, bytes]) -> bytes:
    """A profile of version 2.4 for a class of device, its colour space and the space that it connects to."""
    words = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + bytes(78)
    tags = {"desc": words, "cprt": b"text\0\0\0\0none\0", "wtpt": _xyz(D50), **tags}
    table, body, at = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for name, content in tags.items():
        table += name.encode() + struct.pack(">II", at + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    head = struct.pack(">I4sI4s4s4s", at + len(body), bytes(4), 0x02400000, device, space, connection)
    head += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + _xyz(D50)[8:] + bytes(48)
    return head + table + body


def of_colours(primaries: dict[str, tuple[float, ...]], gamma: float | None = None) -> bytes:
    """The profile of a monitor with these primaries, adapted to D50, and this gamma; without one the curve of sRGB."""
    curve = _srgb_curve() if gamma is None else _gamma(gamma)
    tags = {name: _xyz(values) for name, values in primaries.items()} | dict.fromkeys(("rTRC", "gTRC", "bTRC"), curve)
    return _profile(b"mntr", b"RGB ", b"XYZ ", tags)


def of_greys(gamma: float) -> bytes:
    """The profile of a scanner of greys."""
    return _profile(b"scnr", b"GRAY", b"XYZ ", {"kTRC": _gamma(gamma)})


def of_inks() -> bytes:
    """The profile of a press: a table of Lab colours of its four inks, full or absent."""
    inks = {0: (55, -37, -50), 1: (55, 55, -5), 2: (89, -5, 93), 3: (16, 0, 0)}  # Lab of cyan, magenta, yellow, black on paper, about
    table = []
    for corner in range(16):
        present = [inks[i] for i in range(4) if corner >> (3 - i) & 1]
        light = 100 * np.prod([ink[0] / 100 for ink in present])
        a, b = (sum(ink[i] for ink in present) / max(1, len(present)) for i in (1, 2))
        table += [round(light * 2.55), round(a + 128), round(b + 128)]
    ramp = bytes(range(256))
    matrix = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    return _profile(b"prtr", b"CMYK", b"Lab ", {"A2B0": b"mft1\0\0\0\0\4\3\2\0" + matrix + ramp * 4 + bytes(table) + ramp * 3})
