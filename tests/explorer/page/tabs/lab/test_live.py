"""The settings of the GAN in the browser: what a link carries, and what the widget gets."""

from __future__ import annotations

import pytest

from explorer import digits
from explorer.page.shared.checks import FieldError
from explorer.page.shared.studio import Studio
from explorer.page.tabs.lab import live
from explorer.zoo import CHECKPOINTS, Zoo


def test_a_link_without_settings_has_the_defaults():
    assert live.read("") == live.DEFAULTS and live.clean("live", "") == ""


def test_settings_survive_a_link():
    text = live.clean("live", "loss=hinge&seed=7&rate_generator=0.02&side=28")
    assert live.read(text) == live.DEFAULTS | {"loss": "hinge", "seed": 7, "rate_generator": 0.02, "side": 28}
    assert live.clean("live", text) == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("loss=best", "loss"), ("speed=3", "live settings"), ("seed=-1", "seed"), ("seed=x", "seed"),
        ("noise=nan", "noise on d's pictures"),
        ("rate_generator=5", "g's learning rate"), ("latent=1.5", "numbers in a latent"), ("side=32", "pixels of a digit"),
    ],
)  # fmt: skip
def test_wrong_settings_are_named(text, name):
    with pytest.raises(FieldError, match=f"^{name}: "):
        live.clean("live", text)


def test_only_a_text_is_a_link():
    with pytest.raises(FieldError, match="live: "):
        live.clean("live", {"loss": "hinge"})


def test_every_preset_sets_known_settings_to_allowed_values():
    for preset in live.PRESETS:
        assert preset.settings == {key: live.BY_KEY[key].check(value) for key, value in preset.settings.items()}
        assert preset.question and preset.answer and preset.start in ("healthy", "zero")


def test_the_widget_knows_the_kinds_of_the_digits_that_it_compares_with():
    value = live.value(Studio(Zoo(CHECKPOINTS)), "lab", "", lambda slug, name: f"files/{slug}/{name}", {})
    _, labels = digits.read("train")
    assert [int(label) for label in value["labels"]] == labels[: live.KNOWN].tolist()
    assert value["begins"] == live.DEFAULTS and not value["linked"]
    assert value["sheet"] == "files/lab/digits.png" and set(value["healthy"]) == {"16", "28"}


def test_the_files_are_there():
    files = live.files(Studio(Zoo(CHECKPOINTS)))
    assert len(files) == 3 and all(path.is_file() for path in files.values())
