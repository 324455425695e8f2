"""The GAN of the browser against PyTorch: its losses, its penalties, its shrinking, and one step of its training, on the same numbers."""

from __future__ import annotations

import copy
import json
import subprocess
from pathlib import Path

import playwright
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional as F

from explorer.libraries import listed
from train.parts import losses, penalties
from train.parts.lab_networks import LiveGAN
from train.recipes.bases.arms import LIVE
from train.recipes.lab import resized

SCRIPT = Path(__file__).with_name("live_gan.mjs")
BATCH, SEED, CLOSE = 8, 3, 1e-4
RATES = {"rate_generator": 1e-3, "rate_discriminator": 2e-3}
LOSSES = {
    "minimax": (losses.non_saturating_discriminator, losses.minimax_generator),
    "non-saturating": (losses.non_saturating_discriminator, losses.non_saturating_generator),
    "hinge": (losses.hinge_discriminator, losses.hinge_generator),
    "wasserstein": (losses.wasserstein_critic, losses.wasserstein_generator),
}


@pytest.fixture(scope="module")
def library() -> Path:
    """TensorFlow.js."""
    path = listed()["tf.js"].path
    if not path.is_file():
        pytest.skip("make libraries downloads it")
    return path


def browser(folder: Path, library: Path, **request) -> dict:
    """What the browser's code computes of a request, run by Playwright's Node."""
    driver = Path(playwright.__file__).parent / "driver"
    node = next(path for path in (driver / "node", driver / "node.exe") if path.is_file())
    (folder / "request.json").write_text(json.dumps({**request, "folder": str(folder), "tensorflow": str(library)}))
    done = subprocess.run([node, SCRIPT, folder / "request.json"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "answer.json").read_text())


@pytest.fixture(scope="module")
def model() -> LiveGAN:
    torch.manual_seed(0)
    return LiveGAN(16)


@pytest.fixture(scope="module")
def numbers() -> dict[str, torch.Tensor]:
    """Real pictures and the outputs of a discriminator."""
    generator = torch.Generator().manual_seed(1)
    return {
        "real": torch.rand(BATCH, 256, generator=generator) * 2 - 1,
        "outputs": torch.randn(2, BATCH, generator=generator) * 3,
        "shares": torch.rand(BATCH, generator=generator),
        "digits": torch.randint(256, (3, 28, 28), generator=generator),
    }


@pytest.fixture(scope="module")
def answer(library, model, numbers, tmp_path_factory) -> dict:
    """All that does not depend on a step's settings."""
    folder = tmp_path_factory.mktemp("live")
    save_file({name: weight.half() for name, weight in model.state_dict().items()}, folder / "half.safetensors")
    save_file(model.state_dict(), folder / "whole.safetensors")
    return browser(folder, library, task="parts", **{name: value.tolist() for name, value in numbers.items()}) | {"folder": str(folder)}


@pytest.mark.parametrize("name", LOSSES)
def test_the_losses_are_those_of_pytorch(answer, numbers, name):
    discriminator, generator = LOSSES[name]
    real, generated = numbers["outputs"]
    assert answer["losses"][name] == pytest.approx([discriminator(real, generated).item(), generator(generated).item()], abs=CLOSE)


def test_the_penalties_are_those_of_pytorch(answer, model, numbers):
    real, shares = numbers["real"].unflatten(1, (1, 16, 16)), numbers["shares"]
    generated = real.flip(0)
    expected = penalties.r1(model.discriminator, real), 10 * penalties.gradient_penalty(model.discriminator, real, generated, shares)
    assert answer["penalties"] == pytest.approx([value.item() for value in expected], abs=CLOSE)


def test_pictures_and_outputs_are_those_of_pytorch(answer, model):
    z = torch.tensor(answer["latents"]).view(BATCH, -1)
    with torch.no_grad():
        pictures = model.generator(z)
        outputs = model.discriminator(pictures)
    assert torch.allclose(torch.tensor(answer["pictures"]).view_as(pictures), pictures, atol=CLOSE)
    assert torch.allclose(torch.tensor(answer["discriminated"]), outputs, atol=CLOSE)


def test_digits_shrink_as_in_pytorch(answer, numbers):
    shrink = torch.tensor(answer["shrinking"])
    small = shrink @ numbers["digits"].float() @ shrink.T
    assert (small - resized(numbers["digits"].byte(), 16)[:, 0].float()).abs().max() <= 0.5 + CLOSE


def test_spread_and_nearest_are_those_of_pytorch(answer, numbers):
    real = numbers["real"]
    distances = torch.cdist(real, real)
    assert answer["spread"] == pytest.approx((distances.sum() / (BATCH * (BATCH - 1))).item(), abs=1e-3)
    assert answer["nearest"] == torch.cdist(real.flip(0), real).argmin(1).tolist()


def test_weights_survive_the_browser(answer, model):
    """Those in half precision are read, and what is written, PyTorch reads."""
    written = load_file(Path(answer["folder"]) / "written.safetensors")
    expected = {name: weight.half().float() for name, weight in model.state_dict().items()}
    assert all(torch.equal(written[name], weight) for name, weight in expected.items())


@pytest.mark.parametrize(
    ("loss", "regularise"),
    [("non-saturating", "r1"), ("minimax", "none"), ("hinge", "none"), ("wasserstein", "clip"), ("wasserstein", "penalty")],
)  # fmt: skip
def test_one_step_is_that_of_pytorch(library, model, numbers, tmp_path, loss, regularise):
    save_file(model.state_dict(), tmp_path / "whole.safetensors")
    settings = {"loss": loss, "regularise": regularise, "discriminator_steps": 1, "noise": 0, "norm": "none", **RATES}
    done = browser(tmp_path, library, task="step", settings=settings, real=numbers["real"].tolist(), batch=BATCH)
    twin = copy.deepcopy(model)
    _step(twin, numbers["real"].unflatten(1, (1, 16, 16)), done, loss, regularise)
    stepped = load_file(tmp_path / "written.safetensors")
    for name, weight in twin.state_dict().items():
        assert torch.allclose(stepped[name], weight, atol=CLOSE), name


def _step(model: LiveGAN, real: torch.Tensor, done: dict, loss: str, regularise: str) -> None:
    """The same step in PyTorch, with the random numbers that the browser has drawn."""
    betas = LIVE.generator.betas
    adam = {
        role: torch.optim.Adam(getattr(model, role).parameters(), RATES[f"rate_{role}"], betas) for role in ("generator", "discriminator")
    }
    first, second = (torch.tensor(z).view(BATCH, -1) for z in done["latents"])
    with torch.no_grad():
        generated = model.generator(first)
    on_discriminator, on_generator = LOSSES[loss]
    total = on_discriminator(model.discriminator(real), model.discriminator(generated))
    assert done["discriminator"] == pytest.approx(total.item(), abs=CLOSE)
    if regularise == "r1":
        total = total + penalties.r1(model.discriminator, real)
    if regularise == "penalty":
        total = total + 10 * penalties.gradient_penalty(model.discriminator, real, generated, torch.tensor(done["shares"]))
    _apply(adam["discriminator"], total)
    if regularise == "clip":
        with torch.no_grad():
            for weight in model.discriminator.parameters():
                weight.clamp_(-0.1, 0.1)
    value = on_generator(model.discriminator(model.generator(second)))
    assert done["generator"] == pytest.approx(value.item(), abs=CLOSE)
    _apply(adam["generator"], value)
    gradient = torch.cat([weight.grad.flatten() for weight in model.generator.parameters()]).norm()
    assert done["gradient"] == pytest.approx(gradient.item(), abs=CLOSE)


def _apply(optimiser: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


def test_the_browser_shrinks_as_the_recipe_does():
    """Antialiased bilinear resizing is the triangle filter."""
    digit = torch.zeros(1, 28, 28, dtype=torch.uint8)
    digit[0, 10:18, 12:16] = 255
    small = F.interpolate(digit[:, None].float(), (16, 16), mode="bilinear", antialias=True)
    assert torch.equal(resized(digit, 16), small.round().byte())
