"""Every value that comes in is checked, and named if it cannot be used."""

from __future__ import annotations

import pytest

from explorer.page.shared.checks import FieldError, number, numbers, places, whole


@pytest.mark.parametrize("value", [True, "3", None, float("nan"), float("inf"), 2.5, -1, 11, 10**400, [3]])
def test_a_whole_number_is_neither_a_boolean_nor_a_text_nor_out_of_range(value):
    with pytest.raises(FieldError, match=r"steps: got .*, allowed is a whole number from 0 to 10"):
        whole("steps", value, 0, 10)


def test_checked_values_come_back_in_their_own_type():
    assert (whole("steps", 3.0, 0, 10), number("rate", 1, 0, 2), places("numbers", " 3, 17;5", 20)) == (3, 1.0, [3, 17, 5])
    assert numbers("latent", [1, 2.5], 2) == [1.0, 2.5]
    for wrong in ("", "a", "3,3", "20", [0] * 9, 2.5, [True]):
        with pytest.raises(FieldError, match="numbers: got"):
            places("numbers", wrong, 20)
