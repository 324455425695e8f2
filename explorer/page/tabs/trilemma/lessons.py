"""The texts of the Trilemma tab: the sentence above the pictures, figures as text, and "How it works"."""

from __future__ import annotations

from explorer.page.shared.lesson import lesson
from explorer.tradeoff import Point


def seconds(value: float) -> str:
    """A time as text."""
    return f"{value:.1f} s" if value >= 0.95 else f"{1000 * value:.0f} ms"


def milliseconds(value: float) -> str:
    """A time for one digit as text."""
    return f"{value:.0f} ms" if value >= 9.5 else f"{value:.1f} ms"


def racing(left: str, right: str) -> str:
    """The sentence while two models draw."""
    return lesson(f"*{left}* and *{right}* draw the same twenty digits, each against a clock of its own.")


def raced(left: tuple[str, float, Point], right: tuple[str, float, Point]) -> str:
    """The sentence after a race.

    Args:
        left, right: the title, the seconds and the measured point of each model.
    """
    (fast, fast_seconds, fast_point), (slow, slow_seconds, slow_point) = sorted((left, right), key=lambda one: one[1])
    if fast == slow:
        return lesson(f"Both are *{fast}*: {seconds(fast_seconds)} and {seconds(slow_seconds)} for the same twenty digits.")
    times = f"{slow_seconds / fast_seconds:.0f} times" if slow_seconds >= 1.5 * fast_seconds else f"{slow_seconds / fast_seconds:.1f} times"
    better = slow if slow_point.figures["fd"] < fast_point.figures["fd"] else fast
    wider = slow if slow_point.figures["recall"] > fast_point.figures["recall"] else fast
    rest = f"*{better}* is nearer to real digits, and has more variety" if better == wider else (
        f"*{better}* is nearer to real digits, *{wider}* has more variety"
    )  # fmt: skip
    return lesson(f"*{fast}* took {seconds(fast_seconds)} for twenty digits, *{slow}* {seconds(slow_seconds)}: {times} as long. {rest}.")


def figures(point: Point, spent: float | None) -> list[tuple[str, str]]:
    """The figures of a point, as pairs of name and text."""
    found, several = point.figures, point.seeds > 1
    spread = {name: f" ± {point.deviations[name]:.2f}" if several else "" for name in ("fd", "recall")}
    return [
        ("FD", f"{found['fd']:.2f}{spread['fd']}"),
        ("precision", f"{found['precision']:.2f}"),
        ("recall", f"{found['recall']:.2f}{spread['recall']}"),
        ("read as requested", f"{found['accuracy']:.1%}"),
        ("styles", f"{found['styles']:.0f} of 100"),
        ("evaluations", str(point.position.evaluations)),
        *([("a digit", milliseconds(spent))] if spent is not None else []),
    ]


def point(title: str, measured: Point, spent: float) -> str:
    """What the plots say of a point."""
    found = measured.figures
    return (
        f"{title}, {measured.position.label}: {milliseconds(spent)} a digit, FD {found['fd']:.1f}, recall {found['recall']:.2f}, "
        f"{found['accuracy']:.1%} read as requested"
    )


def claim(weakness: str | None, rank: int, families: int) -> str:
    """What the textbook says of a family, and whether it holds here.

    Args:
        weakness: the corner that the textbook says it does not reach; None for a family that is not in the textbook's triangle.
        rank: of the family at this corner, 1 for the best, among `families`.
    """
    if weakness is None:
        return "Not in the textbook's triangle."
    if families < 2:
        return f"The textbook: weak in {weakness}."
    verdict = (
        f"the last of {families}, as the textbook says" if rank == families else f"number {rank} of {families}: the textbook does not hold"
    )
    return f"The textbook: weak in {weakness}. Here: {verdict}."


def verdict(weak: int, families: int) -> str:
    """The title of the triangles: in how many families of the textbook its weakness is found."""
    if families < 2:
        return "The trilemma, measured"
    return f"The trilemma, measured: {weak} of {families} families are last where the textbook says that they are weak"


_HOW = """
<div class="how"><h3>How it works</h3>
<p>A generative model should draw <em>good</em> pictures, <em>all kinds</em> of them, and <em>quickly</em>. Xiao et al. call this the
generative learning trilemma: each family reaches two of the three. Here all families have learned MNIST's training digits (the student
of one step: the digits that its teacher has drawn), with at most 2.3 million weights in what draws, and the same judge, which was trained
on real digits only, compares them.</p>
<p><em>A GAN</em> draws in one evaluation. Its loss asks that every picture passes for a real one. That a kind of digit is
missing is punished only as far as the discriminator notices it: so variety is what it may lose (<em>mode collapse</em>).</p>
<p><em>A VAE</em> draws in one evaluation too. Its loss, a bound of the likelihood, asks that every real picture can be drawn. But it models
each pixel on its own, given the latent, so what it draws is the mean of several digits, and blurred; and the latents that it draws from are
not quite those that it has learned from.</p>
FLOW<p><em>A VQ-VAE with a prior</em> draws a map of codes, one after the other, and decodes it: one evaluation for each of 49 codes.</p>
<p><em>Diffusion</em> removes noise in small steps, because only a small step back is nearly Gaussian; and a sampler
without noise, as here, needs small steps because its way is bent. Many evaluations are the price.
<em>In one step</em>: a student learns what the teacher draws of each noise, and needs one evaluation.</p>
<p><em>Dials.</em> Truncation and a low temperature keep latents near the middle; for the prior over codes, a low temperature makes likely
codes likelier; guidance exaggerates the class: pictures become more typical, and less varied. More steps follow the way of diffusion more
closely. So a family is a curve and not a dot.</p>
<p><em>Figures.</em> The Fréchet distance compares mean and covariance of the judge's features over 10,000 drawn and all 10,000 test digits;
it falls if either quality or diversity rises. Precision is the share of drawn digits that lie among real ones, recall the share of real
ones that lie among drawn ones (Kynkäänniemi et al. 2019). The dashed lines are real digits of the train split, with which the judge was
trained. A style is one of 100
clusters of real digits, and counts as drawn if it is drawn at least a tenth as often as it is real.</p>
<p class="papers">Papers: <a href="https://arxiv.org/abs/2112.07804">Xiao et al. 2022</a> (the trilemma),
<a href="https://arxiv.org/abs/1312.6114">Kingma and Welling 2014</a> (VAE),
<a href="https://arxiv.org/abs/1605.08803">Dinh et al. 2017</a> (RealNVP),
<a href="https://arxiv.org/abs/2101.02388">Luhman and Luhman 2021</a> (one step),
<a href="https://arxiv.org/abs/1904.06991">Kynkäänniemi et al. 2019</a> (precision and recall).</p>
</div>
"""

_FLOW = """\
<p><em>A normalising flow</em> is a chain of invertible layers. It has an exact likelihood and an exact latent for every picture, but every
layer must keep the number of dimensions, so that many layers are needed for what others do in a few.</p>
"""


def how(flow: bool) -> str:
    """ "How it works", with a paragraph on flows if one of the models is a flow."""
    return _HOW.replace("FLOW", _FLOW if flow else "")
