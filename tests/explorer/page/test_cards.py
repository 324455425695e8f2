"""What the card of every shipped checkpoint says of its data set: its judge, real pictures and neighbours are found by it."""

from __future__ import annotations

import json

import pytest

from explorer import neighbours
from explorer.judges import judge_of
from explorer.models import Denoises, Judges, Quantises
from explorer.page.shared.real_pictures import reals
from explorer.zoo import Zoo

ZOO = Zoo()
SHIPPED = list(ZOO.checkpoints.values())
DATA = {checkpoint.name: json.loads((checkpoint.folder / "run.json").read_text())["data"] or "several" for checkpoint in SHIPPED}


@pytest.fixture(autouse=True)
def no_local_data(monkeypatch):
    monkeypatch.delenv("EXPLORER_DATA", raising=False)
    reals.cache_clear()
    yield
    reals.cache_clear()


@pytest.mark.parametrize("checkpoint", SHIPPED, ids=lambda checkpoint: checkpoint.name)
def test_a_card_names_the_data_set_of_the_run_and_so_the_judge_the_reals_and_the_neighbours(checkpoint):
    data = DATA[checkpoint.name]
    assert checkpoint.data == data
    if data in ("mnist", "cifar10", "iclevr", "birds"):
        assert ZOO.checkpoints[judge_of(checkpoint)].can(Judges)
    assert (reals(checkpoint.data) is not None) == (data in ("mnist", "stickers", "iclevr"))
    found = neighbours.of(ZOO, checkpoint.name)
    assert (found.data if found else None) == (data if data in ("birds", "abstract-art", "carrot-cake", "stickers") else None)


@pytest.mark.parametrize("name", ZOO.names(Quantises))
def test_twins_name_each_other(name):
    twin = ZOO.checkpoints[ZOO.checkpoints[name].twin]
    assert twin.twin == name and twin.data == ZOO.checkpoints[name].data


def test_a_coder_of_the_same_data_set_takes_the_pictures_of_every_diffusion_model_apart():
    coded = {ZOO.checkpoints[name].data for name in ZOO.names(Quantises)}
    assert {ZOO.checkpoints[name].data for name in ZOO.names(Denoises)} <= coded
