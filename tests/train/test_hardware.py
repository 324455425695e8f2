import json

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
