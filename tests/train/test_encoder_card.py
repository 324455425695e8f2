import json

import pytest
from tiny import tiny_dcgan, tiny_encoder

from explorer.latent import draw
from explorer.zoo import Zoo, inspect
from train.cards import encoder as encoder_card
from train.cards.card import _training
from train.recipes import discover
from train.recipes.encoders import first_guesses
from train.state import EARLIER


def test_a_guess_that_names_the_latent_draws_the_photo_again():
    turned = tiny_dcgan()
    for norm in turned.generator.norms:
        norm.running_var.fill_(0.01)  # an untrained network is nearly flat without this
    z = draw(3, 2, 8)
    model = tiny_encoder()
    model.estimate = lambda photos: z
    scores = first_guesses(model, turned, turned.generate(z).detach())
    assert min(scores["encoder"]) > 100 > max(scores["seed 0"])


def test_the_card_tells_the_guesses_of_held_out_photos(explorer_data, tmp_path, monkeypatch):
    tiny_dcgan().save_pretrained(tmp_path / "tiny-dcgan")
    monkeypatch.setattr(encoder_card, "Zoo", lambda: Zoo(tmp_path))
    lines, (row,) = encoder_card.sections(tiny_encoder(), "carrot-cake")
    table = {
        cells[1].strip(): float(cells[2]) for line in lines if line.count("|") == 5 and (cells := line.split("|"))[2].strip()[0].isdigit()
    }
    assert set(table) == {"encoder", "linear guess", "seed 0"}
    assert row["value"] == pytest.approx(table["encoder"], abs=0.01)
    assert "Each of 20 held-out photos (split test)" in "\n".join(lines)


def test_the_card_names_the_encoder_whose_weights_it_began_with(tmp_path):
    (tmp_path / "run.json").write_text(json.dumps({"settings": {}, "hardware": "a test"}))
    (tmp_path / "history.jsonl").write_text(json.dumps({"step": 1, "images": 16, "seconds": 60.0, "error": 0.5}) + "\n")
    tiny_encoder().save_pretrained(tmp_path)
    facts = json.loads((tmp_path / "run.json").read_text())
    command = discover()["encoder-carrot-cake"]
    assert not [line for line in _training(inspect(tmp_path), tiny_encoder(), command, facts) if "It began" in line]
    before = {"facts": facts, "history": [{"images": 3000, "seconds": 120.0}]}
    (tmp_path / EARLIER).write_text(json.dumps([before]))
    (told,) = [line for line in _training(inspect(tmp_path), tiny_encoder(), command, facts) if "It began" in line]
    assert "3,000 pictures in 2 minutes on a test" in told
