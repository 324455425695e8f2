"""The texts of the Latent space tab: the lesson above the pictures, which depends on the state, and "How it works".

Words between * are set in the accent colour; they name what to look at.
"""

from __future__ import annotations

from typing import Any

from explorer.page.shared.studio import Studio


def drawn(size: int) -> str:
    return (
        f"This picture is made from *{size} random numbers*. Give the model a photo, and watch it search for "
        "*the numbers whose picture is closest to it*."
    )


def kept(spec: dict[str, Any]) -> str:
    if spec.get("beyond"):
        return (
            f"The picture of a latent, with *{spec.get('share', 1.0):.0%}* of the numbers that the fit added after the first layers: at "
            "0 % it is *the model's own picture*, at 100 % it is as near to *the photo* as the fit came."
        )
    source = f" They came from {spec['source']}." if spec.get("source") else ""
    return f"*These numbers* give this picture; they do not contain a photo.{source} Click a bar to change *one number*."


def fitting(size: int, added: int | None = None) -> str:
    if added is not None:
        return f"The {size} numbers of the latent stay. Now *{added:,} more* change, after the first layers: they add *what is missing*."
    return f"Nothing is copied from the target. Only *{size} numbers* change, step by step, so that *the model's own picture* comes closer."


def fitted(studio: Studio, model: str, psnr: float) -> str:
    """The lesson about a fit: how close it is, compared with the fits of photos that the model never saw."""
    facts = studio.catalogue.facts(model)
    held_out, about = facts.held_out(), facts.subject
    if psnr >= 35:
        return f"At *{psnr:.1f} dB* the eye sees no difference. The model can draw this picture, and *the search has found its numbers*."
    if not held_out:
        return f"At *{psnr:.1f} dB* this is *the nearest picture that the search found*. Colours come first, shapes later: scrub the strip."
    below = sum(value < psnr for value in held_out)
    photos = f"{len(held_out)} photos of {about} that the model never saw"
    if below == 0:
        return f"*{psnr:.1f} dB*: all {photos} are fitted better. The model can draw nothing like it, so it *imitates the target*."
    if below == len(held_out):
        return (
            f"*{psnr:.1f} dB*: all {photos} are fitted worse. PSNR rewards *smooth pictures*, whatever they show: *would you recognise it?*"
        )
    if below < len(held_out) / 4:
        return f"*{psnr:.1f} dB*: of {photos}, only *{below}* are fitted worse. It *imitates the target* with what it has learned to draw."
    return f"*{psnr:.1f} dB*: of {photos}, *{below}* are fitted worse. It keeps *light, colour and outline*, and makes up the rest."


def reached(psnr: float, held_out: list[float], size: int) -> str:
    """The lesson about a fit in the extended space."""
    below = sum(value < psnr for value in held_out)
    rank = f" Of {len(held_out)} photos that it never saw, {below} are fitted worse." if held_out else ""
    return (
        f"*{psnr:.1f} dB*, with *{size:,} numbers* added after the first layers: your photo, drawn by the model's later layers.{rank} "
        "Slide towards *the model* to see what it draws from the latent alone."
    )


def filled(psnr: float) -> str:
    """The lesson about a fit with a part left out."""
    return (
        f"*{psnr:.1f} dB* in the part of the photo that counts. The part that you brushed out is *the model's own idea*: "
        "the fit did not use the photo there."
    )


def morphing(path: str, beyond: bool = False) -> str:
    if beyond:
        return (
            "The latent moves from A to B, and the numbers added after the first layers *fade* from those of A to those of B. Each of "
            "them belongs to a fixed place in the picture, so *details dissolve*, while shapes that come from the latent move."
        )
    between = "Every frame in between is *a picture that the model itself draws*"
    if path == "lerp":
        return f"{between}. The straight line passes *near the origin*, so its middle looks average."
    return f"{between}, not a mixture of two pictures: *shapes move*, they do not dissolve."


def sweeping(places: list[int], size: int) -> str:
    if len(places) == 1:
        return f"Only *number {places[0]}* changes; the other {size - 1} stay. *What changes in the picture?* Click a frame to keep it."
    names = ", ".join(map(str, places[:-1])) + f" and {places[-1]}"
    return (
        f"*Numbers {names}* change together; the other {size - len(places)} stay. *What changes in the picture?* Click a frame to keep it."
    )


def swept_direction(index: int, share: float) -> str:
    rank = "the largest" if index == 1 else f"number {index} in size"
    return f"*Direction {index}* changes all numbers together. Its effect on the first layer is {rank}: *{share:.1%}* of the variance."


HOW = """
<div class="how"><h3>How it works</h3>
<p>A generator <i>G</i> turns a latent <i>z</i>, a vector of independent normal numbers, into a picture. It works in one direction only: no
formula leads from a photo back to its latent. So we search. We start with several guesses; the best of them comes from a second network,
which was trained to invert <i>G</i>. We generate their pictures, measure how far these are from the photo, and follow the gradient
downhill, always among latents that are as long as random ones:</p>
<p class="equation"><i>z</i>* = argmin<sub><i>r</i> ≤ ‖<i>z</i>‖ ≤ <i>R</i></sub> ‖<i>G</i>(<i>z</i>) − <i>x</i>‖²</p>
<p><i>x</i> is the photo, ‖<i>G</i>(<i>z</i>) − <i>x</i>‖² the sum of squared differences of all colour values, and the lengths of 99 % of
all random latents are between <i>r</i> and <i>R</i>. PSNR measures the remaining error in decibels: with 3 more, the squared error is half
as large. Between two latents we move along the sphere on which random latents lie (slerp).</p>
<p>A hundred numbers say little about a photo. Behind its first layers the generator has thousands: 64 places with a few hundred values
each. A fit in the extended space keeps the latent and searches for numbers to add to these values; the later layers then turn them into a
picture, with the patterns that they have learned. With a larger share of the added numbers, the picture is closer to the photo; with a
smaller one, it is closer to what the model draws by itself. Halfway between two such fits, the pictures fade into each other; halfway
between two latents, the shapes move. A part that you brush out does not count in the sum, so the model fills it by itself. The directions
of a sweep are eigenvectors of <i>W</i>ᵀ<i>W</i>, where <i>W</i> is the matrix of the first layer.</p>
<p class="papers">Papers: <a href="https://arxiv.org/abs/1511.06434">Radford et al. 2016</a> (the network),
<a href="https://arxiv.org/abs/1609.03552">Zhu et al. 2016</a> (fitting a photo),
<a href="https://arxiv.org/abs/1910.11626">Bau et al. 2019</a> (after the first layers),
<a href="https://arxiv.org/abs/1609.04468">White 2016</a> (slerp),
<a href="https://arxiv.org/abs/2007.06600">Shen &amp; Zhou 2021</a> (directions).</p></div>
"""
