import pytest
import torch
from small_data import pictures, write

from train import data


@pytest.mark.parametrize("name", ["cifar10", "birds", "carrot-cake", "abstract-art", "stickers", "iclevr"])
def test_a_set_is_one_tensor_of_the_asked_size(explorer_data, name):
    found = data.load(name, "train", 32)
    assert (pixels := found.fetch(torch.arange(2))).shape == (2, 3, 32, 32) and pixels.dtype == torch.uint8
    assert all(len(values) == len(found) for values in found.labels.values())
    batch = found.batch([0, 2])
    assert batch["images"].shape == (2, 3, 32, 32) and batch["images"].abs().max() <= 1


def test_all_frames_of_a_scene_stay_on_one_side(explorer_data):
    train, test = data.load("iclevr", "train", 64), data.load("iclevr", "test", 64)
    assert (len(train), len(test)) == (24, 24)
    for split in (train, test):
        assert split.labels["objects"].sum(1).tolist() == [1, 2, 3] * 8
        first, _, last = split.labels["objects"].unflatten(0, (-1, 3)).unbind(1)
        assert (last >= first).all()
    seen = {picture.numpy().tobytes() for picture in train.fetch(torch.arange(len(train)))}
    assert not any(picture.numpy().tobytes() in seen for picture in test.fetch(torch.arange(len(test))))


def test_a_list_of_names_becomes_zeros_and_ones():
    assert data.several([["b"], ["c", "a"]], "abc").tolist() == [[0, 1, 0], [1, 0, 1]]
    with pytest.raises(ValueError, match="'d' is unknown; known are a, b, c"):
        data.several([["d"]], "abc")


def test_a_local_folder_needs_no_network(tmp_path, monkeypatch):
    write(tmp_path / "carrot-cake", "test", {"image": pictures(3, 48)})
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    assert data.load("carrot-cake", "test", 48).fetch(torch.arange(3)).shape == (3, 3, 48, 48)
