"""Every recipe takes two steps on a few pictures, through the function that users run."""

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file
from tiny import tiny_text

from explorer.models import MODELS, Autoencoder, Generates, Illustrates
from explorer.zoo import inspect
from train.__main__ import COMMON, run
from train.recipes import discover
from train.recipes.bases.stackgan import StackGANRecipe
from train.state import load_warm_start

COMMANDS = discover()
VARIANTS = [(name, {}) for name in COMMANDS] + [
    ("dcgan-carrot-cake", {"discriminator": "plain", "augmentation": "none"}),
    ("dcgan-stickers", {"variants": True}),
    ("dcgan-carrot-cake", {"augmentation": "colour,translation,cutout", "backbone_size": 64}),
    ("vqvae-mnist-nll", {"codebook": "gradient"}),
    ("text-birds", {"encoder": "minilm"}),
    ("text-birds", {"encoder": "char-cnn-rnn"}),
    ("stackgan-birds", {"upsampling": "pixelshuffle"}),
    ("stackgan-birds", {"stage": 2, "size": 128}),
    ("acgan-cifar10", {"activation_noise": 0.1}),
    ("cgan-cifar10", {"auxiliary": 1.0, "mismatched": True}),
    ("cgan-iclevr", {"discriminator": "plain", "mismatched": False}),
    ("infogan-iclevr", {"shown": 0.0}),
    ("lab-digits", {"arm": "r1"}),
    ("lab-stacked", {"arm": "packed"}),
    ("lab-art", {"arm": "dcgan-noise"}),
]
SMALLER = {"distilled": 12, "taught": 4, "said": 2, "contradicted": 1}  # where a recipe has them


@pytest.fixture(autouse=True)
def _few_birds(monkeypatch) -> None:
    """Few birds are judged after a step, because drawing them takes longer than the step."""
    monkeypatch.setattr(StackGANRecipe, "per_colour", 1)


@pytest.mark.parametrize(("name", "changes"), VARIANTS)
def test_two_steps_change_every_part_and_leave_a_checkpoint(explorer_data, tmp_path, name, changes):
    import inspect as python

    command = COMMANDS[name]
    hyper_parameters = {key: parameter.default for key, parameter in python.signature(command.build).parameters.items()}
    hyper_parameters |= {"limit": 24, "batch_size": 6, **changes}
    hyper_parameters |= {key: value for key, value in SMALLER.items() if isinstance(hyper_parameters.get(key), int)}
    if "text" in hyper_parameters:
        tiny_text().save_pretrained(tmp_path / "text")
        hyper_parameters["text"] = str(tmp_path / "text")
    if "autoencoder" in hyper_parameters:
        Autoencoder(image_size=64, latent_channels=4, widths=(16, 16, 16)).save_pretrained(tmp_path / "autoencoder")
        hyper_parameters["autoencoder"] = str(tmp_path / "autoencoder")
    if "folder" in hyper_parameters:
        hyper_parameters["folder"] = tmp_path / "pairs"
    if "reconstruct" in hyper_parameters:
        hyper_parameters["reconstruct"] = 0.5  # so that each part of the run has a step
    torch.manual_seed(0)
    before = command.build(**hyper_parameters)
    options = {key: default for key, (_, default, _) in COMMON.items()}
    folder = run(command, hyper_parameters, **{**options, "images": 12, "runs": tmp_path, "log_every": 1, "evaluate_every": 12})

    rows = [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]
    losses = {key: value for key, value in rows[-1].items() if "loss" in key}
    assert losses and all(torch.isfinite(torch.tensor(value)) for value in losses.values())
    state = next(folder.glob("state-*"))
    assert json.loads((state / "progress.json").read_text())["step"] == 2
    if type(before.model) not in MODELS.values():  # a baseline, which no page shows
        return
    checkpoint = inspect(folder / "best")
    assert checkpoint.model_class is type(before.model)
    learning = {name: part for name, part in before.parts.items() if any(weight.requires_grad for weight in part.parameters())}
    for number, (part_name, part) in enumerate(learning.items()):
        trained = load_file(state / ("model.safetensors" if number == 0 else f"model_{number}.safetensors"))
        weights = [key for key, value in part.named_parameters() if value.requires_grad]
        assert any(not torch.equal(trained[key], part.state_dict()[key]) for key in weights), part_name
    if issubclass(checkpoint.model_class, (Generates, Illustrates)):
        assert (folder / "preview.png").is_file() and len(list((folder / "timeline").glob("*.webp"))) == 3


def unchanged(before, after) -> bool:
    return all(torch.equal(a, b) for a, b in zip(before, after, strict=True))


def test_a_generator_loss_moves_only_the_generator(explorer_data):
    recipe = COMMANDS["gan32-carrot-cake"].build(limit=4, batch_size=4)
    recipe.rates["discriminator"] = 0.0
    before = {name: [p.clone() for p in part.parameters()] for name, part in recipe.parts.items()}
    recipe.train_step(recipe.data.batch([0, 1, 2, 3]), torch.Tensor.backward)
    same = {
        name: all(torch.equal(a, b) for a, b in zip(before[name], part.parameters(), strict=True)) for name, part in recipe.parts.items()
    }
    assert same == {"generator": False, "discriminator": True}


@pytest.mark.parametrize("heard", [False, True])
def test_the_generator_hears_the_watching_discriminator_only_if_told_to(explorer_data, heard):
    def step(scale):
        torch.manual_seed(0)
        recipe = COMMANDS["dcgan-carrot-cake"].build(limit=4, batch_size=4, backbone_size=64, pixels=0.5 if heard else 0.0)
        with torch.no_grad():
            recipe.model.discriminator.last.weight.mul_(scale)
        for number in range(2):
            torch.manual_seed(number)
            recipe.train_step(recipe.data.batch([0, 1, 2, 3]), torch.Tensor.backward)
        return recipe.parts

    mild, harsh = step(1.0), step(50.0)
    assert unchanged(mild["generator"].parameters(), harsh["generator"].parameters()) is not heard
    assert not unchanged(mild["discriminator"].parameters(), harsh["discriminator"].parameters())


@pytest.mark.parametrize("measure", ["fd", "kid"])
def test_a_warm_start_takes_every_part_and_goes_on_counting(explorer_data, tmp_path, measure):
    """Also from a checkpoint that was chosen by another measure than the one that chooses now."""
    command = COMMANDS["dcgan-carrot-cake"]
    options = {key: default for key, (_, default, _) in COMMON.items()} | {"runs": tmp_path, "evaluate_every": 8, "log_every": 1}
    settings = {"limit": 8, "batch_size": 4, "backbone_size": 64}
    first = run(command, settings, **{**options, "images": 8})
    assert {"model.safetensors", "training.safetensors"} <= {path.name for path in (first / "best").iterdir()}
    fresh = command.build(**settings)
    load_warm_start(fresh, first / "best")
    saved = load_file(first / "best" / "training.safetensors")
    for key, value in fresh.parts["projected"].state_dict().items():
        assert torch.allclose(value, saved[f"projected.{key}"].to(value.dtype), atol=1e-3)

    checkpoint = tmp_path / "checkpoint"
    shutil.copytree(first / "best", checkpoint)
    before = [json.loads(line) for line in (first / "history.jsonl").read_text().splitlines()]
    if measure == "kid":
        before = [{key: value for key, value in row.items() if not key.startswith("fd")} for row in before]
    (checkpoint / "history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in before))
    best = min((row for row in before if measure in row), key=lambda row: min(row[measure], row[f"{measure}_raw"]))
    again = run(command, settings, **{**options, "images": 16, "from_": checkpoint, "variant": "again"})
    assert again.name == "dcgan-carrot-cake-again"
    rows = [json.loads(line) for line in (again / "history.jsonl").read_text().splitlines()]
    kept = best["step"] + 1
    assert rows[:kept] == before[:kept]
    assert [row["step"] for row in rows] == list(range(5)) and "fd" in rows[-1]


def test_the_rates_fall_to_zero_in_a_line_after_the_share_that_is_asked(explorer_data):
    recipe = COMMANDS["dcgan-carrot-cake"].build(limit=4, batch_size=4, backbone_size=64, rate=0.5, anneal_after=0.6)
    rates = {}
    for recipe.share_done in (0.0, 0.59, 0.8, 1.0):
        recipe.train_step(recipe.data.batch([0, 1, 2, 3]), torch.Tensor.backward)
        rates[recipe.share_done] = {round(group["lr"], 9) for optimizer in recipe.optimizers.values() for group in optimizer.param_groups}
    assert rates == {0.0: {0.5}, 0.59: {0.5}, 0.8: {0.25}, 1.0: {0.0}}


def test_a_step_moves_its_own_part_and_leaves_no_gradient_in_another(explorer_data):
    recipe = COMMANDS["dcgan-carrot-cake"].build(limit=4, batch_size=4, discriminator="plain")
    generator, discriminator = recipe.parts["generator"], recipe.parts["discriminator"]
    before = [weight.clone() for weight in generator.parameters()]
    recipe.step("generator", discriminator(generator(recipe.latents(4))).sum(), torch.Tensor.backward)
    assert all(weight.grad is None for weight in discriminator.parameters())
    assert not all(map(torch.equal, before, generator.parameters()))


def test_the_prior_learns_after_the_codes_are_frozen(explorer_data):
    torch.manual_seed(0)
    recipe = COMMANDS["vqvae-mnist-mse"].build(limit=16, batch_size=8, reconstruct=0.5)

    def weights():
        return {name: [value.clone() for value in part.state_dict().values()] for name, part in recipe.parts.items()}

    batch, before = recipe.data.batch(list(range(8))), weights()
    told = recipe.train_step(batch, torch.Tensor.backward)
    between = weights()
    assert set(told) == {"reconstruction_loss", "commitment_loss", "restarted"}
    assert [name for name in before if unchanged(before[name], between[name])] == ["prior"]
    recipe.share_done = 0.5
    assert set(recipe.train_step(batch, torch.Tensor.backward)) == {"prior_loss"}
    after = weights()
    assert [name for name in before if unchanged(between[name], after[name])] == ["encoder", "decoder", "average"]


def test_the_average_of_the_prior_begins_with_its_part(explorer_data, tmp_path):
    options = {key: default for key, (_, default, _) in COMMON.items()}
    options |= {"images": 32, "runs": tmp_path, "evaluate_every": 32, "log_every": 4}
    settings = {"limit": 16, "batch_size": 8, "reconstruct": 0.75}
    folder = run(COMMANDS["vqvae-mnist-mse"], settings, **options)
    saved = load_file(folder / "best" / "model.safetensors")
    trained = load_file(next(folder.glob("state-*")) / "model_2.safetensors")
    for key, value in trained.items():
        assert torch.allclose(saved[f"prior.{key}"].float(), value, atol=2e-3), key  # one step: the average is that step's weights


def test_a_codebook_trained_by_gradients_follows_the_codebook_loss(explorer_data):
    torch.manual_seed(0)
    recipe = COMMANDS["vqvae-mnist-mse"].build(limit=8, batch_size=8, codebook="gradient")
    batch = recipe.data.batch(list(range(6)))
    vectors = recipe.model.embed(batch["images"]).detach()
    chosen = recipe.model.distances(vectors).argmin(-1)
    recipe.train_step(batch, torch.Tensor.backward)
    found = recipe.model.codebook.weight.grad
    for code in chosen.unique():
        mine = vectors[chosen == code]
        expected = 2 * (len(mine) * before_step(recipe, code) - mine.sum(0)) / vectors.numel()
        assert torch.allclose(found[code], expected, atol=1e-6)
    assert torch.equal(found.abs().sum(1) > 0, torch.isin(torch.arange(64), chosen))


def before_step(recipe, code):
    """A code's vector as it was before Adam's first step, which moves every weight that has a gradient by the rate."""
    rate = recipe.optimizers["autoencoder"].param_groups[0]["lr"]
    weight = recipe.model.codebook.weight
    return (weight + rate * weight.grad.sign())[code].detach()


def test_the_judge_smooths_its_labels_and_keeps_its_first_layer(explorer_data):
    recipe = COMMANDS["judge-mnist"].build(limit=16, batch_size=8)
    before = recipe.model.whiten.weight.clone()
    recipe.train_step(recipe.data.batch(list(range(8))), torch.Tensor.backward)
    assert torch.equal(before, recipe.model.whiten.weight)
    assert len(recipe.validation) == 4 and len(recipe.data) == 12


@pytest.mark.parametrize(
    "name", ["dcgan-stickers", "stackgan-birds", "vqvae-mnist-mse", "ddpm-cifar10", "infogan-iclevr", "judge-birds", "judge-pictures"]
)
def test_a_set_that_memory_does_not_hold_is_learned_from_alike(explorer_data, monkeypatch, tmp_path, name):
    def steps() -> list[dict[str, torch.Tensor]]:
        settings = {"limit": 24, "batch_size": 6}
        if name == "stackgan-birds":
            tiny_text().save_pretrained(tmp_path / "text")
            settings |= {"text": str(tmp_path / "text"), "said": 2, "contradicted": 1}
        torch.manual_seed(0)
        recipe = COMMANDS[name].build(**settings)
        recipe.evaluate(recipe.snapshot({}))
        torch.manual_seed(1)
        numbers = (torch.arange(12) % len(recipe.data)).split(6)
        return [recipe.train_step(recipe.data.batch(part), torch.Tensor.backward) for part in numbers]

    held = steps()
    monkeypatch.setattr("train.data.MEMORY_LIMIT", 100)
    assert steps() == held
