import pytest
import torch

from train import data


def test_a_batch_maps_black_and_white_to_minus_one_and_one():
    two = data.Pictures(data.InMemory(torch.tensor([0, 255], dtype=torch.uint8).reshape(2, 1, 1, 1)))
    assert two.batch([0, 1])["images"].flatten().tolist() == [-1.0, 1.0]


def test_pictures_that_memory_does_not_hold_are_decoded_alike(explorer_data, monkeypatch):
    held = data.load("cifar10", "train", 32)
    monkeypatch.setattr(data, "MEMORY_LIMIT", 100)
    lazy = data.load("cifar10", "train", 32)
    assert isinstance(lazy.store, data.OnDisk) and len(lazy) == len(held)
    for name, values in held.batch([5, 1, 5]).items():
        assert torch.equal(values, lazy.batch([5, 1, 5])[name])


def test_concatenated_sets_have_no_label_where_they_never_had_one():
    images = data.InMemory(torch.zeros(2, 3, 4, 4, dtype=torch.uint8))
    both = data.concatenate([data.Pictures(images, {"a": torch.tensor([3, 4])}), data.Pictures(images, {"b": torch.tensor([5, 6])})])
    assert both.labels["a"].tolist() == [3, 4, -1, -1] and both.labels["b"].tolist() == [-1, -1, 5, 6]


@pytest.fixture
def both(explorer_data, monkeypatch) -> tuple[data.Pictures, data.Pictures]:
    """The same digits, held in memory and decoded on demand."""
    held = data.load("mnist", "train", 28, channels=1)
    monkeypatch.setattr(data, "MEMORY_LIMIT", 100)
    return held, data.load("mnist", "train", 28, channels=1)


def same(one: data.Pictures, other: data.Pictures) -> bool:
    every = torch.arange(len(one))
    return len(one) == len(other) and all(torch.equal(values, other.batch(every)[name]) for name, values in one.batch(every).items())


def test_parts_of_a_set_that_memory_does_not_hold_are_those_of_one_that_it_holds(both):
    held, lazy = both
    assert same(held.take(5), lazy.take(5)) and len(lazy.take(5)) == 5
    rows = torch.tensor([7, 3, 7, 40])
    assert same(held.rows(rows), lazy.rows(rows))
    again = torch.tensor([3, 0])
    assert same(held.rows(rows).rows(again), lazy.rows(rows).rows(again))
    assert same(held.rows(torch.tensor([40, 7])), lazy.rows(rows).rows(again))
    assert same(data.concatenate([held.take(3), held.rows(rows)]), data.concatenate([lazy.take(3), lazy.rows(rows)]))
    assert same(held.to("cpu"), lazy.to("cpu")) and not len(lazy.rows(torch.arange(0)))


def test_a_joined_set_gives_its_pictures_in_the_order_that_is_asked_for():
    first, second = (data.InMemory(torch.arange(start, start + 3).reshape(3, 1, 1, 1)) for start in (0, 3))
    joined = data.Joined((first, second))
    assert joined.fetch(torch.tensor([4, 0, 5, 2, 4])).flatten().tolist() == [4, 0, 5, 2, 4]
    assert joined.fetch(torch.arange(0)).shape == (0, 1, 1, 1)


def test_batches_go_through_all_pictures_in_order(both):
    for pictures in both:
        batches = list(pictures.batches(20))
        assert [len(batch["images"]) for batch in batches] == [20, 20, 8]
        assert torch.equal(torch.cat([batch["label"] for batch in batches]), pictures.labels["label"])


def test_other_labels_stay_with_their_pictures(both):
    for pictures in both:
        some = pictures.rows(torch.tensor([4, 2])).labelled({"row": torch.tensor([4, 2])})
        assert set(some.labels) == {"row"} and torch.equal(some.fetch(torch.tensor([1])), pictures.fetch(torch.tensor([2])))
