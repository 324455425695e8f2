"""The same work for many items, an item to each core.

One small picture keeps two cores busy half of the time: its convolutions are short, and each waits for both. 64 pictures of cgan-iclevr,
each drawn alone, took 0.79 s on two cores, and 0.61 s with one core for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Barrier
from typing import TypeVar

import torch

Item, Result = TypeVar("Item"), TypeVar("Result")


@cache
def _pool() -> ThreadPoolExecutor:
    """As many workers as torch was given threads, each of which computes on one.

    What a thread sets is its own and that of all threads which compute for the first time later. So the workers are made at once, and
    afterwards the number is set back for the others.
    """
    threads = torch.get_num_threads()
    ready = Barrier(threads)

    def alone() -> None:
        torch.get_num_threads()  # takes what is set, which it would else do at its first work
        torch.set_num_threads(1)

    pool = ThreadPoolExecutor(threads, "cores", initializer=alone)
    list(pool.map(lambda _: ready.wait(), range(threads)))
    torch.set_num_threads(threads)
    return pool


def each(work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """The results of `work`, in the order of the items, computed without gradients. An error of `work` is raised here. `work` must not
    ask for workers itself."""
    return list(_pool().map(torch.inference_mode()(work), items))
