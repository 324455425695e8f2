import json
import shutil

from small_runs import finished_run

from train.cards.ablation import ablation


def test_an_ablation_compares_at_equal_images(tmp_path):
    finished_run(tmp_path / "gan32-carrot-cake", kid=1.0)
    finished_run(tmp_path / "gan32-carrot-cake-plain", kid=5.0)
    finished_run(tmp_path / "gan32-carrot-cake-slow", kid=6.0)
    table = ablation(tmp_path, "gan32-carrot-cake")
    rows = [line.strip("| ").split(" | ")[:3] for line in table.splitlines()[4:]]
    assert [row[:2] for row in rows] == [[who, images] for images in ("80", "96") for who in ("plain", "slow", "as shipped")]
    assert [row[2].strip(" |") for row in rows] == ["6000", "7000", "2000", "7000", "8000", "3000"] and "agreement" not in table
    assert "n = " not in table and "n = 1,000, latents seed 10,000" in ablation(tmp_path, "gan32-carrot-cake", judged=1000)
    assert ablation(tmp_path, "dcgan-carrot-cake") == ""


def test_an_ablation_goes_on_telling_of_a_variant_whose_run_is_gone(tmp_path):
    for name in ("", "-plain", "-slow"):
        finished_run(tmp_path / f"gan32-carrot-cake{name}", kid=5.0)
    table = ablation(tmp_path, "gan32-carrot-cake")
    shutil.rmtree(tmp_path / "gan32-carrot-cake-plain")
    assert ablation(tmp_path, "gan32-carrot-cake", before=table) == table
    shutil.rmtree(tmp_path / "gan32-carrot-cake-slow")
    assert ablation(tmp_path, "gan32-carrot-cake", before=table) == table


def test_an_ablation_of_a_conditional_gan_tells_how_often_its_judge_agrees(tmp_path):
    for name, agreement in (("acgan-cifar10", 0.25), ("acgan-cifar10-rmsprop", 0.125)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "history.jsonl").write_text(json.dumps({"images": 100, "kid": 2.0, "recall": 0.5, "agreement": agreement}))
    table = ablation(tmp_path, "acgan-cifar10", judge="judge-cifar10")
    assert "names the class" in table and "judge-cifar10's features" in table and "SWD" not in table
    assert "| run | pictures seen | KID x 1000 | recall | agreement |" in table
    assert "| rmsprop | 100 | 2000 | 0.50 | 0.12 |" in table and "| as shipped | 100 | 2000 | 0.50 | 0.25 |" in table


def test_a_first_stage_s_variants_stand_beside_the_log_that_its_later_stage_kept(tmp_path):
    finished_run(tmp_path / "stackgan-birds-shuffled", kid=5.0)
    later = finished_run(tmp_path / "stackgan-birds-256", kid=5.0)
    (later / "run.json").write_text('{"settings": {"stage": 2}}')
    table = ablation(tmp_path, "stackgan-birds", [{"images": 96, "kid": 0.5}, {"images": 128, "kid": 0.1}])
    assert "| shuffled | 96 | 7000 |" in table and "| as shipped | 96 | 500 |" in table
    assert "128" not in table and "256" not in table
