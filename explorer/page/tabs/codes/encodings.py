"""Encodes pictures and decodes maps. Encodings are cached, because a visitor changes the cells of one picture many times."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from explorer import codes
from explorer.page.shared import inputs
from explorer.page.shared.checks import FieldError
from explorer.page.shared.studio import Studio
from explorer.page.shared.uris import uri
from explorer.zoo import CheckpointError

from . import session
from .codebooks import Codebook, codebook_of

NEAREST = 5  # the number of nearest codes that are listed for a cell


@dataclass(frozen=True)
class Encoding:
    """The result of encoding a picture.

    Attributes:
        target: the model's input, (channels, side, side).
        codes: the map, row by row.
        decoded: the picture decoded from the map.
        nearest: for each cell the nearest codes, as pairs of a code and the distance of its vector from the cell's.
    """

    target: Tensor
    codes: list[int]
    decoded: Tensor
    nearest: list[list[list[float]]]


class Encodings:
    """Encodes and decodes with the models of one studio."""

    def __init__(self, studio: Studio):
        self.studio = studio
        self._codebooks: dict[str, Codebook] = {}
        self._encode = lru_cache(maxsize=64)(self._encoding)

    def codebook(self, model: str) -> Codebook:
        """The `Codebook` of a model, cached."""
        if model not in self._codebooks:
            checkpoint = self.studio.catalogue.checkpoint(model)
            self._codebooks[model] = codebook_of(self.studio.coder(model), checkpoint.folder, checkpoint.leave_out)
        return self._codebooks[model]

    def twin(self, model: str) -> str | None:
        """The name of the same model with the other likelihood; None if it is not among the checkpoints or cannot be used."""
        other = self.studio.catalogue.checkpoint(model).twin
        if other == model or other not in self.studio.catalogue.coders:
            return None
        try:
            own, others = (
                (network.channels, network.image_size, network.map_size, network.codebook_size)
                for network in (self.studio.coder(model), self.studio.coder(other))
            )
        except CheckpointError:  # the zoo has logged the reason
            return None
        return other if own == others else None

    def encode(self, model: str, source: dict[str, str]) -> Encoding:
        """Encode the picture in a source, or return the cached encoding."""
        return self._encode(model, source["png"])

    @torch.inference_mode()
    def _encoding(self, model: str, png: str) -> Encoding:
        network = self.studio.coder(model)
        target = inputs.as_seen(network, inputs.picture({"png": png}))
        grid = network.encode(target[None])
        nearest, distances = codes.nearest(network, target, min(NEAREST, network.codebook_size))
        pairs = zip(nearest.flatten(0, 1).tolist(), distances.flatten(0, 1).tolist(), strict=True)
        ranked = [[[code, round(distance, 3)] for code, distance in zip(*pair, strict=True)] for pair in pairs]
        return Encoding(target, grid[0].flatten().tolist(), network.decode(grid)[0], ranked)

    @torch.inference_mode()
    def decode(self, model: str, flat: list[int]) -> Tensor:
        """Decode one map. Erased cells get the mean of the vectors of all codes."""
        network = self.studio.coder(model)
        grid = torch.tensor(flat).view(network.map_size, network.map_size)
        return codes.sketch(network, grid) if min(flat) < 0 else network.decode(grid[None])[0]

    def redraw(self, request: dict[str, Any]) -> str | None:
        """Decode a request {"model", "codes": rows} of the map in the browser. Returns the picture as a data URI; None if it is invalid."""
        try:
            grid = session.grid(self.studio, request["model"], request["codes"], erased=True)
            return uri(self.decode(request["model"], grid.flatten().tolist()))
        except (FieldError, KeyError, TypeError):
            return None
