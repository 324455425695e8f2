"""What the Few labels tab shows of a state, as values of widgets."""

from __future__ import annotations

import base64
import statistics
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import safetensors.torch
import torch
from torch import Tensor, nn

from explorer import digits, few_labels, latent
from explorer.models import VAEGAN, Generates, Recognises
from explorer.models.few_labels import COUNTS, DIGITS, DigitClassifier
from explorer.page.shared.fields import State
from explorer.page.shared.inputs import as_seen, picked, picture
from explorer.page.shared.links import pack
from explorer.page.shared.onward import as_codes
from explorer.page.shared.studio import Studio
from explorer.page.shared.uris import sheet_uri, uri

from . import lessons, session

METHODS = {  # names of checkpoints and what the page calls their methods, in the order of the rows
    "cnn-mnist": ("CNN", "the labels alone"),
    "sgan-mnist": ("SGAN", "a GAN's discriminator"),
    "vaegan-mnist": ("VAE-GAN", "a VAE-GAN's discriminator"),
    "fixmatch-mnist": ("FixMatch", "confident guesses"),
}
REPORT = {  # the accuracies of report 001, by number of labels
    "CNN": (0.6161, 0.7098, 0.7874, 0.9192),
    "SGAN": (0.6578, 0.7722, 0.8378, 0.9401),
    "VAE-GAN": (0.6713, 0.792, 0.8435, 0.945),
}
LOSSES = {  # of a history, and what the charts call them
    "classifier": "classifier, on labelled digits",
    "real": "discriminator, on real digits",
    "generated": "discriminator, on generated digits",
    "generator": "generator",
    "prior": "prior",
    "pixel": "pixels",
    "guessed": "on guessed labels",
}
ITERATIONS = {"label": "steps"}
OWN = {"cnn": "your CNN", "sgan": "your SGAN"}
SEED = 0  # of the generators' digits
GRID, ENCODED = 21, 500  # decoded digits on a side of the plane; test digits on it
GLYPH = 28


class FewViews:
    """Computes what the tab shows."""

    def __init__(self, studio: Studio):
        self.studio = studio

    @property
    def names(self) -> list[str]:
        """The checkpoints with classifiers, in the order of the rows."""
        known = self.studio.catalogue.recognisers
        return [*(name for name in METHODS if name in known), *(name for name in known if name not in METHODS)]

    def title(self, name: str) -> str:
        """What the page calls a method."""
        return METHODS.get(name, (name, ""))[0]

    def digit(self, state: State) -> Tensor:
        """The digit that is read, (1, 28, 28) in [-1, 1]."""
        network = self.studio.recogniser(self.names[0])
        return as_seen(network, picture(state["source"] or picked(network, state["digit"])))

    @torch.inference_mode()
    def verdicts(self, state: State) -> dict[str, Any]:
        """The value of the verdicts widget, and the lesson about it: {"verdicts", "lesson"}."""
        image = self.digit(state)
        rows, answers = [], []
        for name in self.names:
            network: Recognises = self.studio.recogniser(name)
            title, note = METHODS.get(name, (name, ""))
            cells = [_cell(network.recognise(image[None], count)[0]) for count in network.counts]
            rows.append(
                {"title": title, "note": note, "cells": [dict(zip(network.counts, cells, strict=True)).get(count) for count in COUNTS]}
            )
            answers += [(title, count, cell["label"]) for count, cell in zip(network.counts, cells, strict=True)]
        for key, classifier in own_networks(state).items():
            row = {"title": OWN[key], "note": f"your {len(session.labels_of(state['labels']))} labels", "cells": [None] * len(COUNTS)}
            row["cells"][0] = _cell(classifier(image[None])[0])
            rows.append(row)
        common = max({label for _, _, label in answers}, key=[label for _, _, label in answers].count)
        value = {
            "digit": uri(image), "alt": "The digit that is read, as the networks see it: 28 by 28 pixels", "common": common, "rows": rows,
            "columns": [f"{count:,} labels" for count in COUNTS], "answers": list(DIGITS), "links": self.links(state, image),
        }  # fmt: skip
        return {"verdicts": value, "lesson": lessons.read(answers, len(self.names))}

    def links(self, state: State, image: Tensor) -> list[list[str]]:
        """Links that open the digit (1, 28, 28) in VQ codes and, if it is an example, in Diffusion."""
        catalogue = self.studio.catalogue
        data = self.studio.zoo.checkpoints[self.names[0]].data
        found = [link] if (link := as_codes(self.studio, data, image)) else []
        denoisers = [name for name in catalogue.denoisers if data and self.studio.zoo.checkpoints[name].data == data]
        if denoisers and state["source"] is None:
            found.append(["sink it into noise", pack("diffusion", {"model": denoisers[0], "mode": "forward", "example": state["digit"]})])
        return found

    def labeller(self, state: State) -> dict[str, Any]:
        """The value of the labeller: the digits of a shelf, and the labels that the visitor has given."""
        pictures, _ = digits.read("train")
        labels = session.labels_of(state["labels"])
        return {
            "shelf": [[number, _png(pictures[number])] for number in session.shelf(state)],
            "labels": [[number, label, _png(pictures[number])] for number, label in labels.items()],
            "most": session.MOST,
        }

    def seen(self, state: State) -> dict[str, Any]:
        """The stage with the labelled digits of a number of labels, and sixteen digits of each generator."""
        count = int(state["count"])
        sheet = _seen(count)
        pictures = [{
            "role": "run0", "src": sheet[0], "side": sheet[1], "title": f"the {count:,} labelled digits",
            "note": "a column for each class", "alt": f"The {count} labelled digits that these classifiers have seen",
        }] if sheet else []  # fmt: skip
        for name in self.names:
            network = self.studio.recogniser(name)
            if isinstance(network, Generates):
                pictures.append({
                    "role": f"run{len(pictures)}", "src": self._generated(name), "side": 4 * GLYPH,
                    "title": f"digits of the {self.title(name)}'s generator", "note": f"seed {SEED}",
                    "alt": f"Sixteen digits that the generator of {name} has drawn",
                })  # fmt: skip
        return {"columns": "runs", "facts": [], "progress": None, "pictures": pictures}

    def _generated(self, name: str) -> str:
        network = self.studio.model(name)
        return sheet_uri(self.studio.draw(name, latent.draw(SEED, 16, network.latent_size)))

    def chart(self) -> dict[str, Any] | None:
        """The chart of accuracy over labels: our methods with the deviation over draws, and the report's points."""
        series = []
        for name in self.names:
            drawn = few_labels.read_draws(self.studio.zoo.checkpoints[name].folder).get("shipped", {})
            found = {count: drawn[count] for count in COUNTS if drawn.get(count)}
            if found:
                points = [[count, statistics.mean(values)] for count, values in found.items()]
                errors = [statistics.stdev(values) if len(values) > 1 else 0.0 for values in found.values()]
                count = min(map(len, found.values()))
                title = f"{self.title(name)}, {count} draw{'s' * (count > 1)}"
                series.append({"name": title, "points": points, "errors": errors})
        series += [
            {"name": f"report's {method}", "points": list(zip(COUNTS, values, strict=True)), "hidden": True}
            for method, values in REPORT.items()
        ]
        if not series:
            return None
        note = "10,000 digits of the test split; bars: standard deviation over draws of labels, the same for every method"
        x = {"label": "labelled digits", "log": True, "range": [20, 1250]}
        return {
            "panels": [{"title": "Accuracy over labels", "note": note, "series": series, "x": x, "y": {"label": "accuracy"}, "wide": True}]
        }

    def history(self, state: State) -> dict[str, Any] | None:
        """The charts of the training with a number of labels: the accuracy on the test split, and the losses of each method."""
        count, accuracies, losses = int(state["count"]), [], []
        for name in self.names:
            rows = self.studio.zoo.checkpoints[name].history
            if points := _column(rows, f"accuracy_{count}"):
                accuracies.append({"name": self.title(name), "points": points})
            series = [
                {"name": words, "points": points} for key, words in LOSSES.items() if (points := _column(rows, f"{key}_loss_{count}"))
            ]
            if series:
                losses.append({"title": f"Losses of the {self.title(name)}", "series": series, "x": ITERATIONS, "y": {"label": "loss"}})
        if not accuracies:
            return None
        title = f"Accuracy while they learn from {count:,} labels"
        y = {"label": "share of 10,000 test digits", "range": [0, 1]}
        return {"panels": [{"title": title, "series": accuracies, "x": ITERATIONS, "y": y, "wide": True}, *losses]}

    def plane(self) -> dict[str, Any] | None:
        """The value of the plane: the decoded latents of a VAE-GAN with two numbers, and test digits on it; None without one."""
        name = next(
            (name for name in self.names if isinstance(network := self.studio.recogniser(name), VAEGAN) and network.latent_size == 2), ""
        )
        return _plane(self.studio.recogniser(name)) if name else None


def _column(rows: list[dict[str, float]], key: str) -> list[list[float]]:
    """A column of a history as points [step, value]."""
    return [[row["step"], row[key]] for row in rows if key in row and "step" in row]


def _cell(logits: Tensor) -> dict[str, Any]:
    """What a classifier reads, from its logits (10,)."""
    chances = logits.float().softmax(0)
    best = int(chances.argmax())
    return {"label": DIGITS[best], "share": chances[best].item(), "chances": chances.tolist()}


def _png(glyph: Tensor) -> str:
    """A digit (28, 28) uint8 as a data URI."""
    return uri(glyph[None].float() / 127.5 - 1)


@lru_cache
def _seen(count: int) -> tuple[str, int] | None:
    """The sheet of the labelled digits, a column for each class, as a data URI and its width; None if it does not come with the app."""
    if not digits.path_of(f"labelled-{count}").is_file():
        return None
    pictures, labels = digits.read(f"labelled-{count}")
    classes = [pictures[labels == digit] for digit in range(10)]
    wide = -(-max(map(len, classes)) // 25)  # a thousand labels need several columns for each class
    blocks = []
    for glyphs in classes:
        room = torch.zeros(wide * -(-max(map(len, classes)) // wide), GLYPH, GLYPH, dtype=torch.uint8)
        room[: len(glyphs)] = glyphs
        blocks.append(room.unflatten(0, (-1, wide)).permute(0, 2, 1, 3).flatten(2).flatten(0, 1))
    sheet = torch.cat(blocks, 1)
    return uri(sheet[None].float() / 127.5 - 1), sheet.shape[1]


@lru_cache(maxsize=2)
@torch.inference_mode()
def _plane(network: VAEGAN) -> dict[str, Any]:
    pictures, labels = digits.read("test")
    places = network.place(pictures[:ENCODED, None].float() / 127.5 - 1)
    reach = float(places.abs().quantile(0.99)) if len(places) else 3.0
    at = torch.linspace(-reach, reach, GRID)
    grid = torch.stack(torch.meshgrid(at.flip(0), at, indexing="ij"), -1).flatten(0, 1).flip(1)  # (x, y), the largest y on top
    return {
        "src": sheet_uri(network.generate(grid), GRID), "side": GRID, "reach": reach,
        "points": [[round(x, 3), round(y, 3), int(label)] for (x, y), label in zip(places.tolist(), labels[:ENCODED], strict=True)],
        "title": "The plane of the VAE-GAN's two numbers", "note": f"{ENCODED} test digits by class; point at a place to see its digit",
    }  # fmt: skip


def packed(network: nn.Module) -> str:
    """The weights of a small network as a text."""
    return base64.b64encode(safetensors.torch.save({name: weight.half() for name, weight in network.state_dict().items()})).decode()


def own_networks(state: State) -> Mapping[str, DigitClassifier]:
    """The classifiers that the visitor has trained, by "cnn" and "sgan"."""
    return {key: _unpacked(text) for key, text in (state["own"] or {}).items()}


@lru_cache(maxsize=16)
def _unpacked(text: str) -> DigitClassifier:
    weights = {name: weight.float() for name, weight in safetensors.torch.load(base64.b64decode(text)).items()}
    network = DigitClassifier(weights["last.weight"].shape[1] // 16)
    network.load_state_dict(weights)
    return network.eval()
