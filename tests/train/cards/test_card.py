import json
import shutil

import pytest
from huggingface_hub import ModelCard
from PIL import Image
from small_runs import finished_run

from explorer.models import GAN32, Generates
from explorer.zoo import inspect
from tests.tiny import tiny_acgan
from train.cards import SECTIONS
from train.cards import conditional as conditional_card
from train.cards import distances as distances_card
from train.cards.card import Card
from train.recipes import discover
from train.shipping import ship

COMMAND = discover()["gan32-carrot-cake"]


@pytest.fixture(scope="module")
def shipped(small_data, tmp_path_factory):
    root = tmp_path_factory.mktemp("ship")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_DATA", str(small_data))
        run = finished_run(root / "runs" / "gan32-carrot-cake")
        began = {"name": "dcgan-cats", "facts": {"data": "cats", "hardware": "an abacus"}, "history": [{"images": 640, "seconds": 120.0}]}
        (run / "earlier.json").write_text(json.dumps([began]))
        (run / "inversion.json").write_text(json.dumps({"held_out_psnr": [21.0, 19.5], "table": "| a table |"}))
        assert ship(COMMAND, run, root / "checkpoints" / "gan32-carrot-cake")
    return root / "checkpoints" / "gan32-carrot-cake"


def test_a_shipped_folder_is_a_checkpoint_with_its_log(shipped):
    checkpoint = inspect(shipped)
    assert checkpoint.model_class is GAN32
    assert [row["step"] for row in checkpoint.history] == [0, 5, 6]
    assert checkpoint.card["explorer"]["held_out_psnr"] == [19.5, 21.0]
    assert checkpoint.data == "carrot-cake"


def test_the_card_states_n_and_compares_with_the_floor_and_the_untrained_network(shipped):
    text = (shipped / "README.md").read_text()
    assert "n = 24 generated pictures" in text and "24 random pictures of the train split" in text
    for who in ("this checkpoint", "untrained generator", "other half of the real pictures (the floor)"):
        assert text.count(f"| {who} |") == 4  # three feature networks and the sliced Wasserstein distance
    assert text.count("| standard deviation of the floor |") == 4
    assert "80 pictures, with the best measurement of the run" in text
    assert "1 minute on a test" in text and "| a table |" in text


def test_the_card_says_what_it_began_with_and_how_to_make_it_again(shipped):
    text = (shipped / "README.md").read_text()
    assert "| train again | `python -m train gan32-carrot-cake --from checkpoints/dcgan-cats` |" in text
    assert "a run on cats, which had been trained on 640 pictures in 2 minutes on an abacus" in text


def test_the_floor_is_nearer_than_an_untrained_network(shipped):
    distances = {}
    for line in (shipped / "README.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] in ("untrained generator", "other half of the real pictures (the floor)") and "±" in line:
            distances.setdefault(cells[0], float(cells[1].split(" ")[0]))
    assert distances["other half of the real pictures (the floor)"] < distances["untrained generator"]


def test_the_model_index_is_one_that_the_hub_reads(shipped):
    card = ModelCard.load(shipped / "README.md").data
    names = {result.metric_type for result in card.eval_results}
    assert names == {"kid", "fd", "precision", "recall", "swd"}
    assert all("n = 24, train split" in result.metric_name for result in card.eval_results)


def test_the_sheet_shows_sixty_four_samples(shipped):
    assert Image.open(shipped / "samples.webp").size == (8 * 34 - 2, 8 * 34 - 2)


def test_what_one_can_learn_from_a_model_of_classes_decides_and_else_its_distance(tmp_path, explorer_data, monkeypatch):
    tiny_acgan().save_pretrained(tmp_path)
    (tmp_path / "run.json").write_text("{}")
    far, agreed = {"type": "fd", "name": "FD", "value": 0.5}, {"type": "accuracy", "name": "agreement", "value": 0.9}
    learned = {"type": "accuracy", "name": "GAN-train (n = 20000)", "value": 0.3}
    monkeypatch.setattr(distances_card, "sections", lambda *about: (["near"], [far]))
    for measured, headline in (([agreed, learned], 0.7), ([agreed], 0.5)):
        monkeypatch.setattr(conditional_card, "sections", lambda *about, measured=measured: (["obeyed"], measured))
        card = Card(discover()["acgan-cifar10"], "acgan-cifar10", tmp_path, None)
        for part in SECTIONS[Generates]:
            part.tell(card)
        assert card.front["headline"] == headline
        assert card.results == [far, *measured] and card.lines[0] == "near" and card.lines[-1] == "obeyed"


def test_what_was_measured_on_runs_that_are_gone_outlives_the_checkpoint(shipped, explorer_data, tmp_path):
    target = tmp_path / "checkpoints" / shipped.name
    shutil.copytree(shipped, target)
    for name in ("compared.json", "ablation.json", "variants.json"):
        (target / name).write_text("{}")
    (target / "samplers.json").write_text("of the old weights")
    (target / "README.md").write_text("")  # it measured nothing, so that the new one is better
    assert ship(COMMAND, finished_run(tmp_path / "runs" / shipped.name), target)
    assert {"compared.json", "ablation.json", "variants.json"} <= {path.name for path in target.iterdir()}
    assert not (target / "samplers.json").exists()


def test_a_worse_run_does_not_replace_a_checkpoint(shipped, explorer_data, tmp_path):
    better = shipped / "README.md"
    before = better.read_text()
    lines = before.splitlines()
    number = next(i for i, line in enumerate(lines) if "headline:" in line)
    lines[number] = lines[number].split(":")[0] + ": -1000.0"
    better.write_text("\n".join(lines))
    assert not ship(COMMAND, finished_run(tmp_path / "gan32-carrot-cake"), shipped)
    assert "-1000.0" in better.read_text() and [path.name for path in shipped.parent.iterdir()] == [shipped.name]
    better.write_text(before)
