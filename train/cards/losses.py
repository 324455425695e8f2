"""The section of every card on the losses during training: a chart with all of them on one scale, losses.svg."""

from __future__ import annotations

from pathlib import Path

from explorer.models import Illustrates
from explorer.training_log import Curve

from .card import Card

HEADING = "## Losses"
FILE = "losses.svg"
COLOURS = ("#3f5ef0", "#b4562f", "#1c7c54", "#8a4fbf", "#8f6200", "#5b6b7a")
MOST = 200  # points of a curve; of a longer one, the means of neighbours are drawn
STEEP = 100  # the scale is logarithmic if the highest loss is so many times the lowest


def tell(card: Card) -> None:
    """Add the section; `stages` writes it for models that are trained in stages."""
    curves = card.checkpoint.log.losses
    if isinstance(card.model, Illustrates) or not curves:
        return
    chart(curves, card.folder / FILE)
    names = ", ".join(curve.name for curve in curves)
    against = " Those of generator and discriminator work against each other: neither says how good the pictures are."
    card.add(
        [
            HEADING,
            "",
            f"![the losses during training: {names}]({FILE})",
            "",
            f"Each point is a mean over the steps since the last one.{against if any(c.key == 'generator_loss' for c in curves) else ''}",
            "",
        ]
    )


def chart(curves: list[Curve], path: Path) -> None:
    """Draw the curves over the number of training pictures, as SVG."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot as plt

    figure, axis = plt.subplots(figsize=(7, 3), layout="constrained")
    values = []
    for number, curve in enumerate(curves):
        points = thinned(curve.points)
        values += [value for _, value in points]
        colour, style = COLOURS[number % len(COLOURS)], "-" if number < len(COLOURS) else "--"
        axis.plot([x / 1000 for x, _ in points], [y for _, y in points], style, label=curve.name, color=colour, linewidth=1.2)
    if 0 < STEEP * min(values) < max(values):
        axis.set_yscale("log")
    axis.set(xlabel="thousand training pictures so far", ylabel="loss")
    axis.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside right upper", frameon=False, fontsize=8)
    with matplotlib.rc_context({"svg.hashsalt": "losses", "svg.fonttype": "none"}):
        figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def thinned(points: list[tuple[float, float]], most: int = MOST) -> list[tuple[float, float]]:
    """At most `most` points: the means of as many neighbours as that takes."""
    count = -(-len(points) // most)
    groups = [points[start : start + count] for start in range(0, len(points), count)]
    return [(sum(x for x, _ in group) / len(group), sum(y for _, y in group) / len(group)) for group in groups]
