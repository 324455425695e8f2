"""A computation ends at its next step once its signal is set."""

from __future__ import annotations

from threading import Event

import pytest
import torch
from tiny import tiny_dcgan, tiny_ddpm, tiny_stackgan, tiny_text, tiny_vqvae

from explorer import codes, cores, diffusion, illustration, inversion
from explorer.cancellation import CancelledError, cancellable, check


def test_without_a_signal_nothing_ends():
    assert check() is None


def test_any_of_nested_signals_ends_what_runs_inside():
    outer, inner = Event(), Event()
    outer.set()
    with pytest.raises(CancelledError), cancellable(outer), cancellable(inner):
        check()
    check()


def fitting():
    return inversion.fit(tiny_dcgan(), torch.zeros(3, 64, 64), optimizer="adam", steps=2000, restarts=2, every=1)


def denoising():
    return diffusion.denoise(tiny_ddpm(), torch.zeros(1, 4), steps=100)


def filling():
    model = tiny_vqvae()
    return codes.fill(model, torch.full((model.map_size,) * 2, -1), torch.zeros(len(model.classes)))


def illustrating():
    model, text = tiny_stackgan(), tiny_text().understand(["a red bird"])[0]
    return illustration.stages(model, text, 0)


@pytest.mark.parametrize("begin", [fitting, denoising, filling, illustrating])
def test_every_long_computation_ends_at_its_next_step(begin):
    work, signal = begin(), Event()
    with cancellable(signal):
        next(work)
        signal.set()
        with pytest.raises(CancelledError):
            list(work)


def test_the_threads_of_cores_see_the_signal():
    signal, done = Event(), []

    def work(item: int) -> None:
        done.append(item)
        signal.set()

    with pytest.raises(CancelledError), cancellable(signal):
        cores.each(work, range(200))
    assert len(done) < 100
    assert cores.each(lambda item: 2 * item, range(3)) == [0, 2, 4]
