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


def test_a_local_folder_needs_no_network(tmp_path, monkeypatch):
    write(tmp_path / "carrot-cake", "test", {"image": pictures(3, 48)})
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    assert data.load("carrot-cake", "test", 48).images.shape == (3, 3, 48, 48)
