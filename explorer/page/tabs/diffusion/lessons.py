"""The texts of the Diffusion tab: the lesson above the pictures, which depends on the state, and "How it works"."""

from __future__ import annotations

from explorer.page.shared.lesson import lesson


def running(steps: int, t: int) -> str:
    return lesson(
        f"At *t = {t}* the network gets the noisy picture and predicts *the picture under the noise*. The sampler takes one of {steps} "
        "steps towards this prediction."
    )


def made(reading: str | None, label: str | None, since: int | None, steps: int) -> str:
    """The lesson after a run from noise. From step `since` on, the judge assigned the same class to the predicted x_0."""
    if reading is None or since is None:
        return lesson(
            f"In {steps} {'step' if steps == 1 else 'steps'}, *pure noise* became a picture. Scrub the strip: the middle picture shows "
            "what the network *predicted* at each step."
        )
    verdict = f"*{reading}*" if label in (None, reading) else f"*{reading}*, though the class was {label}"
    early = "from the very first step" if since == 0 else f"from step {since} of {steps}"
    return lesson(
        f"Pure noise became a picture that the judge classifies as {verdict}. The judge gave the network's *prediction* the same class "
        f"{early} on. Scrub the strip and watch *the middle picture*."
    )


def five(label: str | None) -> str:
    condition = f"all with the class {label}" if label else "without a class"
    return lesson(f"*Five clouds of noise*, {condition}: every seed leads to *another picture*. Scrub through all five at once.")


def comparing(setting: str, first: str, second: str) -> str:
    noise = "the same noise" if setting != "seed" else "different noise"
    return lesson(
        f"Two runs from *{noise}*. The {setting} is *{first}* in the upper run and *{second}* in the lower run. Scrub to the step where "
        "they begin to differ."
    )


def climbing(steps: str) -> str:
    """The lesson while the same noise is denoised with several numbers of steps."""
    return lesson(f"*The same noise*, denoised again and again, each time with more steps. Now: *{steps}*.")


def climbed(rungs: int, student: str | None) -> str:
    """The lesson when it has been denoised with several numbers of steps.

    Args:
        student: the model that has drawn the first picture in one step, if it is another one.
    """
    runs = "One run" if rungs == 1 else f"{rungs} runs"
    first = f" The first picture is by another network, *{student}*, which has learned to do it in one step." if student else ""
    return lesson(
        f"*{runs} from the same noise*. Very few steps give the average of many pictures; with more steps the picture settles.{first} From "
        "*which number of steps* on do you see no difference, and what did the rest of the time buy?"
    )


def noised(name: str) -> str:
    return lesson(
        f"*{name[:1].upper()}{name[1:]}* sinks into noise. Drag through the strip: at which step can you *no longer tell* what it was? "
        "The curve shows how much of the picture is left."
    )


def edited(start: int, label: str | None) -> str:
    condition = f" with the class *{label}*" if label else ""
    return lesson(
        f"Noise was added to the picture up to t = {start}, and then the picture was denoised{condition}. *What the noise hid is new*; "
        "what was still visible has stayed. With more noise, more of the picture is new."
    )


def filled(label: str | None) -> str:
    condition = f", with the class *{label}*" if label else ""
    return lesson(
        f"Only *the erased part* is new{condition}. At every step, the rest is replaced by the original, so *the new part has to fit the "
        "rest*."
    )


def gaussian(t: int, step: int, distance: float) -> str:
    """The sentence beside the figure of one reverse step. `distance` is the total variation distance between the exact density and the
    Gaussian. The browser emphasises the words between *."""
    prefix = f"For a reverse step over {step} of {t} timesteps"
    if distance < 0.03:
        return f"{prefix}, *a Gaussian is enough*: it misplaces {distance:.1%} of its mass. That is why diffusion takes many small steps."
    if distance < 0.15:
        return f"{prefix}, a Gaussian *begins to fail*: it misplaces {distance:.0%} of its mass."
    return (
        f"{prefix}, *no Gaussian is enough*: x may have come from two places. A Gaussian misplaces {distance:.0%} of its mass, some of it "
        "into the gap between the two places."
    )


HOW = """
<div class="how"><h3>How it works</h3>
<p>In the forward process nothing is learned: a picture <i>x</i><sub>0</sub> is mixed with noise ε until only noise is left. The schedule
ᾱ<sub><i>t</i></sub> says how much of the picture is left at timestep <i>t</i>. With it, <i>x<sub>t</sub></i> can be computed directly for
any <i>t</i>:</p>
<p class="equation"><i>x<sub>t</sub></i> = √ᾱ<sub><i>t</i></sub> <i>x</i><sub>0</sub> + √(1 − ᾱ<sub><i>t</i></sub>) ε,
&emsp; ε ~ <i>N</i>(0, 1)</p>
<p>A network gets <i>x<sub>t</sub></i>, <i>t</i> and a class, and learns to separate the picture from the noise. Its prediction is the mean
of all pictures that could be under this noise, <i>E</i>[<i>x</i><sub>0</sub> | <i>x<sub>t</sub></i>]. At first this mean is a blur, and it
becomes sharper as the noise decreases. In the reverse process, a sampler takes one small step towards this prediction, and then evaluates
the network again:</p>
<p class="equation"><i>x<sub>s</sub></i> = √ᾱ<sub><i>s</i></sub> x̂<sub>0</sub> + √(1 − ᾱ<sub><i>s</i></sub>) ε̂,
&emsp; <i>s</i> &lt; <i>t</i></p>
<p>This is DDIM, where x̂<sub>0</sub> is the prediction and ε̂ the noise that <i>x<sub>t</sub></i> must then contain. DDPM replaces a part
of that noise by new noise, as the forward process would add it. DPM-Solver++ also uses the change of the prediction since the previous
step, so it needs fewer steps. Guidance evaluates the network twice, with the class and without it, and multiplies the difference by the
guidance scale <i>w</i>. With a larger <i>w</i>, the pictures become more typical and less varied.</p>
<p class="equation">x̂<sub>0</sub> = x̂<sub>0</sub>(no class) + <i>w</i> (x̂<sub>0</sub>(class) − x̂<sub>0</sub>(no class))</p>
<p>A network evaluation is one forward pass for one picture; guidance needs two for each step. The signal-to-noise ratio is
ᾱ<sub><i>t</i></sub> / (1 − ᾱ<sub><i>t</i></sub>). To fill an erased part, the rest of the prediction is replaced by the original picture at
every step. The exact density of one reverse step is <i>q</i>(<i>x<sub>s</sub></i> | <i>x<sub>t</sub></i>) ∝ <i>q</i>(<i>x<sub>t</sub></i> |
<i>x<sub>s</sub></i>) <i>q</i>(<i>x<sub>s</sub></i>). The first factor is a Gaussian. If the step is small, this Gaussian is narrow and
dominates the product. Then the product is nearly Gaussian for any data. The figure shows this for data that are −1 or 1.</p>
<p class="papers">Papers: <a href="https://arxiv.org/abs/2006.11239">Ho et al. 2020</a> (DDPM),
<a href="https://arxiv.org/abs/2102.09672">Nichol &amp; Dhariwal 2021</a> (the cosine schedule),
<a href="https://arxiv.org/abs/2010.02502">Song et al. 2021</a> (DDIM),
<a href="https://arxiv.org/abs/2211.01095">Lu et al. 2022</a> (DPM-Solver++),
<a href="https://arxiv.org/abs/2207.12598">Ho &amp; Salimans 2021</a> (guidance),
<a href="https://arxiv.org/abs/2108.01073">Meng et al. 2022</a> (from a picture).</p></div>
"""
