from dataclasses import replace

import datasets
import pytest
import torch
from small_data import pictures

from train import data
from train.data import sources
from train.data.birds import records as bird_records


def test_sets_without_a_test_split_give_up_twenty_pictures_the_same_every_time(explorer_data):
    train, test = data.load("abstract-art", "train", 32), data.load("abstract-art", "test", 32)
    assert (len(train), len(test)) == (28, 20)
    seen = {picture.numpy().tobytes() for picture in train.fetch(torch.arange(len(train)))}
    assert not any(picture.numpy().tobytes() in seen for picture in test.fetch(torch.arange(len(test))))
    every = torch.arange(len(test))
    assert torch.equal(test.fetch(every), data.load("abstract-art", "test", 32).fetch(every))


def test_all_skin_tones_of_a_sticker_stay_on_one_side(explorer_data):
    rows = datasets.load_dataset("parquet", data_files=str(explorer_data / "stickers" / "train-*.parquet"), split="train")
    held_out, rest = sources.hold_out(rows, sources.SOURCES["stickers"], count=5)
    key = lambda number: rows[number]["codepoints"].split()[0]  # noqa: E731
    assert len(held_out) == 5 and len({key(n) for n in held_out}) == 5
    assert not {key(n) for n in held_out} & {key(n) for n in rest}
    assert len(rest) == len(rows) - 5 * 2


def test_unknown_names_and_missing_folders_are_named(explorer_data, monkeypatch, tmp_path):
    with pytest.raises(ValueError, match="data set 'cats' is unknown"):
        data.load("cats", "train", 32)
    with pytest.raises(ValueError, match="split 'validation' is unknown"):
        data.load("cifar10", "validation", 32)
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    with pytest.raises(ValueError, match="no folder cifar10"):
        data.load("cifar10", "train", 32)
    monkeypatch.delenv("EXPLORER_DATA")
    with pytest.raises(ValueError, match="iclevr is on no hub"):
        data.load("iclevr", "train", 32)


def test_the_stickers_of_the_page_stand_in_where_no_folder_is_named(monkeypatch):
    monkeypatch.delenv("EXPLORER_DATA", raising=False)
    train, test = (data.load("stickers", split, 64) for split in ("train", "test"))
    assert (len(train), len(test)) == (40, 20) and train.fetch(torch.arange(1)).shape[1:] == (3, 64, 64)
    assert len(sources.where("stickers", "train", "skin_tone_variant", False)) == 40
    corners = train.fetch(torch.arange(len(train)))[:, :, 0, 0].float()
    assert corners.mean() > 250, "stickers stand on white"


def test_rows_are_found_by_what_a_column_says_in_the_order_of_the_pictures(explorer_data):
    plain, every = sources.where("stickers", "train", "skin_tone_variant", False), sources.numbers("stickers", "train")
    assert [every[place] % 2 for place in plain.tolist()] == [0] * len(plain) and 0 < len(plain) < len(every)


def test_the_hub_s_birds_are_divided_by_species_and_bring_their_human_sentences(monkeypatch):
    said = "a red bird\n a bird with wings \n\n"
    parts = {
        part: datasets.Dataset.from_dict(
            {"image": pictures(3, 16, seed=seed), "label": labels, "description": [f"{said}seen in {part}"] * 3},
            features=datasets.Features(
                {"image": datasets.Image(), "label": datasets.Value("int64"), "description": datasets.Value("string")}
            ),
        )
        for seed, (part, labels) in enumerate({"train": [0, 1, 2], "test": [3, 4, 0]}.items())
    }
    monkeypatch.delenv("EXPLORER_DATA", raising=False)
    monkeypatch.setattr(datasets, "load_dataset", lambda name, split: parts[split])
    train, test = (data.load("birds", split, 16) for split in ("train", "test"))
    assert train.labels["label"].tolist() == [1, 2, 4] and test.labels["label"].tolist() == [0, 3, 0]
    assert bird_records.describe("test")[2].human == ("a red bird", "a bird with wings", "seen in test")
    assert bird_records.sentences("train", "captions", limit=1) == [["a red bird", "a bird with wings", "seen in train"]]
    assert bird_records.sentences("train", "captions_gist", limit=1) == [[]]
    assert len(sources.UNSEEN_SPECIES) == 50


def test_a_hub_may_call_its_test_split_otherwise(monkeypatch):
    asked = []

    def load_dataset(name, split):
        asked.append((name, split))
        return datasets.Dataset.from_dict({"image": [None], "label": ["carrot_cake"]})

    monkeypatch.delenv("EXPLORER_DATA", raising=False)
    monkeypatch.setattr(datasets, "load_dataset", load_dataset)
    monkeypatch.setitem(sources.SOURCES, "cakes", replace(sources.SOURCES["carrot-cake"], hub="me/cakes", test_split="held-out"))
    assert len(sources.files("cakes", "test")) == len(sources.files("cakes", "train")) == len(sources.files("carrot-cake", "test")) == 1
    assert asked == [("me/cakes", "held-out"), ("me/cakes", "train"), ("ethz/food101", "validation")]
