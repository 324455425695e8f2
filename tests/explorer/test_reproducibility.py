"""A seed is a promise: the same latent everywhere, the same bytes on one machine, the same picture within 2 of 255 on another."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from explorer.images import animation, grid, png
from explorer.latent import draw, interpolate
from explorer.models import DCGAN, GAN32

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "tests" / "data" / "seeded-dcgan.png"

# draw(0, 3, 100)[:, :4] and draw(2**32 - 1, 1, 64)[0, -3:], as first measured (torch 2.15.0, x86-64)
FIRST = [
    [-1.1258398294448853, -1.152360200881958, -0.2505785822868347, -0.4338788092136383],
    [-1.5255959033966064, -0.7502318024635315, -0.6539809107780457, -1.6094847917556763],
    [-1.0408011674880981, 0.9166041612625122, -1.3041903972625732, -1.1096783876419067],
]
LAST = [-1.7198305130004883, 2.6164677143096924, -0.11887799948453903]


def noise(*shape: int, seed: int) -> torch.Tensor:
    """Standard normal numbers by NumPy's PCG64, independent of torch and of the number of threads."""
    return torch.from_numpy(np.random.Generator(np.random.PCG64(seed)).standard_normal(shape).astype(np.float32))


def constructed(model: torch.nn.Module) -> torch.nn.Module:
    """The model with weights made of seeded noise, parameter i from seed i: kernels that mix maps at random and blur as they enlarge.

    No initialiser and no file is involved, so that the same pictures can be made again from this text alone.
    """
    for i, (name, parameter) in enumerate(model.named_parameters()):
        values, side = noise(*parameter.shape, seed=i), parameter.shape[-1]
        if parameter.dim() == 4 and side < 5 and "first" not in name:
            hat = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 4
            values = (values.mean((2, 3), keepdim=True) * 4 + 0.1 * values) * hat[:, None] * hat
        parameter.data = 4 * values / (len(parameter) * (4 if side < 5 else 1)) ** 0.5 if parameter.dim() > 1 else 0.2 * values
        if "norms" in name and name.endswith("weight"):
            parameter.data += 1
    return model.eval()


def seeded_dcgan() -> DCGAN:
    return constructed(DCGAN(latent_size=16, channels=(32, 16, 8, 8), discriminator_channels=(4, 4, 4, 4)))


def seeded_gan32() -> GAN32:
    return constructed(GAN32(latent_size=16, channels=(16, 16, 8, 8), discriminator_channels=(4, 4, 4)))


def sheet(model: torch.nn.Module, seed: int = 7) -> bytes:
    """Eight pictures of a model, as the page would hand them out."""
    with torch.no_grad():
        return png(grid(model.generate(draw(seed, 8, model.latent_size)), columns=4))


BUILD = {"dcgan": seeded_dcgan, "gan32": seeded_gan32}


@pytest.mark.parametrize("name", BUILD)
def test_the_same_seed_gives_the_same_bytes_twice(name):
    assert sheet(BUILD[name]()) == sheet(BUILD[name]())
    assert sheet(BUILD[name](), seed=8) != sheet(BUILD[name](), seed=7)


@pytest.mark.parametrize("name", BUILD)
def test_the_same_seed_gives_the_same_bytes_in_a_fresh_process(name):
    program = f"""
import sys
sys.path[:0] = ["tests", "tests/explorer"]
import conftest
from test_reproducibility import BUILD, sheet
sys.stdout.buffer.write(sheet(BUILD[{name!r}]()))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout == sheet(BUILD[name]())


def test_the_noise_is_pinned_to_numbers():
    """Counter-based or not, torch's CPU generator promises nothing between releases: this notices when it changes."""
    assert torch.allclose(draw(0, 3, 100)[:, :4], torch.tensor(FIRST), atol=1e-6)
    assert torch.allclose(draw(2**32 - 1, 1, 64)[0, -3:], torch.tensor(LAST), atol=1e-6)


@pytest.mark.parametrize("size", [16, 64, 100])
def test_a_latent_does_not_depend_on_how_many_are_drawn(size):
    together = draw(40, 5, size)
    assert all(torch.equal(together[i], draw(40 + i, 1, size)[0]) for i in range(5))


def test_a_seeded_model_draws_the_committed_picture_on_every_machine():
    with torch.no_grad():
        images = seeded_dcgan().generate(draw(7, 8, 16))
    found = np.asarray(grid(images, columns=4)).astype(int)
    committed = np.asarray(Image.open(PICTURE)).astype(int)
    assert found.shape == committed.shape == (130, 262, 3)
    assert np.abs(found - committed).max() <= 2
    assert committed.std() > 40  # a grey picture would agree with anything


def test_the_number_of_threads_changes_no_picture_by_more_than_two_levels():
    one = torch.get_num_threads()
    model, z = seeded_dcgan(), draw(7, 8, 16)
    with torch.no_grad():
        alone = model.generate(z)
        torch.set_num_threads(2)
        try:
            together = model.generate(z)
        finally:
            torch.set_num_threads(one)
    assert (alone - together).abs().max() <= 2 / 127.5


def test_the_first_and_last_frame_of_a_morph_are_its_end_pictures():
    model, ends = seeded_dcgan(), draw(3, 2, 16)
    with torch.no_grad():
        for path in ("lerp", "slerp"):
            frames = interpolate(ends[0], ends[1], 9, path)
            assert torch.equal(frames[0], ends[0]) and torch.equal(frames[-1], ends[1])
            for frame, end in ((frames[:1], ends[:1]), (frames[-1:], ends[1:])):
                assert png(grid(model.generate(frame), 1)) == png(grid(model.generate(end), 1))


def test_an_animation_of_a_seed_has_the_same_bytes_twice():
    with torch.no_grad():
        images = seeded_gan32().generate(draw(1, 4, 16))
    for format in ("gif", "webp", "mp4"):
        assert animation(images, format) == animation(images, format)
