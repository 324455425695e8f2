import pytest
from small_data import pictures, write

from train.data.birds import records as bird_records


def test_birds_are_described_in_the_order_of_their_pictures(explorer_data):
    train, test = bird_records.describe("train"), bird_records.describe("test", limit=5)
    assert (len(train), len(test)) == (48, 5) and [bird.colours[0] for bird in train[:4]] == ["red", "blue", "yellow", "black"]
    assert train[1].traits["wing"] == ("grey",) and train[0].traits["belly"] == ("red",)
    assert train[2].traits["wing"] == ("grey",) and "wing" not in test[2].traits  # what is usual for a species, of the train split alone
    assert train[0].human == ("A bird that somebody saw.",) and train[1].human == ()


def test_gist_s_sentences_lose_their_species(explorer_data):
    found = bird_records.sentences("train", "captions_gist", limit=4)
    assert found == [["red all over."], [], [], ["black all over."]]
    assert bird_records.sentences("test", "captions_from_attributes", limit=1)[0][0].startswith("a small red bird")


def test_attributes_that_are_missing_are_named(monkeypatch, tmp_path):
    write(tmp_path / "birds", "train", {"image": pictures(1, 8), **{key: [[]] for key in ("attributes", "captions")}})
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    with pytest.raises(ValueError, match=r"birds-attributes/names\.json"):
        bird_records._attribute_file("names.json")
