import json
import shutil

import pytest
from small_runs import finished_run

from explorer.zoo import CHECKPOINTS
from train.cards.ablation import KEPT, measure, table


def test_an_ablation_compares_at_equal_images(tmp_path):
    finished_run(tmp_path / "gan32-carrot-cake", kid=1.0)
    finished_run(tmp_path / "gan32-carrot-cake-plain", kid=5.0)
    finished_run(tmp_path / "gan32-carrot-cake-slow", kid=6.0)
    text = table(measure(tmp_path, "gan32-carrot-cake"))
    rows = [line.strip("| ").split(" | ")[:3] for line in text.splitlines()[4:]]
    assert [row[:2] for row in rows] == [[who, images] for images in ("80", "96") for who in ("plain", "slow", "as shipped")]
    assert [row[2].strip(" |") for row in rows] == ["6000", "7000", "2000", "7000", "8000", "3000"] and "agreement" not in text
    assert "n = " not in text and "n = 1,000, latents seed 10,000" in table(measure(tmp_path, "gan32-carrot-cake", judged=1000))
    assert table(measure(tmp_path, "dcgan-carrot-cake")) == ""


def test_an_ablation_goes_on_telling_of_a_variant_whose_run_is_gone(tmp_path):
    for name in ("", "-plain", "-slow"):
        finished_run(tmp_path / f"gan32-carrot-cake{name}", kid=5.0)
    before = measure(tmp_path, "gan32-carrot-cake")
    for gone in ("-plain", "-slow", ""):
        shutil.rmtree(tmp_path / f"gan32-carrot-cake{gone}")
        assert measure(tmp_path, "gan32-carrot-cake", earlier=json.loads(json.dumps(before))) == before


def test_a_name_with_a_bar_and_a_figure_with_many_digits_are_kept_as_they_are(tmp_path):
    for name, kid in (("gan", 1.0), ("gan-a | b", 1 / 3)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "history.jsonl").write_text(json.dumps({"images": 100, "kid": kid, "loss": 2.0}))
    measured = measure(tmp_path, "gan")
    assert json.loads(json.dumps(measured))["variants"] == {"a | b": [{"images": 100, "kid": 1 / 3}]}


def _rows(text: str) -> list[list[str]]:
    """The rows of Markdown tables without their empty cells: a column of nothing else is left out."""
    lines = [line for line in text.splitlines() if line.startswith("| ") and "KID" not in line]
    return [[cell.strip() for cell in line.split("|") if cell.strip()] for line in lines]


@pytest.mark.parametrize("path", sorted(CHECKPOINTS.glob(f"*/{KEPT}")), ids=lambda path: path.parent.name)
def test_a_shipped_ablation_shows_the_figures_of_its_card(path):
    shown, written = _rows(table(json.loads(path.read_text()))), _rows((path.parent / "README.md").read_text())
    assert shown and all(row in written for row in shown)


def test_an_ablation_of_a_conditional_gan_tells_how_often_its_judge_agrees(tmp_path):
    for name, agreement in (("acgan-cifar10", 0.25), ("acgan-cifar10-rmsprop", 0.125)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "history.jsonl").write_text(json.dumps({"images": 100, "kid": 2.0, "recall": 0.5, "agreement": agreement}))
    text = table(measure(tmp_path, "acgan-cifar10", judge="judge-cifar10"))
    assert "classifies as the requested class" in text and "judge-cifar10's features" in text and "SWD" not in text
    assert "| run | pictures seen | KID x 1000 | recall | agreement |" in text
    assert "| rmsprop | 100 | 2000 | 0.50 | 0.12 |" in text and "| as shipped | 100 | 2000 | 0.50 | 0.25 |" in text


def test_a_first_stage_s_variants_stand_beside_the_log_that_its_later_stage_kept(tmp_path):
    finished_run(tmp_path / "stackgan-birds-shuffled", kid=5.0)
    later = finished_run(tmp_path / "stackgan-birds-256", kid=5.0)
    (later / "run.json").write_text('{"settings": {"stage": 2}}')
    text = table(measure(tmp_path, "stackgan-birds", [{"images": 96, "kid": 0.5}, {"images": 128, "kid": 0.1}]))
    assert "| shuffled | 96 | 7000 |" in text and "| as shipped | 96 | 500 |" in text
    assert "128" not in text and "256" not in text
