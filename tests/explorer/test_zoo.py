"""A broken checkpoint is refused with its reason, and the others go on working."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny import tiny_dcgan

from explorer.models import MODELS, Discriminates, Generates, Judges, PictureJudge
from explorer.models.base import CONFIG, WEIGHTS
from explorer.training_log import best
from explorer.zoo import CheckpointError, Zoo, inspect

KNOWN = ", ".join(sorted(MODELS))


def configure(folder: Path, **changes) -> None:
    config = json.loads((folder / CONFIG).read_text())
    (folder / CONFIG).write_text(json.dumps({**config, **changes}))


def rewrite(folder: Path, **changes: torch.Tensor | None) -> None:
    weights = {**load_file(folder / WEIGHTS), **changes}
    save_file({key: value for key, value in weights.items() if value is not None}, folder / WEIGHTS)


def pickle_only(folder: Path) -> None:
    (folder / WEIGHTS).unlink()
    torch.save(tiny_dcgan().state_dict(), folder / "pytorch_model.bin")


def truncate(folder: Path, size: int) -> None:
    data = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(data[:size])


KERNEL = "generator.first.weight"

DEFECTS = {
    "no config": (lambda f: (f / CONFIG).unlink(), "broken: there is no config.json"),
    "config is a folder": (lambda f: ((f / CONFIG).unlink(), (f / CONFIG).mkdir()), "broken: config.json cannot be read"),
    "empty config": (lambda f: (f / CONFIG).write_text(""), "broken: config.json is not JSON"),
    "cut config": (lambda f: (f / CONFIG).write_text('{"model": "DC'), "broken: config.json is not JSON"),
    "binary config": (lambda f: (f / CONFIG).write_bytes(b"\xff\xfe\x00"), "broken: config.json is not JSON"),
    "config nested without end": (lambda f: (f / CONFIG).write_text("[" * 100_000), "broken: config.json is not JSON"),
    "config is a list": (lambda f: (f / CONFIG).write_text("[1]"), "broken: config.json is not a JSON object"),
    "no class": (
        lambda f: (f / CONFIG).write_text("{}"),
        f"names the model class None; known are {KNOWN}",
    ),
    "unknown class": (
        lambda f: configure(f, model="BigGAN"),
        f"names the model class 'BigGAN'; known are {KNOWN}",
    ),
    "class is a list": (lambda f: configure(f, model=["DCGAN"]), r"names the model class \['DCGAN'\]"),
    "unknown argument": (lambda f: configure(f, depth=3), "DCGAN refuses the arguments in config.json .*depth"),
    "argument of a wrong type": (lambda f: configure(f, latent_size="many"), "DCGAN refuses the arguments in config.json"),
    "argument below zero": (lambda f: configure(f, latent_size=-3), "DCGAN refuses the arguments in config.json"),
    "argument NaN": (lambda f: configure(f, latent_size=float("nan")), "DCGAN refuses the arguments in config.json"),
    "no channels": (lambda f: configure(f, channels=[]), "DCGAN refuses the arguments in config.json"),
    "an enormous network": (lambda f: configure(f, channels=[10**9, 8, 4, 4]), "expected|refuses"),
    "questions are a list": (lambda f: configure(f, model="PictureJudge", questions=[1]), "PictureJudge refuses the arguments"),
    "broken card": (lambda f: (f / "README.md").write_text("---\na: [1\n---\n"), "the front matter of README.md cannot be read"),
    "binary card": (lambda f: (f / "README.md").write_bytes(b"\xff\xfe---"), "the front matter of README.md cannot be read"),
    "no weights": (lambda f: (f / WEIGHTS).unlink(), r"broken: there is no model.safetensors$"),
    "pickled weights only": (pickle_only, "there is no model.safetensors, and pytorch_model.bin is pickled and never loaded"),
    "empty weights": (lambda f: truncate(f, 0), "model.safetensors is not a whole safetensors file"),
    "weights cut in their header": (lambda f: truncate(f, 100), "model.safetensors is not a whole safetensors file"),
    "weights cut in their numbers": (lambda f: truncate(f, -7), "model.safetensors is not a whole safetensors file"),
    "pickle called safetensors": (lambda f: (f / WEIGHTS).write_bytes(pickle.dumps([1])), "is not a whole safetensors file"),
    "header of 2^60 bytes": (lambda f: (f / WEIGHTS).write_bytes(b"\0" * 7 + b"\x10{}"), "is not a whole safetensors file"),
    "missing key": (lambda f: rewrite(f, **{KERNEL: None}), f"model.safetensors lacks {KERNEL}$"),
    "missing keys": (lambda f: save_file({"a": torch.zeros(1)}, f / WEIGHTS), r"lacks discriminator\.down\.0\.0\.weight and \d+ more"),
    "extra key": (lambda f: rewrite(f, surprise=torch.zeros(1)), "model.safetensors has surprise, which the model does not"),
    "wrong shape": (lambda f: rewrite(f, **{KERNEL: torch.zeros(8, 8, 3, 3)}), r"generator.first.weight has the shape \(8, 8, 3, 3\)"),
    "scalar for a kernel": (lambda f: rewrite(f, **{KERNEL: torch.zeros(())}), r"generator.first.weight has the shape \(\), expected"),
}


def test_the_lab_with_its_runs_without_weights_is_no_broken_checkpoint(checkpoints):
    run = checkpoints / "lab" / "dcgan-stickers-plain"
    run.mkdir(parents=True)
    (run / "history.jsonl").write_text("{}\n")
    zoo = Zoo(checkpoints)
    assert zoo.refused == {} and list(zoo.checkpoints) == ["tiny-dcgan", "tiny-gan32"]


@pytest.mark.parametrize(
    ("front", "data"),
    [
        ("explorer:\n  data: abstract-art\n", "abstract-art"), ("explorer:\n  summary: x\n", ""), ("explorer: [data]\n", ""),
        ("explorer:\n  data: 7\n", ""), ("explorer:\n  data: ../../etc\n", ""), ("explorer:\n  data: /etc\n", ""),
    ],
)  # fmt: skip
def test_a_checkpoint_knows_the_data_set_that_its_card_names(front, data, checkpoints):
    (checkpoints / "tiny-dcgan" / "README.md").write_text(f"---\n{front}---\n")
    zoo = Zoo(checkpoints)
    assert zoo.checkpoints["tiny-dcgan"].data == data
    assert zoo.checkpoints["tiny-gan32"].data == "" and zoo.checkpoints["tiny-gan32"].twin == ""


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_broken_folder_is_refused_with_its_reason_and_the_rest_works(defect, checkpoints):
    damage, reason = DEFECTS[defect]
    shutil.copytree(checkpoints / "tiny-dcgan", checkpoints / "broken")
    damage(checkpoints / "broken")
    zoo = Zoo(checkpoints)
    assert list(zoo.checkpoints) == ["tiny-dcgan", "tiny-gan32"] and list(zoo.refused) == ["broken"]
    with pytest.raises(CheckpointError, match=reason) as refusal:
        zoo.load("broken")
    assert str(refusal.value) == zoo.refused["broken"] and str(refusal.value).startswith("broken: ")
    assert zoo.load("tiny-dcgan").generate(torch.zeros(1, 8)).shape == (1, 3, 64, 64)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("key", [KERNEL, "generator.norms.0.running_var"])
def test_weights_that_are_not_finite_are_refused_when_they_are_read(key, value, checkpoints):
    weights = load_file(checkpoints / "tiny-dcgan" / WEIGHTS)
    weights[key].view(-1)[3] = value
    rewrite(checkpoints / "tiny-dcgan", **weights)
    zoo = Zoo(checkpoints)
    assert "tiny-dcgan" in zoo.names(Generates)
    for _ in range(2):
        with pytest.raises(CheckpointError, match=f"tiny-dcgan: the weights {key} are not finite"):
            zoo.load("tiny-dcgan")
        assert zoo.names(Generates) == ["tiny-gan32"] and "not finite" in zoo.refused["tiny-dcgan"]
    assert zoo.load("tiny-gan32").generate(torch.zeros(1, 6)).isfinite().all()


def test_weights_that_change_after_the_listing_are_refused_when_they_are_read(checkpoints):
    zoo = Zoo(checkpoints)
    truncate(checkpoints / "tiny-dcgan", 50)
    with pytest.raises(CheckpointError, match=r"tiny-dcgan: model\.safetensors could not be read"):
        zoo.load("tiny-dcgan")
    assert zoo.names() == ["tiny-gan32"]


def test_a_pickle_beside_the_weights_is_never_opened(checkpoints):
    class Harmful:
        def __reduce__(self):
            return os.mkdir, (str(checkpoints / "executed"),)

    for name in ("pytorch_model.bin", "model.pt", "config.pkl"):
        (checkpoints / "tiny-dcgan" / name).write_bytes(pickle.dumps(Harmful()))
    Zoo(checkpoints).load("tiny-dcgan")
    assert not (checkpoints / "executed").exists()


def test_an_enormous_network_is_refused_before_it_takes_memory(checkpoints):
    """The configuration is built without storage: 10^9 channels would be terabytes."""
    configure(checkpoints / "tiny-dcgan", channels=[10**9, 10**9, 4, 4])
    with pytest.raises(CheckpointError):
        inspect(checkpoints / "tiny-dcgan")


def test_an_unknown_name_is_refused_with_the_known_ones(checkpoints):
    with pytest.raises(CheckpointError, match=r"there is no model '\.\./x'; known are tiny-dcgan, tiny-gan32"):
        Zoo(checkpoints).load("../x")


def test_models_are_listed_by_what_they_can_do(checkpoints):
    PictureJudge({"cifar10": 10}, channels=(4, 4, 4, 4)).save_pretrained(checkpoints / "judge")
    zoo = Zoo(checkpoints)
    assert zoo.names() == ["judge", "tiny-dcgan", "tiny-gan32"]
    assert zoo.names(Judges) == ["judge"]
    assert zoo.names(Generates, Discriminates) == ["tiny-dcgan", "tiny-gan32"]
    assert zoo.names(Generates, Judges) == []


def test_a_model_is_built_once_shared_and_fixed(checkpoints):
    zoo, found = Zoo(checkpoints), []
    threads = [threading.Thread(target=lambda: found.append(zoo.load("tiny-dcgan"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and all(model is found[0] for model in found)
    assert not found[0].training and not any(p.requires_grad for p in found[0].parameters())
    assert all(p.dtype == torch.float32 for p in found[0].parameters())


def test_a_loaded_model_draws_what_the_saved_one_drew(checkpoints):
    z = torch.randn(4, 8)
    drawn, saved = Zoo(checkpoints).load("tiny-dcgan").generate(z), tiny_dcgan().generate(z)
    assert (drawn - saved).abs().max() < 0.02


def test_an_empty_or_missing_root_has_no_models(tmp_path):
    assert Zoo(tmp_path).names() == [] and Zoo(tmp_path / "nowhere").names() == []


def test_files_beside_the_folders_are_passed_over(checkpoints):
    (checkpoints / "README.md").write_text("notes")
    assert Zoo(checkpoints).refused == {}


def test_card_and_history_are_what_the_files_say_and_empty_without_them(checkpoints):
    folder = checkpoints / "tiny-dcgan"
    folder.joinpath("README.md").write_text("---\nlicense: apache-2.0\nexplorer:\n  good_seeds: [3, 5]\n---\n# A card\n")
    folder.joinpath("history.jsonl").write_text('{"step": 1, "loss": 0.5}\n{"step": 2, "loss": 0.25}\n')
    zoo = Zoo(checkpoints)
    assert zoo.checkpoints["tiny-dcgan"].card["explorer"]["good_seeds"] == [3, 5]
    assert [row["loss"] for row in zoo.checkpoints["tiny-dcgan"].history] == [0.5, 0.25]
    assert zoo.checkpoints["tiny-gan32"].card == {} and zoo.checkpoints["tiny-gan32"].history == []


def test_every_shipped_checkpoint_is_whole():
    zoo = Zoo()
    assert zoo.refused == {}
    for name in zoo.names():
        zoo.load(name)
    assert zoo.refused == {}


def test_the_listing_does_not_load_the_compiler():
    code = "import sys; from explorer.zoo import Zoo; assert Zoo().checkpoints; sys.exit(bool({'torch._dynamo', 'sympy'} & {*sys.modules}))"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2]).returncode == 0


def test_the_chosen_row_is_the_lowest_of_the_measure_that_there_is(checkpoints):
    rows = [{"step": 1, "kid": 3.0, "kid_raw": 1.0}, {"step": 2, "kid": 2.0, "kid_raw": 4.0}, {"step": 3, "loss": 0.0}]
    path = checkpoints / "tiny-dcgan" / "history.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert inspect(checkpoints / "tiny-dcgan").chosen["step"] == 1
    path.write_text(json.dumps({"step": 5, "bits": 0.5}) + "\n" + json.dumps({"step": 6, "bits": 0.7}) + "\n")
    assert inspect(checkpoints / "tiny-dcgan").chosen["step"] == 5
    assert inspect(checkpoints / "tiny-gan32").chosen == {}


@pytest.mark.parametrize(
    ("later", "step", "raw"),
    [({"kid": 0.5}, 2, False), ({"kid": 2.0, "kid_raw": 0.5}, 2, True), ({"kid": 2.0, "fd": 9.0}, 2, False), ({"kid": 2.0}, 1, False)],
)
def test_a_log_that_comes_to_measure_another_distance_is_judged_by_that(later, step, raw):
    row, told = best([{"step": 1, "kid": 1.0}, {"step": 2, **later}, {"step": 3}])
    assert row["step"] == step and told is raw
