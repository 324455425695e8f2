import pytest
from tiny import tiny_dcgan, tiny_encoder

from explorer.zoo import Zoo
from train.cards import encoder as encoder_card


def test_the_card_tells_the_guesses_of_held_out_photos(explorer_data, tmp_path, monkeypatch):
    tiny_dcgan().save_pretrained(tmp_path / "tiny-dcgan")
    monkeypatch.setattr(encoder_card, "Zoo", lambda: Zoo(tmp_path))
    lines, (row,) = encoder_card.sections(tiny_encoder(), "carrot-cake")
    table = {
        cells[1].strip(): float(cells[2]) for line in lines if line.count("|") == 5 and (cells := line.split("|"))[2].strip()[0].isdigit()
    }
    assert set(table) == {"encoder", "linear guess", "seed 0"}
    assert row["value"] == pytest.approx(table["encoder"], abs=0.01)
    assert "For each of 20 held-out photos (split test)" in "\n".join(lines)
