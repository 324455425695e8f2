import datasets
import pytest
import torch
from PIL import Image
from small_data import pictures, write

from train import data


@pytest.mark.parametrize("name", ["cifar10", "birds", "carrot-cake", "abstract-art", "stickers", "iclevr"])
def test_a_set_is_one_tensor_of_the_asked_size(explorer_data, name):
    found = data.load(name, "train", 32)
    assert found.images.shape[1:] == (3, 32, 32) and found.images.dtype == torch.uint8
    assert all(len(values) == len(found) for values in found.labels.values())
    batch = found.batch([0, 2])
    assert batch["images"].shape == (2, 3, 32, 32) and batch["images"].abs().max() <= 1


def test_a_batch_maps_black_and_white_to_minus_one_and_one():
    two = data.Pictures(torch.tensor([0, 255], dtype=torch.uint8).reshape(2, 1, 1, 1))
    assert two.batch([0, 1])["images"].flatten().tolist() == [-1.0, 1.0]


def test_sets_without_a_test_split_give_up_twenty_pictures_the_same_every_time(explorer_data):
    train, test = data.load("abstract-art", "train", 32), data.load("abstract-art", "test", 32)
    assert (len(train), len(test)) == (28, 20)
    seen = {picture.numpy().tobytes() for picture in train.images}
    assert not any(picture.numpy().tobytes() in seen for picture in test.images)
    assert torch.equal(test.images, data.load("abstract-art", "test", 32).images)


def test_all_skin_tones_of_a_sticker_stay_on_one_side(explorer_data):
    rows = datasets.load_dataset("parquet", data_files=str(explorer_data / "stickers" / "train-*.parquet"), split="train")
    held_out, rest = data.hold_out(rows, data.SOURCES["stickers"], count=5)
    key = lambda number: rows[number]["codepoints"].split()[0]  # noqa: E731
    assert len(held_out) == 5 and len({key(n) for n in held_out}) == 5
    assert not {key(n) for n in held_out} & {key(n) for n in rest}
    assert len(rest) == len(rows) - 5 * 2


def test_all_frames_of_a_scene_stay_on_one_side(explorer_data):
    train, test = data.load("iclevr", "train", 64), data.load("iclevr", "test", 64)
    assert (len(train), len(test)) == (24, 24)
    for split in (train, test):
        assert split.labels["objects"].sum(1).tolist() == [1, 2, 3] * 8
        first, _, last = split.labels["objects"].unflatten(0, (-1, 3)).unbind(1)
        assert (last >= first).all()
    seen = {picture.numpy().tobytes() for picture in train.images}
    assert not any(picture.numpy().tobytes() in seen for picture in test.images)


def test_a_list_of_names_becomes_zeros_and_ones():
    assert data.several([["b"], ["c", "a"]], "abc").tolist() == [[0, 1, 0], [1, 0, 1]]
    with pytest.raises(ValueError, match="'d' is unknown; known are a, b, c"):
        data.several([["d"]], "abc")


def test_a_squashed_picture_keeps_its_sides():
    wide = Image.new("RGB", (40, 20), "red")
    wide.paste("blue", (10, 0, 30, 20))
    found = data.square(wide, 20, squash=True).float()
    assert found.shape == (3, 20, 20)
    assert found[0, :, 0].mean() == 255 and found[2, :, 10].mean() == 255 and found[2, :, -1].mean() == 0


def test_transparent_pixels_become_white_and_the_centre_square_is_kept():
    image = Image.new("RGBA", (40, 20), (255, 0, 0, 0))
    assert (data.square(image, 10) == 255).all()
    wide = Image.new("RGB", (40, 20), "red")
    wide.paste("blue", (10, 0, 30, 20))
    assert data.square(wide, 20).float().mean((1, 2)).tolist() == [0, 0, 255]


def test_pictures_that_memory_does_not_hold_are_decoded_alike(explorer_data, monkeypatch):
    held = data.load("cifar10", "train", 32)
    monkeypatch.setattr(data, "MEMORY_LIMIT", 100)
    lazy = data.load("cifar10", "train", 32)
    assert isinstance(lazy, data.LazyPictures) and len(lazy) == len(held)
    for name, values in held.batch([5, 1, 5]).items():
        assert torch.equal(values, lazy.batch([5, 1, 5])[name])


def test_concatenated_sets_have_no_label_where_they_never_had_one():
    images = torch.zeros(2, 3, 4, 4, dtype=torch.uint8)
    both = data.concatenate([data.Pictures(images, {"a": torch.tensor([3, 4])}), data.Pictures(images, {"b": torch.tensor([5, 6])})])
    assert both.labels["a"].tolist() == [3, 4, -1, -1] and both.labels["b"].tolist() == [-1, -1, 5, 6]


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
    assert (len(train), len(test)) == (40, 20) and train.images.shape[1:] == (3, 64, 64)
    assert len(data.where("stickers", "train", "skin_tone_variant", False)) == 40
    corners = train.images[:, :, 0, 0].float()
    assert corners.mean() > 250, "stickers stand on white"


def test_rows_are_found_by_what_a_column_says_in_the_order_of_the_pictures(explorer_data):
    plain, every = data.where("stickers", "train", "skin_tone_variant", False), data.numbers("stickers", "train")
    assert [every[place] % 2 for place in plain.tolist()] == [0] * len(plain) and 0 < len(plain) < len(every)


def test_a_local_folder_needs_no_network(tmp_path, monkeypatch):
    write(tmp_path / "carrot-cake", "test", {"image": pictures(3, 48)})
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    assert data.load("carrot-cake", "test", 48).images.shape == (3, 3, 48, 48)


def test_birds_are_described_in_the_order_of_their_pictures(explorer_data):
    train, test = data.describe_birds("train"), data.describe_birds("test", limit=5)
    assert (len(train), len(test)) == (48, 5) and [bird.colours[0] for bird in train[:4]] == ["red", "blue", "yellow", "black"]
    assert train[1].traits["wing"] == ("grey",) and train[0].traits["belly"] == ("red",)
    assert train[2].traits["wing"] == ("grey",) and "wing" not in test[2].traits  # what is usual for a species, of the train split alone
    assert train[0].human == ("A bird that somebody saw.",) and train[1].human == ()


def test_gist_s_sentences_lose_their_species(explorer_data):
    found = data.bird_sentences("train", "captions_gist", limit=4)
    assert found == [["red all over."], [], [], ["black all over."]]
    assert data.bird_sentences("test", "captions_from_attributes", limit=1)[0][0].startswith("a small red bird")


def test_attributes_that_are_missing_are_named(monkeypatch, tmp_path):
    write(tmp_path / "birds", "train", {"image": pictures(1, 8), **{key: [[]] for key in ("attributes", "captions")}})
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    with pytest.raises(ValueError, match=r"birds-attributes/names\.json"):
        data._attribute_file("names.json")


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
    assert data.describe_birds("test")[2].human == ("a red bird", "a bird with wings", "seen in test")
    assert data.bird_sentences("train", "captions", limit=1) == [["a red bird", "a bird with wings", "seen in train"]]
    assert data.bird_sentences("train", "captions_gist", limit=1) == [[]]
    assert len(data.UNSEEN_SPECIES) == 50
