"""explorer/cores.py."""

import threading
import time

import pytest
import torch

from explorer import cores


def test_results_come_in_the_order_of_the_items():
    def work(seconds: float) -> float:
        time.sleep(seconds)
        return seconds

    assert cores.each(work, [0.2, 0.0, 0.1]) == [0.2, 0.0, 0.1]


def test_a_picture_is_the_same_as_alone():
    layer = torch.nn.ConvTranspose2d(8, 8, 4, 2, 1)
    items = torch.randn(5, 1, 8, 16, 16, generator=torch.Generator().manual_seed(0))
    for item, found in zip(items, cores.each(layer, items), strict=True):
        assert not found.requires_grad
        assert torch.equal(found, layer(item))


def test_an_error_is_the_callers():
    with pytest.raises(ZeroDivisionError):
        cores.each(lambda x: 1 / x, [1, 0])


def test_workers_compute_on_one_thread_each_and_others_as_before():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    cores._pool.cache_clear()
    try:
        assert cores.each(lambda _: torch.get_num_threads(), range(4)) == [1] * 4
        found = []
        later = threading.Thread(target=lambda: found.append(torch.get_num_threads()))
        later.start()
        later.join()
        assert (torch.get_num_threads(), found) == (2, [2])
    finally:
        torch.set_num_threads(before)
        cores._pool.cache_clear()
