"""One definition of a setting is what the tab opens with, what is checked, what a link and a file carry, and what the endpoints take."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Callable
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from gradio.processing_utils import save_bytes_to_cache
from gradio.utils import get_upload_folder
from PIL import Image
from tiny import tiny_dcgan, tiny_ddpm, tiny_stackgan, tiny_text, tiny_vqvae

from explorer import images
from explorer.page.shared.checks import FieldError, choice
from explorer.page.shared.fields import Choice, Fields, Model, Number, Seed, Text, Whole
from explorer.page.shared.settings import PRIOR, REVERSE, endpoint_settings
from explorer.page.shared.studio import LARGEST_SEED, Studio
from explorer.page.tabs import TABS, birds, codes, diffusion, latent, sample
from explorer.zoo import Zoo

BIRD, GAN, CODER, DENOISER = "stackgan-birds", "tiny-dcgan", "tiny-vqvae", "tiny-ddpm"
SESSIONS = {
    "birds": birds.session,
    "sample": sample.session,
    "latent": latent.session,
    "codes": codes.session,
    "diffusion": diffusion.session,
}


def settle(studio: Studio, state: dict) -> dict:
    choice("mode", state["mode"], ("one", "two"))
    return state | {"count": 1} if state["mode"] == "one" else state


FIELDS = Fields(
    settle=settle,
    model=Model(slug="toy", names=lambda studio: studio.catalogue.shown),
    mode=Choice(label="The mode", error_name="mode", default="two", options=(("One", "one"), ("Two", "two"), ("Three", "three"))),
    seed=Seed(label="First seed", default=lambda studio, model: len(model)),
    count=Whole(label="How many", default=12, low=1, high=20),
    share=Number(label="Its share", default=0.5, low=0.0, high=1.0, step=0.1),
    words=Text(label="Words", clean=lambda name, value: str(value).strip()),
)


@pytest.fixture(scope="module")
def studio(tmp_path_factory) -> Studio:
    root = tmp_path_factory.mktemp("zoo")
    models = {
        BIRD: tiny_stackgan(sizes=(64,)), "tiny-text": tiny_text(), GAN: tiny_dcgan(), CODER: tiny_vqvae(), DENOISER: tiny_ddpm(),
    }  # fmt: skip
    for name, model in models.items():
        model.save_pretrained(root / name)
    return Studio(Zoo(root))


@pytest.fixture(scope="module")
def endpoints(studio) -> dict[str, Callable]:
    return {function.__name__: function for tab in TABS for function in tab.endpoints(studio)}


# --- What a set of fields does ----------------------------------------------------------------------------------------------------------


def test_the_opening_state_is_the_defaults_of_the_model(studio):
    first = studio.catalogue.shown[0]
    opening = {"mode": "two", "count": 12, "share": 0.5, "words": ""}
    assert FIELDS.opening(studio) == opening | {"model": first, "seed": len(first)}
    assert FIELDS.opening(studio, CODER) == opening | {"model": CODER, "seed": len(CODER)}


def test_keys_that_are_missing_are_the_openings_of_the_model_that_is_asked_for(studio):
    assert FIELDS.check(studio, {}) == FIELDS.opening(studio)
    assert FIELDS.check(studio, {"model": CODER, "count": 3.0, "other": 1}) == FIELDS.opening(studio, CODER) | {"count": 3}


@pytest.mark.parametrize(
    ("value", "message", "by_key"),
    [
        ({"model": "x"}, "model: got 'x'", "model: got 'x'"),
        ({"mode": "four"}, "mode: got 'four', allowed is one of one, two, three", "mode: got 'four'"),
        ({"seed": LARGEST_SEED + 1}, "seed: got 4294967296", "seed: got 4294967296"),
        ({"count": 0}, "how many: got 0, allowed is a whole number from 1 to 20", "count: got 0"),
        ({"count": True}, "how many: got True", "count: got True"),
        ({"share": 1.01}, "its share: got 1.01, allowed is a number from 0 to 1", "share: got 1.01"),
        ({"share": float("nan")}, "its share: got nan", "share: got nan"),
    ],
)
def test_a_message_calls_a_field_by_its_label_on_the_page_and_by_its_key_at_an_endpoint(studio, value, message, by_key):
    for names, expected in ((False, message), (True, by_key)):
        with pytest.raises(FieldError) as caught:
            FIELDS.check(studio, value, by_key=names)
        assert str(caught.value).startswith(expected)


def test_values_that_depend_on_others_are_settled_last(studio):
    assert FIELDS.check(studio, {"mode": "one", "count": 7})["count"] == 1
    assert FIELDS.check(studio, {"mode": "two", "count": 7})["count"] == 7
    with pytest.raises(FieldError, match=r"^mode: got 'three', allowed is one of one, two"):
        FIELDS.check(studio, {"mode": "three"})


def test_the_keywords_are_python_and_the_file_is_json_of_the_same_values(studio):
    state = FIELDS.check(studio, {"words": " it's “so” ", "share": 0.25})
    call = ast.parse(f"f(\n{FIELDS.keywords(state)})", mode="eval").body
    assert {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords} == state
    assert json.loads(FIELDS.file(state | {"more": 1}, revision="abc")) == {"revision": "abc", **state}


def test_an_endpoints_settings_are_checked_by_fields_and_default_to_theirs(studio):
    assert endpoint_settings(studio, CODER, None, PRIOR) == {"temperature": 1.0, "top": None}
    assert endpoint_settings(studio, DENOISER, {"steps": 3}, REVERSE) == {"sampler": "dpm-solver++", "steps": 3, "guidance": 1.5}
    for value in ({"top": 17}, {"top": -1}, {"temperature": None}, {"steps": 1}, [1]):
        with pytest.raises(FieldError):
            endpoint_settings(studio, CODER, value, PRIOR)


@pytest.mark.parametrize("slug", SESSIONS)
def test_what_a_tab_opens_with_passes_its_own_check_and_the_fields_are_the_states_keys(studio, slug):
    fields = SESSIONS[slug].FIELDS
    opening = fields.opening(studio)
    assert fields.check(studio, opening) == opening == fields.check(studio, {}) and list(opening) == list(fields)


# --- What the endpoints take ----------------------------------------------------------------------------------------------------------

# An endpoint, its parameter, the field that checks it, and the model that is asked. `settings` and `start` of /denoise are held below.
HELD = [
    ("sample", "seed", sample.session.FIELDS["seed"], GAN),
    ("sample", "count", sample.session.FIELDS["count"], GAN),
    ("interpolate", "frames", latent.session.FIELDS["frames"], GAN),
    ("interpolate", "path", latent.session.FIELDS["path"], GAN),
    ("sweep", "kind", latent.session.FIELDS["kind"], GAN),
    ("sweep", "frames", latent.session.FIELDS["frames"], GAN),
    ("denoise", "seed", diffusion.session.FIELDS["seed"], DENOISER),
]
REQUIRED = {"sample": {}, "interpolate": {"start": 1, "end": 2}, "sweep": {"start": 1, "index": 1}, "denoise": {"settings": {"steps": 1}}}


def bounds(field: Any) -> tuple[list[Any], list[Any]]:
    """Values that a field just takes, and values just beyond."""
    if isinstance(field, Choice):
        return [word for _, word in field.options], ["another"]
    one = 1 if isinstance(field, Whole) else 1e-3
    return [field.low, field.high], [field.low - one, field.high + one]


def test_every_parameter_of_text_to_bird_is_a_field_with_its_default_and_bounds(studio, endpoints):
    function, fields = endpoints["text_to_bird"], birds.session.FIELDS
    parameters = inspect.signature(function).parameters
    assert set(parameters) == set(fields)
    opening = fields.opening(studio)
    own = {"count": 1}  # an endpoint draws one picture unless more are asked for, the page a dozen
    defaults = {key: each.default for key, each in parameters.items() if each.default is not inspect.Parameter.empty}
    assert defaults == {key: opening[key] for key in defaults} | own
    for key in ("seed", "count", "augmentation"):
        inside, outside = bounds(fields[key])
        for value in inside:
            if (key, value) != ("count", fields["count"].high):  # 32 pictures take long, and differ in nothing but number
                function(sentence="a red bird", **{key: value})
            fields.check(studio, {"count": 1, key: value})
        for value in outside:
            with pytest.raises(Exception, match=f"{key}: got"):
                function(sentence="a red bird", **{key: value})


@pytest.mark.parametrize(("name", "key", "field", "model"), HELD, ids=[f"{name}-{key}" for name, key, *_ in HELD])
def test_a_parameter_that_a_field_checks_has_its_bounds(endpoints, name, key, field, model):
    inside, outside = bounds(field)
    for value in inside:
        endpoints[name](model=model, **REQUIRED[name] | {key: value})
    for value in outside:
        with pytest.raises(Exception, match=f"{key}: got"):
            endpoints[name](model=model, **REQUIRED[name] | {key: value})


def test_the_directions_and_the_timesteps_that_an_endpoint_takes_end_with_the_models(studio, endpoints):
    sweep, denoise = endpoints["sweep"], endpoints["denoise"]
    content = images.png(Image.new("RGB", (40, 40), "teal"))
    photo = {"path": save_bytes_to_cache(content, "a.png", get_upload_folder()), "meta": {"_type": "gradio.FileData"}}
    for value in (1, studio.model(GAN).latent_size):
        sweep(model=GAN, start=1, kind="direction", index=value, frames=2)
    for value in (1, studio.denoiser(DENOISER).timesteps):
        denoise(model=DENOISER, settings={"steps": 1}, image=photo, start=value)
    for value in (0, studio.model(GAN).latent_size + 1):
        with pytest.raises(Exception, match="index: got"):
            sweep(model=GAN, start=1, kind="direction", index=value)
    for value in (0, studio.denoiser(DENOISER).timesteps + 1):
        with pytest.raises(Exception, match="start: got"):
            denoise(model=DENOISER, settings={"steps": 1}, image=photo, start=value)


def test_a_parameter_of_a_few_words_lists_those_of_its_field_and_defaults_to_its_opening(endpoints):
    for name, key, field, _ in HELD:
        if isinstance(field, Choice):
            hint = get_type_hints(inspect.unwrap(endpoints[name]))[key]
            assert get_origin(hint) is not None and set(get_args(hint)) == {word for _, word in field.options}
            assert inspect.signature(endpoints[name]).parameters[key].default == field.default


SETTINGS = [("sample", CODER, PRIOR), ("sample", DENOISER, REVERSE), ("denoise", DENOISER, REVERSE)]


@pytest.mark.parametrize(("name", "model", "fields"), SETTINGS, ids=["sample-coder", "sample-denoiser", "denoise"])
def test_an_endpoints_settings_have_the_bounds_of_the_tabs_fields(endpoints, name, model, fields):
    highest = {"top": 16}  # codes that the tiny model has
    quick = {"steps": 1} if fields is REVERSE else {}
    for key, field in fields.items():
        inside, outside = bounds(field)
        if key in highest:
            inside, outside = [1, highest[key]], [-1, highest[key] + 1]
        for value in inside[:1] if key == "steps" else inside:
            endpoints[name](model=model, settings=quick | {key: value})
        for value in outside:
            with pytest.raises(Exception, match=f"{key}: got"):
                endpoints[name](model=model, settings=quick | {key: value})


def test_the_tabs_models_are_the_endpoints(endpoints):
    picture = {"path": "/nowhere", "meta": {}}
    calls = {
        "decode": {"codes": [[0] * 7] * 7}, "encode": {"image": picture}, "noise": {"image": picture, "t": 1}, "denoise": {},
        "fit": {"image": picture}, "interpolate": {"start": 0, "end": 1}, "sweep": {"start": 0}, "sample": {},
        "text_to_bird": {"sentence": "a bird"},
    }  # fmt: skip
    for name, values in calls.items():
        with pytest.raises(Exception, match="model: got 'tiny-text'"):
            endpoints[name](model="tiny-text", **values)


# --- The code to copy -----------------------------------------------------------------------------------------------------------------


def states(studio: Studio) -> list[tuple[str, str]]:
    """Code to copy over the network, each with the slug of its tab."""
    made = [("birds", birds.snippets.client(birds.session.FIELDS.opening(studio)))]
    for model in (GAN, CODER, DENOISER):
        for vary in ("seed", "class"):
            state = sample.session.FIELDS.check(studio, {"model": model, "vary": vary})
            made.append(("sample", sample.snippets.client(studio, state)))
    opening = latent.session.opening(studio)
    fitted = {"latent": [0.0] * 8, "settings": {
        "optimizer": "adam", "steps": 5, "restarts": 2, "learning_rate": 0.1, "perceptual": 0.5, "seed": 0, "space": "extended"
    }, "masked": True}  # fmt: skip
    changes = [{}, {"mode": "morph"}, {"mode": "sweep"}, {"mode": "sweep", "kind": "direction"}, {"a": fitted}]
    made += [("latent", latent.snippets.client(opening | change)) for change in changes]
    made.append(("codes", codes.snippets.client(studio, codes.session.opening(studio) | {"codes": [0] * 49})))
    opening = diffusion.session.opening(studio)
    changes = [{}, {"mode": "forward"}, {"mode": "edit"}, {"mode": "edit", "erased": [1] * 784}]
    return [*made, *(("diffusion", diffusion.snippets.client(studio, opening | change)) for change in changes)]


def test_the_code_to_copy_names_parameters_that_its_endpoint_has(studio, endpoints):
    called = set()
    for slug, code in states(studio):
        (call,) = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "predict"]
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        name = ast.literal_eval(keywords.pop("api_name")).removeprefix("/")
        signature = inspect.signature(endpoints[name])
        assert not call.args and set(keywords) <= set(signature.parameters), (slug, code)
        signature.bind(**keywords)  # nothing that is required is missing
        called.add((slug, name))
    assert called == {
        ("birds", "text_to_bird"), ("sample", "sample"), ("latent", "sample"), ("latent", "interpolate"), ("latent", "sweep"),
        ("latent", "fit"), ("codes", "decode"), ("diffusion", "denoise"), ("diffusion", "noise"),
    }  # fmt: skip
