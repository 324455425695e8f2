"""The texts of the Diffusion tab: the lesson above the pictures, which depends on the state, and "How it works"."""

from __future__ import annotations

from explorer.page.shared.lesson import lesson


def running(steps: int, t: int) -> str:
    return lesson(
        f"At *t = {t}* the network looks at the noisy picture and says *what it believes is under the noise*; one of {steps} steps towards "
        "it is taken."
    )


def made(reading: str | None, label: str | None, since: int | None, steps: int) -> str:
    """After a run from noise: the judge's reading, and from which step on the judge reads the predicted x_0 so."""
    if reading is None or since is None:
        return lesson(
            f"Out of *nothing but noise* came a picture, in {steps} steps. In the middle is what the network *believed* on the way: scrub "
            "the strip."
        )
    verdict = f"*{reading}*" if label in (None, reading) else f"*{reading}*, though {label} was asked for"
    early = "from the very first look" if since == 0 else f"since step {since} of {steps}"
    return lesson(
        f"Out of nothing but noise came what the judge reads as {verdict}. The network has *believed* so {early}: scrub the strip and "
        "watch *the middle picture*."
    )


def five(label: str | None) -> str:
    condition = f"each told {label}" if label else "told no class"
    return lesson(f"*Five clouds of noise*, {condition}: every seed settles on *another picture*. Scrub through all five at once.")


def comparing(setting: str, first: str, second: str) -> str:
    noise = "the same noise" if setting != "seed" else "different noise"
    return lesson(
        f"Two runs from *{noise}*, step by step beside each other: {setting} *{first}* above, *{second}* below. Scrub to where they part."
    )


def noised(name: str) -> str:
    return lesson(
        f"*{name[:1].upper()}{name[1:]}* sinks into noise. Drag through the strip: at which step could you *no longer tell* what it is? "
        "The curve says how much of it is left."
    )


def edited(start: int, label: str | None) -> str:
    condition = f", told *{label}*" if label else ""
    return lesson(
        f"The picture was noised to t = {start} and drawn back{condition}: *what the noise hid is new*, what it spared has stayed. Noise "
        "it more, and more is new."
    )


def filled(label: str | None) -> str:
    condition = f", told *{label}*" if label else ""
    return lesson(
        f"Only *the erased part* is new{condition}. At every step the rest is set back to what it was, and *the hole has to fit*."
    )


def gaussian(t: int, step: int, distance: float) -> str:
    """Beside the figure of a single reverse step; `distance` is the total variation distance. Markdown's stars are kept."""
    prefix = f"Going back {step} of {t} steps"
    if distance < 0.03:
        return f"{prefix}, *one Gaussian will do*: {distance:.1%} of its mass lies elsewhere. That is why diffusion takes many small steps."
    if distance < 0.15:
        return f"{prefix}, a Gaussian *begins to miss*: {distance:.0%} of its mass lies where the exact density has none."
    return (
        f"{prefix}, *no Gaussian will do*: there are two places that x may have come from, and a Gaussian puts {distance:.0%} of its mass "
        "elsewhere, between them too."
    )


HOW = """
<div class="how"><h3>How it works</h3>
<p>Forward, nothing is learned: a picture <i>x</i><sub>0</sub> is mixed with noise ε until only noise is left. How much of it remains at
step <i>t</i> is the schedule ᾱ<sub><i>t</i></sub>, and any step can be had at once:</p>
<p class="equation"><i>x<sub>t</sub></i> = √ᾱ<sub><i>t</i></sub> <i>x</i><sub>0</sub> + √(1 − ᾱ<sub><i>t</i></sub>) ε,
&emsp; ε ~ <i>N</i>(0, 1)</p>
<p>A network is shown <i>x<sub>t</sub></i>, <i>t</i> and a class, and learns to tell the picture from the noise. What it says is the mean of
all pictures that could be under this noise, <i>E</i>[<i>x</i><sub>0</sub> | <i>x<sub>t</sub></i>]: at first a blur of everything, then
sharper as the noise clears. Backward, a sampler trusts that belief for one small step, and asks again:</p>
<p class="equation"><i>x<sub>s</sub></i> = √ᾱ<sub><i>s</i></sub> x̂<sub>0</sub> + √(1 − ᾱ<sub><i>s</i></sub>) ε̂,
&emsp; <i>s</i> &lt; <i>t</i></p>
<p>That is DDIM, where x̂<sub>0</sub> is the belief and ε̂ the noise that then must be in <i>x<sub>t</sub></i>. DDPM puts part of
the noise back afresh, as the forward process would have; DPM-Solver++ looks at how the belief has changed since the step before, and so
needs fewer steps. Guidance asks twice, with the class and without, and exaggerates the difference <i>w</i> times: more typical
pictures, fewer kinds of them.</p>
<p class="equation">x̂<sub>0</sub> = x̂<sub>0</sub>(no class) + <i>w</i> (x̂<sub>0</sub>(class) − x̂<sub>0</sub>(no class))</p>
<p>A network evaluation is one look at one picture; guidance counts two a step. Signal to noise is
ᾱ<sub><i>t</i></sub> / (1 − ᾱ<sub><i>t</i></sub>). An erased part is filled by believing the rest at every step. The exact density of one
reverse step is <i>q</i>(<i>x<sub>s</sub></i> | <i>x<sub>t</sub></i>) ∝ <i>q</i>(<i>x<sub>t</sub></i> | <i>x<sub>s</sub></i>)
<i>q</i>(<i>x<sub>s</sub></i>): the first factor is a Gaussian, and narrow if the step is small; then it decides, and the product is nearly
Gaussian whatever the data look like. The figure shows it for data that are −1 or 1.</p>
<p class="papers">Papers: <a href="https://arxiv.org/abs/2006.11239">Ho et al. 2020</a> (DDPM),
<a href="https://arxiv.org/abs/2102.09672">Nichol &amp; Dhariwal 2021</a> (the cosine schedule),
<a href="https://arxiv.org/abs/2010.02502">Song et al. 2021</a> (DDIM),
<a href="https://arxiv.org/abs/2211.01095">Lu et al. 2022</a> (DPM-Solver++),
<a href="https://arxiv.org/abs/2207.12598">Ho &amp; Salimans 2021</a> (guidance),
<a href="https://arxiv.org/abs/2108.01073">Meng et al. 2022</a> (from a picture).</p></div>
"""
