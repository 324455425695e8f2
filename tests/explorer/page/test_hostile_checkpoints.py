"""Whatever a checkpoint folder holds, the page is built, every tab opens, and the endpoints answer; what is broken is told by its name."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from inspect import signature
from pathlib import Path

import gradio as gr
import hostile_checkpoints as hostile
import orjson
import pytest
import torch
from handlers import event, laid_out, last, request
from hostile_checkpoints import BIRDS, CAKES, CODES, DIGITS, ENCODER, JUDGE, READER, SCENES, SPARE
from safetensors.torch import save_file

from explorer.models.base import CONFIG, WEIGHTS
from explorer.page import page
from explorer.page.api.register import register
from explorer.page.shared.checks import FieldError
from explorer.page.shared.studio import Studio
from explorer.page.shared.training import timeline
from explorer.page.tabs import TABS
from explorer.zoo import CheckpointError, Zoo, inspect

SLUGS = [tab.slug for tab in TABS if tab.models]
SHOWN_BY = {BIRDS: "birds", SCENES: "sample", CAKES: "latent", CODES: "codes", DIGITS: "diffusion"}


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    """A folder of small models of every kind, all of them whole."""
    return hostile.zoo_of_tiny_models(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def copied(sound, tmp_path) -> Callable[..., Path]:
    """Copies some of these models, or all, to a folder that a test may damage."""

    def copy(*names: str) -> Path:
        for name in names or [folder.name for folder in sound.iterdir()]:
            shutil.copytree(sound / name, tmp_path / name)
        return tmp_path

    return copy


def tab_of(slug: str):
    return next(tab for tab in TABS if tab.slug == slug)


def arrived(studio: Studio, slug: str) -> dict:
    """The state that a tab opens with when a visitor selects it first."""
    tab = tab_of(slug)
    assert tab.opens(studio)
    events = laid_out(lambda studio: tab.build(studio, True), studio)
    with gr.Blocks():
        return last(events.arrive(request(), event(None, query="")))[events.ui.state]


def told(studio: Studio) -> str:
    """What the page says of what is not shown."""
    return "\n".join([*studio.zoo.refused.values(), *studio.zoo.left_out])


def test_the_folder_that_the_others_are_made_of_is_whole(sound):
    demo = page(TABS, Zoo(sound))
    assert {tab.slug: arrived(demo.studio, tab.slug)["model"] for tab in demo.tabs} == {slug: model for model, slug in SHOWN_BY.items()}
    assert told(demo.studio) == "" and demo.studio.known(DIGITS) is not None


@pytest.mark.parametrize("file", hostile.FILES)
@pytest.mark.parametrize("damage", hostile.ANY_FILE)
def test_a_damaged_file_is_told_by_its_name_and_the_rest_works(file, damage, copied):
    name, required = hostile.FILES[file]
    root = copied(CODES, SPARE[CODES], DIGITS, JUDGE)
    hostile.ANY_FILE[damage](root / name / file)
    studio = Studio(Zoo(root))
    refused = required or (file == "README.md" and damage in hostile.REFUSED_CARDS)
    assert set(studio.zoo.refused) == ({name} if refused else set())
    if refused or file.startswith("codebook"):
        assert arrived(studio, "codes")["model"] == (SPARE[CODES] if refused else CODES)
    else:
        timeline(studio, CODES, "the same seeds")
        studio.known(DIGITS)
    words = told(studio)
    if (file, damage) in hostile.NO_DEFECT or file == "run.json":
        assert words == ""
    else:
        assert name in words and file in words
        assert ("git lfs pull" in words) == (damage == "a pointer of Git LFS")


@pytest.mark.parametrize("key", hostile.CARD_KEYS)
def test_a_card_of_wrong_values_is_read_with_what_is_right_in_it(key, copied):
    folder = copied(CAKES) / CAKES
    for value in hostile.VALUES.values():
        hostile.tell(folder, key, value)
        checkpoint = inspect(folder)
        facts = checkpoint.facts
        assert len(facts.good_seeds) > 1 and all(0 <= seed < 2**32 for seed in facts.good_seeds)
        assert all(isinstance(text, str) for text in (facts.blurb, facts.trained_on, facts.subject, facts.data, facts.twin))
        assert all(math.isfinite(number) for number in (facts.headline or 0, *facts.held_out(), *sum(facts.frechet, ())))
        assert facts.percentile(20.0, "extended") is None or key == "held_out_psnr_extended"
        assert all(fault.startswith(f"README.md: {key} is ") for fault in facts.faults)
        assert checkpoint.left_out == [f"{CAKES}: {fault}" for fault in facts.faults]
        assert facts.faults or isinstance(value, (str, int, float, list))


@pytest.mark.parametrize("value", hostile.VALUES)
def test_a_history_of_wrong_values_is_drawn_with_what_is_right_in_it(value, copied):
    root = copied(CAKES)
    for key in hostile.HISTORY_KEYS:
        hostile.log(root / CAKES, key, hostile.VALUES[value])
    hostile.tell(root / CAKES, "good_seeds", hostile.VALUES[value])
    studio = Studio(Zoo(root))
    assert arrived(studio, "latent")["model"] == CAKES and studio.zoo.refused == {}
    learned = timeline(studio, CAKES, "the same seeds")
    orjson.dumps(learned)  # what the page sends
    assert endpoint(studio, "history")(CAKES)[3]["images"] == 96 and learned["strip"]["frames"]
    assert "history.jsonl: line 2" in told(studio) or value in ("0", "1.5", "2^40")


@pytest.mark.parametrize("line", ["", "null", "[1]", "{", "7", "<html>", '{"images": NaN}', "[" * 100_000])
def test_a_line_of_a_history_that_is_no_row_is_left_out(line, copied):
    folder = copied(CAKES) / CAKES
    folder.joinpath("history.jsonl").write_text(f'{{"step": 1, "images": 5}}\n{line}\n{{"step": 2}}\n', encoding="utf-8")
    checkpoint = inspect(folder)
    assert [row for row in checkpoint.history if row] == [{"step": 1, "images": 5}, {"step": 2}]
    assert checkpoint.log.images == 5 and "history.jsonl: line 2" in checkpoint.left_out[0]


@pytest.mark.parametrize("name", [BIRDS, SCENES, CAKES, CODES, DIGITS, JUDGE, READER, ENCODER])
def test_a_configuration_of_wrong_values_is_refused_with_a_short_reason(name, copied):
    folder = copied(name) / name
    whole = (folder / CONFIG).read_text(encoding="utf-8")
    harmless = {"generator", "drawn_by", "mirror", "activation_noise"}
    for key in list(signature(inspect(folder).model_class.__init__).parameters)[1:]:
        for value in hostile.VALUES.values():
            hostile.configure(folder, key, value)
            if value == json.loads(whole).get(key):
                continue
            try:
                inspect(folder)
                assert key in harmless, f"{key} may be {value!r}"
            except CheckpointError as error:
                assert str(error).startswith(f"{name}: ") and len(str(error)) < 1000
        (folder / CONFIG).write_text(whole, encoding="utf-8")


WEIGHTS_OF = {
    "NaN in the first numbers": lambda folder: hostile.spoil(folder),
    "infinity": lambda folder: hostile.spoil(folder, float("inf")),
    "huge numbers everywhere": lambda folder: hostile.spoil(folder, 1e30, every=True),
    "another model's": lambda folder: save_file({"weight": torch.zeros(2, 2)}, folder / WEIGHTS),
}


@pytest.mark.parametrize("damage", WEIGHTS_OF)
@pytest.mark.parametrize("name", [BIRDS, SCENES, CAKES, CODES, DIGITS])
def test_a_tab_whose_model_has_bad_weights_opens_with_the_next_one(name, damage, copied):
    root = copied(name, SPARE[name], READER)
    WEIGHTS_OF[damage](root / name)
    studio = Studio(Zoo(root))
    model = arrived(studio, SHOWN_BY[name])["model"]
    if name in studio.zoo.refused:
        assert model != name and studio.zoo.refused[name].startswith(f"{name}: ")
    else:
        assert model == name and damage == "huge numbers everywhere"


@pytest.mark.parametrize("damage", WEIGHTS_OF)
@pytest.mark.parametrize("name", [JUDGE, ENCODER])
def test_without_a_judge_or_an_encoder_everything_else_works(name, damage, copied):
    root = copied(CAKES, DIGITS, JUDGE, ENCODER)
    hostile.configure(root / ENCODER, "drawn_by", inspect(root / CAKES).revision)
    WEIGHTS_OF[damage](root / name)
    studio = Studio(Zoo(root))
    shown = "diffusion" if name == JUDGE else "latent"
    assert arrived(studio, shown)["model"] == (DIGITS if name == JUDGE else CAKES)
    known, guesses = studio.known(DIGITS), studio.inverse(CAKES)
    if not damage.startswith("huge"):
        assert (known is None, guesses is None) == (name == JUDGE, name == ENCODER) and studio.zoo.refused[name].startswith(f"{name}: ")


def written(demo: gr.Blocks) -> str:
    """The page's own HTML."""
    return "".join(str(block.value) for block in demo.blocks.values() if isinstance(block, gr.HTML))


def test_a_page_is_built_with_the_models_of_every_tab_broken(copied):
    """Text to bird, whose only reader of sentences is broken, is not there; every other tab opens with its second model."""
    root = copied()
    for name in (READER, SCENES, CAKES, CODES, DIGITS, JUDGE, ENCODER):
        hostile.spoil(root / name)
    demo = page(TABS, Zoo(root))
    assert [tab.slug for tab in demo.tabs] == [slug for slug in SLUGS if slug != "birds"]
    for name in (READER, SCENES, CAKES, CODES, DIGITS):
        assert f"{name}: the weights" in demo.studio.zoo.refused[name] and demo.studio.zoo.refused[name] in written(demo)
    states = {slug: arrived(demo.studio, slug)["model"] for slug in SLUGS if slug != "birds"}
    assert states == {"sample": SPARE[CAKES]} | {SHOWN_BY[name]: SPARE[name] for name in (CAKES, CODES, DIGITS)}
    listed = [row["name"] for row in endpoint(demo.studio, "models")()]
    assert sorted(listed) == sorted(set(SPARE.values()) - {SPARE[BIRDS]})


def test_a_page_of_nothing_but_broken_models_says_so(copied):
    root = copied(CAKES, DIGITS)
    for folder in root.iterdir():
        hostile.spoil(folder)
    demo = page(TABS, Zoo(root))
    assert demo.tabs == [] and written(demo).count("not finite") == 2


def endpoint(studio: Studio, name: str) -> Callable:
    """A function of the API by its name."""
    with gr.Blocks() as demo:
        register(studio, [function for tab in TABS for function in tab.endpoints(studio)])
    return next(each.fn for each in demo.fns.values() if each.api_name == name)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda folder: shutil.rmtree(folder), "there is no model.safetensors"),
        (lambda folder: hostile.pipe(folder / WEIGHTS), "it is not a regular file"),
        (lambda folder: (folder / WEIGHTS).write_bytes(hostile.POINTER), "git lfs pull"),
        (lambda folder: (folder / WEIGHTS).write_bytes(hostile.HTML), "could not be read"),
        (lambda folder: hostile.spoil(folder), "not finite"),
    ],
    ids=["deleted", "a named pipe", "a pointer", "a web page", "NaN"],
)
def test_a_folder_that_is_damaged_while_the_app_runs_is_told_by_name(damage, words, copied):
    root = copied(CAKES, SPARE[CAKES])
    studio = Studio(Zoo(root))
    sample = endpoint(studio, "sample")
    damage(root / SPARE[CAKES])
    for _ in range(2):
        with pytest.raises(gr.Error, match=f"{SPARE[CAKES]}: .*{words}"):
            sample(SPARE[CAKES], seed=1, count=1)
    assert sample(CAKES, seed=1, count=1)[1]["model"] == CAKES
    with pytest.raises((CheckpointError, FieldError), match=words):
        tab_of("sample").fields.check(studio, {"model": SPARE[CAKES]})


def test_a_configuration_that_changes_while_the_app_runs_is_not_read_again(copied):
    root = copied(CAKES)
    zoo = Zoo(root)
    hostile.pipe(root / CAKES / CONFIG)
    assert zoo.load(CAKES).latent_size == 8


def test_a_model_that_no_picture_comes_of_makes_room_for_the_next(copied, monkeypatch):
    """The weights load, but drawing fails: the tab shows the next model, and its controls say so."""
    studio = Studio(Zoo(copied(CODES, SPARE[CODES])))
    events = laid_out(lambda studio: tab_of("codes").build(studio, True), studio)
    network = studio.zoo.load(CODES)
    monkeypatch.setattr(network, "encode", lambda images: 1 / 0)
    found = events.opened()
    assert found[events.ui.state]["model"] == SPARE[CODES] and CODES in studio.zoo.refused
    assert found[events.ui.controls["model"]]["value"] == SPARE[CODES]
    assert "no picture can be drawn with it" in events.missed[0]
