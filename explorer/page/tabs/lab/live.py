"""The GAN that a visitor trains in the browser: its settings, what breaks it and what mends it.

The widget (widgets/live_gan.js) builds its controls from `SETTINGS`, and a link carries their values as one string, "loss=hinge&seed=3".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from explorer import digits
from explorer.folder import LAB
from explorer.models.base import WEIGHTS
from explorer.page.shared import links
from explorer.page.shared.checks import FieldError, choice, number, whole
from explorer.page.shared.studio import LARGEST_SEED, Studio

SIDES = (16, 28)  # pixels of a side of its pictures
HELD_OUT = 500  # digits of the sheet that it does not learn from
KNOWN = 1000  # digits of the sheet with which generated ones are compared
LIBRARIES = ("tf.js", "tf-wasm.js", "simd.wasm", "plain.wasm")
SHEET = "digits.png"


@dataclass(frozen=True)
class Setting:
    """One setting of the live GAN.

    Attributes:
        key: in links and messages.
        label, info: of its control.
        kind: "choice", "rate" (a logarithmic slider), "number" (a slider) or "whole" (a whole number).
        default: the value to begin with.
        options: of a choice, pairs of text and value.
        low, high: of all others.
        restarts: whether a new value needs a new GAN.
    """

    key: str
    label: str
    kind: str
    default: Any
    options: tuple[tuple[str, Any], ...] = ()
    low: float = 0
    high: float = 0
    info: str = ""
    restarts: bool = False

    def check(self, value: Any) -> Any:
        """Validate a value from a link: a string, or the value itself."""
        name = self.label.lower()
        if self.kind == "choice":
            texts = {str(option): option for _, option in self.options}
            return texts[choice(name, str(value), list(texts))]
        if isinstance(value, str):
            try:
                value = float(value)
            except ValueError:
                raise FieldError(name, value, f"a number from {self.low:g} to {self.high:g}") from None
        if self.kind == "whole":
            return whole(name, value, int(self.low), int(self.high))
        return number(name, value, self.low, self.high)


LOSSES = (
    ("minimax", "minimax"),
    ("non-saturating", "non-saturating"),
    ("hinge", "hinge"),
    ("Wasserstein (D is a critic)", "wasserstein"),
)
SETTINGS = (
    Setting("loss", "Loss", "choice", "non-saturating", LOSSES),
    Setting(
        "regularise", "What holds D back", "choice", "r1",
        (("nothing", "none"), ("R1 (small slope at real digits)", "r1"), ("gradient penalty (slope 1)", "penalty"),
         ("weights clipped at ±0.1", "clip")),
    ),
    Setting("rate_generator", "G's learning rate", "rate", 1e-3, low=1e-5, high=1e-1),
    Setting("rate_discriminator", "D's learning rate", "rate", 1e-3, low=1e-5, high=1e-1),
    Setting("discriminator_steps", "Steps of D for each step of G", "whole", 1, low=0, high=5, info="0: D is frozen"),
    Setting("noise", "Noise on D's pictures", "number", 0.0, low=0, high=1),
    Setting(
        "norm", "Batch norm", "choice", "none",
        (("none", "none"), ("in G", "generator"), ("in D", "discriminator"), ("in both", "both")),
    ),
    Setting("latent", "Numbers in a latent", "whole", 32, low=1, high=64, info="restarts", restarts=True),
    Setting(
        "side", "Pixels of a digit", "choice", 16, (("16 × 16", 16), ("28 × 28 (graphics card)", 28)), restarts=True
    ),
    Setting("seed", "Seed", "whole", 0, low=0, high=LARGEST_SEED, restarts=True),
)  # fmt: skip
BY_KEY = {setting.key: setting for setting in SETTINGS}
DEFAULTS = {setting.key: setting.default for setting in SETTINGS}


@dataclass(frozen=True)
class Preset:
    """A button that breaks the GAN.

    Attributes:
        label: on the button.
        start: "healthy" (the trained GAN that ships) or "zero".
        settings: those that differ from `DEFAULTS`.
        question: shown at once.
        answer: shown when the visitor asks for it.
    """

    label: str
    start: str
    settings: dict[str, Any] = field(default_factory=dict)
    question: str = ""
    answer: str = ""


PRESETS = (
    Preset(
        "Freeze D",
        "healthy",
        {"discriminator_steps": 0},
        "A trained GAN, whose discriminator stops learning. G goes on. Do the digits become better, with nobody against them?",
        "G finds the few pictures that this one D takes for real, and draws only those. D says “real” of everything, the mean distance "
        "between two pictures falls, and within 150 steps one or two kinds of digit are left. D does not know that it should ask for "
        "variety: it sees one picture at a time.",
    ),
    Preset(
        "Let G run ahead",
        "healthy",
        {"rate_generator": 2e-2, "rate_discriminator": 1e-4, "regularise": "none"},
        "G learns two hundred times as fast as D. What becomes of ten kinds of digit?",
        "Within forty steps nearly all pictures are alike: G runs to wherever D is weakest at the moment, and D learns too slowly to call "
        "it back. The kind of digit may change later, but there is only one at a time.",
    ),
    Preset(
        "Make D certain",
        "zero",
        {"loss": "minimax", "regularise": "none", "discriminator_steps": 5, "rate_discriminator": 3e-3},
        "From zero, with the minimax loss: D takes five steps for each of G's, and nothing holds it back. Who learns?",
        "D is soon right about every picture, and then log(1 − D(G(z))) is flat: watch G's gradient on its logarithmic scale. Change the "
        "loss to non-saturating while it runs: the same D now sends a gradient, and G moves.",
    ),
)
MENDED = (
    "The settings that worked are back: D learns again, as fast as G, and R1 keeps its slope small. Within 300 steps most kinds of digit "
    "return. Nothing in the loss asks for ten kinds; a D that keeps learning does."
)


def read(text: str) -> dict[str, Any]:
    """The settings in a link's string, with the defaults of those that it lacks.

    Raises:
        FieldError: if a setting is unknown, or its value is not allowed.
    """
    settings = dict(DEFAULTS)
    for key, value in parse_qsl(text, keep_blank_values=True):
        if key not in BY_KEY:
            raise FieldError("live settings", key, "one of " + ", ".join(BY_KEY))
        settings[key] = BY_KEY[key].check(value)
    return settings


def clean(name: str, value: Any) -> str:
    """Validate the string of a link; "" stays "": no settings."""
    if not isinstance(value, str):
        raise FieldError(name, value, 'a text such as "loss=hinge&seed=3"')
    return urlencode(read(value)) if value else ""


def value(studio: Studio, slug: str, text: str, address: Callable[[str, str], str], libraries: dict[str, Any]) -> dict[str, Any]:
    """The value of the widget.

    Args:
        slug: of the tab.
        text: the settings of a link; "" for none.
        address: from the tab and the name of a file (`files`) to its URL, relative to the root path.
        libraries: by name, the URLs and the hash of each.
    """
    _, labels = digits.read("train")
    return {
        "settings": [asdict(setting) for setting in SETTINGS],
        "presets": [asdict(preset) for preset in PRESETS],
        "mended": MENDED,
        "begins": read(text),
        "linked": bool(text),
        "query": links.pack(slug, {"live": ""}),
        "libraries": libraries,
        "megabytes": 3,
        "sheet": address(slug, SHEET),
        "healthy": {str(side): address(slug, state_name(side)) for side in SIDES if state_name(side) in files(studio)},
        "labels": "".join(map(str, labels[:KNOWN].tolist())),
        "held_out": HELD_OUT,
    }  # fmt: skip


def state_name(side: int) -> str:
    """The name of the file with a trained GAN."""
    return f"lab-live-{side}.safetensors"


def files(studio: Studio) -> dict[str, Any]:
    """The files that the widget fetches: the sheet of real digits, and the trained GANs."""
    trained = {state_name(side): studio.zoo.root / LAB / f"lab-live-{side}" / WEIGHTS for side in SIDES}
    return {SHEET: digits.path_of("train"), **{name: path for name, path in trained.items() if path.is_file()}}
