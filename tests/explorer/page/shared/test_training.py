"""explorer/page/shared/training.py: the losses of a training on one scale, each metric on its own."""

from __future__ import annotations

from explorer.page.shared.training import training_panels
from explorer.training_log import TrainingLog


def log(**columns: list[float]) -> TrainingLog:
    rows = [{"step": i, "images": 10 * i} | {key: values[i] for key, values in columns.items()} for i in range(4)]
    return TrainingLog(rows, [])


def test_losses_share_one_wide_chart_and_metrics_have_one_each():
    panels = training_panels(log(generator_loss=[1, 2, 3, 4], discriminator_loss=[4, 3, 2, 1], kid=[9, 3, 1, 2], recall=[0, 0.1, 0.2, 0.3]))
    assert [(panel["title"], panel.get("wide", False), len(panel["series"])) for panel in panels] == [
        ("Losses", True, 2), ("KID", False, 1), ("Recall", False, 1),
    ]  # fmt: skip
    assert all(panel["x"] == {"label": "training pictures so far", "range": [0, 30]} for panel in panels)
    assert [panel["ships"] for panel in panels] == [20] * 3  # where the KID is lowest
    assert panels[0]["series"][0] == {"name": "generator", "points": [[0, 1], [10, 2], [20, 3], [30, 4]]}


def test_of_many_losses_the_competition_is_shown_from_the_start():
    one = [1.0, 2.0, 3.0, 4.0]
    (panel,) = training_panels(log(generator_loss=one, discriminator_loss=one, mse_loss=one, information_loss=one))
    assert [series["name"] for series in panel["series"] if not series.get("hidden")] == ["generator", "discriminator"]
    (panel,) = training_panels(log(reconstruction_loss=one, commitment_loss=one, prior_loss=one))
    assert not any(series.get("hidden") for series in panel["series"])


def test_a_steep_fall_has_a_logarithmic_scale_and_negative_values_never():
    assert training_panels(log(kid=[100, 5, 2, 1]))[0]["y"] == {"label": "KID", "log": True}
    assert training_panels(log(kid=[100, 50, 20, 10]))[0]["y"] == {"label": "KID"}
    assert training_panels(log(recall=[0.01, 0.2, 0.5, 0.6]))[0]["y"] == {"label": "recall", "range": [0, 1]}
    assert training_panels(log(generator_loss=[-5, 100, 2, 1]))[0]["y"] == {"label": "loss"}


def test_a_log_without_curves_has_no_chart():
    assert training_panels(TrainingLog([], [])) == []
