"""What a card says to programs has a type, whatever its front matter holds, and its sentences say what its fields say."""

from __future__ import annotations

import pytest
from huggingface_hub import ModelCard, metadata_load

from explorer.card import Facts, Measure
from explorer.zoo import CHECKPOINTS

SHIPPED = sorted(path.parent for path in CHECKPOINTS.glob("*/README.md"))


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


def test_every_key_of_the_front_matter_has_a_type_and_a_default():
    known = Facts({"explorer": {"data": "mnist", "twin": "b", "trained_on": "digits", "headline": 2, "frechet": [[100, 3, 2.5]]}})
    assert (known.data, known.twin, known.trained_on, known.headline) == ("mnist", "b", "digits", 2.0)
    assert known.frechet == [(100, 3.0, 2.5)] and (known.summary, known.weakness) == ("", "")
    strange = Facts({"explorer": {"data": "../mnist", "twin": 3, "headline": "low", "frechet": [3]}, "model-index": [{"results": "none"}]})
    assert (strange.data, strange.twin, strange.headline, strange.frechet, strange.measures) == ("", "", None, [], [])


def test_a_figure_s_sentence_is_made_from_its_fields():
    assert Measure("fd", 1.5).name == "fd"
    measure = Measure("accuracy", 0.5, 20, "test", "judge-mnist", 24, 3.5, quantity="classified as requested", note="mean of 10 seeds")
    assert measure.name == "classified as requested (judge-mnist, n = 20, test split, 24 evaluations, 3.5 ms, mean of 10 seeds)"
    assert Measure("kid", 0.1, split="unseen species").name == "kid (unseen species)"


@pytest.mark.parametrize(
    "measure", [Measure("fd", 1.5), Measure("fd", 1.5, n=3, split="test", features="judge", milliseconds=2.0, note="x")]
)
def test_a_row_holds_what_is_known_and_reads_as_the_figure(measure):
    assert Measure.read(measure.row) == measure
    assert None not in measure.row.values() and "" not in measure.row.values()


@pytest.mark.parametrize(
    "row", [{}, {"type": "fd"}, {"type": "fd", "value": "low"}, {"type": 3, "value": 1.0}, {"type": "fd", "value": True}]
)
def test_a_row_without_a_type_or_a_number_is_no_figure(row):
    assert Measure.read(row) is None


def test_a_condition_of_another_type_counts_as_unknown():
    row = {"type": "fd", "value": 1, "n": "many", "split": 3, "milliseconds": 2, "evaluations": True}
    assert Measure.read(row) == Measure("fd", 1.0, milliseconds=2)


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_the_fields_of_a_shipped_card_say_what_its_sentences_say(folder):
    card = metadata_load(folder / "README.md")
    rows = card["model-index"][0]["results"][0]["metrics"]
    measures = Facts(card).measures
    assert len(measures) == len(rows) > 0
    for row, measure in zip(rows, measures, strict=True):
        assert (measure.kind, measure.value) == (row["type"], row["value"])
        assert f"n = {measure.n}" in row["name"] if "n = " in row["name"] else measure.n is None or "of first guesses" in row["name"]
        if "of first guesses" in row["name"]:  # measured before the sentence was made from fields
            assert row["name"] == f"PSNR of first guesses, dB (median of {measure.n}, split {measure.split})"
        else:
            assert measure.name == row["name"]


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_the_hub_reads_the_figures_of_a_shipped_card(folder):
    card, facts = ModelCard.load(folder / "README.md"), Facts(metadata_load(folder / "README.md"))
    assert [(row.metric_type, row.metric_value) for row in card.data.eval_results] == [(one.kind, one.value) for one in facts.measures]
