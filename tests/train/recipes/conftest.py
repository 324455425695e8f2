"""Runs of two steps measure no cloud that is worth its matrix of eigenvalues; tests/train/metrics/ tests the distance itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from small_distance import shortened


@pytest.fixture(scope="package", autouse=True)
def _distance() -> Iterator[None]:
    with shortened():
        yield
