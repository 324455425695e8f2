import json

from tiny import tiny_encoder

from train.cards import training
from train.cards.card import Card
from train.recipes import discover
from train.state import EARLIER


def test_the_card_names_the_encoder_whose_weights_it_began_with(tmp_path):
    (tmp_path / "run.json").write_text(json.dumps({"settings": {}, "hardware": "a test"}))
    (tmp_path / "history.jsonl").write_text(json.dumps({"step": 1, "images": 16, "seconds": 60.0, "error": 0.5}) + "\n")
    tiny_encoder().save_pretrained(tmp_path)

    def began() -> list[str]:
        card = Card(discover()["encoder-carrot-cake"], "encoder-carrot-cake", tmp_path, None)
        training.tell(card)
        return [line for line in card.lines if "The run began" in line]

    assert not began()
    facts = json.loads((tmp_path / "run.json").read_text())
    before = {"facts": facts, "history": [{"images": 3000, "seconds": 120.0}]}
    (tmp_path / EARLIER).write_text(json.dumps([before]))
    (told,) = began()
    assert "3,000 pictures in 2 minutes on a test" in told
