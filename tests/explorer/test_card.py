"""What a card says to the page has a type, whatever its front matter holds."""

from __future__ import annotations

import pytest

from explorer.card import Facts


def test_a_card_without_words_has_defaults():
    for card in ({}, {"explorer": "nothing"}, {"explorer": None}):
        facts = Facts(card)
        assert (facts.blurb, facts.subject, facts.names_seeds) == ("", "its own kind", False)
        assert facts.good_seeds == list(range(8)) and facts.held_out() == [] and facts.percentile(20.0) is None


def test_the_blurb_is_what_a_model_is_and_what_it_is_bad_at():
    assert Facts({"explorer": {"summary": "Cakes.", "weakness": "No plates."}}).blurb == "Cakes. No plates."


@pytest.mark.parametrize(("psnr", "expected"), [(5.0, 0.0), (15.0, 25.0), (30.0, 50.0), (99.0, 100.0)])
def test_a_percentile_counts_the_photos_that_are_fitted_worse(psnr, expected):
    facts = Facts({"explorer": {"held_out_psnr": [40.0, 10.0, 20.0, 30.0 + 0.5], "held_out_psnr_extended": [50.0]}})
    assert facts.held_out() == [10.0, 20.0, 30.5, 40.0] and facts.percentile(psnr) == expected
    assert facts.percentile(psnr, "extended") == (100.0 if psnr > 50 else 0.0)
