import json
from types import SimpleNamespace

import pytest
import torch

from train import hardware


def test_a_run_that_goes_on_elsewhere_names_every_machine_once_in_order(monkeypatch, tmp_path):
    run, start = tmp_path / "run", tmp_path / "start"
    for folder in (run, start):
        folder.mkdir()

    def goes_on(machine):
        monkeypatch.setattr(hardware, "described", lambda: machine)
        told = hardware.through(run, start)
        (run / "run.json").write_text(json.dumps({"hardware": told}))
        return told

    assert hardware.through(run, None) == hardware.described()
    (start / "run.json").write_text(json.dumps({"hardware": "an abacus, 1 thread"}))
    assert goes_on("a slide rule, 1 thread") == "an abacus, 1 thread, then a slide rule, 1 thread"
    assert goes_on("a slide rule, 1 thread") == "an abacus, 1 thread, then a slide rule, 1 thread"
    (start / "run.json").unlink()  # what the run knows itself counts first
    assert goes_on("a loom, 1 thread") == "an abacus, 1 thread, then a slide rule, 1 thread, then a loom, 1 thread"


@pytest.mark.parametrize(("major", "chosen"), [(6, "no"), (7, "no"), (8, "bf16"), (9, "bf16")])  # 7.5 is a T4, which emulates bf16
def test_bf16_is_chosen_where_a_gpu_computes_in_it(major, chosen, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 0)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: SimpleNamespace(major=major))
    monkeypatch.setattr(torch.cuda, "_check_bf16_tensor_supported", lambda device: True)  # what emulates it takes such tensors
    assert hardware.precision() == chosen


def test_a_processor_computes_in_float32(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert hardware.precision() == "no"
