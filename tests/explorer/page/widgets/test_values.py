"""What the tabs give to the widgets is what the widgets' value types say: every key is known, none that is needed is missing."""

from __future__ import annotations

import json
import types
from collections.abc import Iterator
from typing import Any, Literal, NotRequired, TypedDict, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest
import torch
import tradeoffs
from tiny import (
    tiny_acgan,
    tiny_bird_judge,
    tiny_cgan,
    tiny_dcgan,
    tiny_ddpm,
    tiny_judge,
    tiny_scene_judge,
    tiny_stackgan,
    tiny_text,
    tiny_vqvae,
)  # fmt: skip

from explorer.page import TABS, page
from explorer.page.shared import inputs
from explorer.page.shared.conditions import ANY
from explorer.page.shared.studio import Studio
from explorer.page.shared.training import timeline
from explorer.page.tabs.birds import session as birds
from explorer.page.tabs.birds.views import BirdViews
from explorer.page.tabs.codes import session as codes
from explorer.page.tabs.codes.filling import fill
from explorer.page.tabs.codes.views import CodeViews
from explorer.page.tabs.diffusion import session as diffusion
from explorer.page.tabs.diffusion.charts import look
from explorer.page.tabs.diffusion.views import DiffusionViews
from explorer.page.tabs.latent import session as latent
from explorer.page.tabs.latent.views import Views
from explorer.page.tabs.sample import rounds
from explorer.page.tabs.sample import session as sample
from explorer.page.tabs.sample.options import object_picker as several_objects
from explorer.page.tabs.sample.views import SampleViews
from explorer.page.tabs.trilemma import session as trilemma
from explorer.page.tabs.trilemma.race import race
from explorer.page.tabs.trilemma.views import TrilemmaViews
from explorer.page.widgets import (
    chances,
    chart,
    code_map,
    codebook_grid,
    coordinates,
    eraser,
    examples,
    filmstrip,
    game,
    histogram,
    object_picker,
    picture_grid,
    reverse_step,
    scatter,
    slots,
    stage,
    triangles,
)  # fmt: skip
from explorer.page.widgets.base import Widget
from explorer.zoo import Zoo

MODELS = {
    "tiny-dcgan": tiny_dcgan, "tiny-acgan": tiny_acgan, "cgan-iclevr": tiny_cgan, "judge-iclevr": tiny_scene_judge,
    "tiny-mnist-mse": tiny_vqvae, "ddpm-mnist": tiny_ddpm, "judge-mnist": tiny_judge, "tiny-text": tiny_text,
    "stackgan-birds": lambda: tiny_stackgan(sizes=(64,)), "judge-birds": tiny_bird_judge,
}  # fmt: skip
WIDGETS = {
    "chances": chances.Chances, "coordinates": coordinates.Coordinates, "curve": chart.Chart, "curves": chart.Chart,
    "grid": picture_grid.PictureGrid, "histogram": histogram.Histogram, "map": code_map.CodeMap, "moment": stage.Stage,
    "stage": stage.Stage, "strip": filmstrip.Filmstrip,
}  # fmt: skip


def wrong(value: Any, kind: Any, where: str) -> Iterator[str]:
    """What of a value its type does not say."""
    origin, of = get_origin(kind), get_args(kind)
    if origin is NotRequired:
        yield from wrong(value, of[0], where)
    elif is_typeddict(kind):
        if not isinstance(value, dict):
            yield f"{where}: {value!r:.60} is no {kind.__name__}"
            return
        hints = get_type_hints(kind, include_extras=True)
        yield from (f"{where}.{key} is unknown" for key in value if key not in hints)
        for key, hint in hints.items():
            if key in value:
                yield from wrong(value[key], hint, f"{where}.{key}")
            elif get_origin(hint) is not NotRequired and kind.__total__:
                yield f"{where}.{key} is missing"
    elif origin in (Union, types.UnionType):
        if all([*wrong(value, one, where)] for one in of):
            yield f"{where}: {value!r:.60} is none of {of}"
    elif origin is list:
        if not isinstance(value, list):
            yield f"{where}: {value!r:.60} is no list"
            return
        for i, one in enumerate(value):
            yield from wrong(one, of[0], f"{where}[{i}]")
    elif origin is Literal:
        if value not in of:
            yield f"{where}: {value!r} is none of {of}"
    elif kind is float:
        if type(value) not in (int, float):
            yield f"{where}: {value!r:.60} is no number"
    elif type(value) is not (kind or types.NoneType):
        yield f"{where}: {value!r:.60} is no {kind}"


class Inner(TypedDict):
    n: int


class Outer(TypedDict):
    a: list[Inner] | None
    b: NotRequired[Literal["x", "y"]]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"a": None}, []),
        ({"a": [{"n": 1}], "b": "y"}, []),
        ({}, ["v.a is missing"]),
        ({"a": None, "c": 1}, ["v.c is unknown"]),
        ({"a": None, "b": "z"}, ["v.b: 'z' is none of ('x', 'y')"]),
    ],
)
def test_the_check_finds_what_is_wrong(value, found):
    assert list(wrong(value, Outer, "v")) == found


def test_the_check_looks_into_lists():
    assert [*wrong({"a": [{"n": "1"}]}, Outer, "v")] and [*wrong({"a": [{"m": 1}]}, Outer, "v")]


def hold(view: dict[str, Any]) -> None:
    """Every part of a view is as its widget says."""
    parts = {name: view[name] for name in WIDGETS if view.get(name) is not None}
    assert parts
    plain = json.loads(json.dumps(parts))
    assert [line for name, value in plain.items() for line in wrong(value, WIDGETS[name].VALUE, name)] == []


@pytest.fixture(scope="module")
def zoo(tmp_path_factory) -> Zoo:
    root = tmp_path_factory.mktemp("zoo")
    for name, build in MODELS.items():
        build().save_pretrained(root / name)
    return Zoo(root)


@pytest.fixture(scope="module")
def studio(zoo) -> Studio:
    return Studio(zoo)


def test_every_widget_describes_its_value():
    described = {widget.__name__ for widget in Widget.__subclasses__() if is_typeddict(widget.VALUE)}
    assert described == {widget.__name__ for widget in Widget.__subclasses__()} - {"Arrival", "Sketch"}


def test_the_page_opens_with_values_as_described(zoo):
    shown = [block for block in page(TABS, zoo).blocks.values() if isinstance(block, Widget)]
    assert {type(block).__name__ for block in shown} >= {"Stage", "Filmstrip", "Slots", "CodeMap", "PictureGrid", "Takeaway", "ReverseStep"}
    values = [(block, json.loads(block.value)) for block in shown]
    assert [line for block, value in values if value is not None for line in wrong(value, block.VALUE, type(block).__name__)] == []


@pytest.mark.parametrize(
    "change",
    [
        {"mode": "draw"},
        {"mode": "morph", "frames": 3},
        {"mode": "sweep", "frames": 3, "places": [2]},
        {"mode": "sweep", "frames": 3, "places": [2, 3]},
        {"mode": "sweep", "frames": 3, "kind": "direction"},
    ],
)
def test_a_way_through_the_latent_space(studio, change):
    views, state = Views(studio), latent.opening(studio) | change
    hold(getattr(views, change["mode"])(state)[1])
    assert [*wrong(views.slots(state), slots.Slots.VALUE, "slots")] == []


def test_a_fit_while_it_runs_and_at_rest(studio):
    views, state = Views(studio), latent.opening(studio)
    state |= {"target": inputs.example(studio, state["model"], 0), "share": 1.0}
    options = {"optimizer": "adam", "steps": 5, "restarts": 2, "learning_rate": None, "perceptual": 0.0, "seed": 0, "space": "latent"}
    seen = list(views.fit(state, options))
    for _, view in seen:
        hold(view)
    hold(views.fitted(*seen[-1]))


def test_the_examples_and_the_eraser(studio):
    values = [inputs.own_examples(studio, "tiny-dcgan"), *(inputs.pickable(studio.zoo.load(n), 1) for n in ("ddpm-mnist", "tiny-dcgan"))]
    assert [line for value in values for line in wrong(value, examples.Examples.VALUE, "examples")] == []
    erasable = DiffusionViews(studio).erasable(diffusion.opening(studio))
    assert [*wrong(erasable, eraser.Eraser.VALUE, "eraser")] == []


@pytest.mark.parametrize(
    "change",
    [
        {"mode": "forward"},
        {"mode": "reverse", "steps": 2},
        {"mode": "reverse", "steps": 2, "count": 5},
        {"mode": "reverse", "steps": 2, "compare": "guidance", "other_guidance": 0.0},
        {"mode": "edit", "steps": 2, "start": 500},
    ],
)
def test_a_diffusion_run(studio, change):
    for view in DiffusionViews(studio).show(diffusion.opening(studio) | change):
        hold(view)


def test_one_reverse_step(studio):
    value = look(studio.denoiser("ddpm-mnist"), {"t": 500, "step": 20, "x": 0.1})
    assert [*wrong(value, reverse_step.ReverseStep.VALUE, "step")] == []


def test_codes_that_are_changed_filled_and_mixed(studio):
    views, network = CodeViews(studio), studio.coder(studio.catalogue.coders[0])
    state = views.encoded(codes.opening(studio), inputs.picked(network, 3))
    hold(views.show(state)[1])
    hold(views.swap(state, 5, (state["codes"][5] + 1) % network.codebook_size)[1])
    erased = state | {"mode": "fill", "codes": [-1, -1, *state["codes"][2:]]}
    hold(views.show(erased)[1])
    for _, view in fill(views, erased):
        hold(view)
    mixed, view = views.paint(state | {"mode": "mix", "second": inputs.picked(network, 8)}, [0, 1])
    hold(view)
    assert mixed["painted"] == [0, 1]
    book = views.encodings.codebook(network_name := studio.catalogue.coders[0]).value()
    assert [*wrong(book, codebook_grid.CodebookGrid.VALUE, network_name)] == []


@pytest.mark.parametrize("model", ["tiny-dcgan", "tiny-acgan", "cgan-iclevr", "tiny-mnist-mse", "ddpm-mnist"])
def test_samples_of_every_kind_of_model(studio, model):
    views, state = SampleViews(studio), sample.FIELDS.opening(studio)
    classes = studio.classes(model)
    state = sample.FIELDS.check(studio, {"model": model, "count": 2, "label": classes[0] if classes else ANY})
    for view in views.request(state):
        hold(view)
    objects = several_objects(studio, state)
    assert objects is None or [*wrong(objects, object_picker.ObjectPicker.VALUE, "objects")] == []


def test_how_a_model_learned(studio):
    checkpoint = studio.catalogue.checkpoint("tiny-dcgan")
    (checkpoint.folder / "timeline").mkdir(exist_ok=True)
    (checkpoint.folder / "timeline" / "100.webp").write_bytes(b"a sheet")
    rows = [{"images": images, "generator_loss": 1.0, "kid": 0.1} for images in (0, 50, 100)]
    (checkpoint.folder / "history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    hold(timeline(Studio(Zoo(checkpoint.folder.parent)), "tiny-dcgan", "the same seeds"))


def test_a_round_before_and_after_the_choice(studio):
    views, state = SampleViews(studio), rounds.opening("tiny-dcgan")
    pictures = [torch.zeros(3, 64, 64), torch.ones(3, 64, 64)]
    dealt = state | {"round": {"seed": 1, "label": "any", "pictures": pictures, "real": 0}}
    for now in (dealt, rounds.guess(dealt, 1)):
        assert [*wrong(rounds.view(views, now), game.Game.VALUE, "game")] == []


def test_a_race_and_its_plots(tmp_path):
    tradeoffs.save(tmp_path, ["gan-mnist", "vae-mnist"])
    views, state = TrilemmaViews(Studio(Zoo(tmp_path))), trilemma.opening(Studio(Zoo(tmp_path)))
    for lanes in race(views.studio, state):
        assert [*wrong(views.stage(lanes), stage.Stage.VALUE, "stage")] == []
    assert [*wrong(views.scatter(state, {}), scatter.Scatter.VALUE, "scatter")] == []
    assert [*wrong(views.triangles({}), triangles.Triangles.VALUE, "triangles")] == []
    assert [*wrong(views.picked(state, {}), stage.Stage.VALUE, "picked")] == []


@pytest.mark.parametrize("other", ["", "a blue bird"])
def test_birds(studio, other):
    for view in BirdViews(studio).request(birds.FIELDS.opening(studio) | {"count": 2, "other": other}):
        hold(view)
