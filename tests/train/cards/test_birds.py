import json

import torch
from tiny import seeded, tiny_text

from explorer.models import PictureJudge
from explorer.zoo import inspect
from train.cards.birds import confusion, retrieval
from train.metrics.forced_choice import ELEVEN


def test_a_text_encoder_s_card_tells_its_chosen_row_and_the_cosines_of_colours(tmp_path):
    model = tiny_text()
    model.save_pretrained(tmp_path)
    rows = [
        {"step": step, "images": step, "seconds": 1.0, "rank1_template": rank, "rank1_held_out": rank, "error": 1 - rank}
        for step, rank in enumerate((0.1, 0.25, 0.2))
    ]
    (tmp_path / "history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    lines, measured = retrieval("text-birds", inspect(tmp_path), model, None)
    text = "\n".join(lines)
    assert "| template sentences, pictures of 50 unseen species | 25.0% |" in text and "human" not in text
    red, blue = torch.nn.functional.normalize(model.understand(["a red bird", "a blue bird"]), dim=1)
    assert f"| blue | {(red @ blue).item():.2f} | 1.00 |" in text
    assert [row["value"] for row in measured] == [0.25]


def test_another_encoder_s_best_moment_stands_beside_it(tmp_path):
    folder, other = tmp_path / "text-birds" / "shipping", tmp_path / "text-birds-minilm"
    model = tiny_text()
    model.save_pretrained(folder)
    other.mkdir()
    for place, ranks in ((folder, (0.1, 0.2)), (other, (0.3, 0.25))):
        rows = [{"step": i, "images": i, "seconds": 1.0, "rank1_template": rank, "error": 1 - rank} for i, rank in enumerate(ranks)]
        (place / "history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for runs in (tmp_path, None):  # the second time from memory
        lines, _ = retrieval("text-birds", inspect(folder), model, runs)
        assert "| **text-birds** | 20.0% |  |  |  | 0.200 |" in lines and "| minilm | 30.0% |  |  |  | 0.300 |" in lines


def test_a_confusion_table_counts_what_is_read_for_what_was_seen(explorer_data):
    judge = seeded(lambda: PictureJudge({"primary": list(ELEVEN)}, channels=(4, 4, 4, 4)))
    torch.nn.init.zeros_(judge.heads["primary"].weight)
    judge.heads["primary"].bias.data[ELEVEN.index("blue")] = 1.0
    text = "\n".join(confusion(judge))
    assert "on 24 pictures" in text
    for colour, count in {"red": 6, "blue": 6, "yellow": 6, "black": 6, "white": 0, "brown": 0}.items():
        assert f"| {colour} | 0 | {count} | 0 | 0 | 0 | 0 |" in text
