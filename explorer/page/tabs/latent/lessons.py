"""The texts of the Latent space tab: the lesson above the pictures, which depends on the state, and "How it works".

Words between * are set in the accent colour; they name what to look at.
"""

from __future__ import annotations

from typing import Any

from explorer.page.shared.studio import Studio


def drawn(size: int) -> str:
    return (
        f"The model made this picture from *{size} random numbers*. Choose a photo, and watch the search for *the numbers whose picture "
        "is closest to your photo*."
    )


def kept(spec: dict[str, Any]) -> str:
    if spec.get("beyond"):
        return (
            f"The model made this picture from a latent and *{spec.get('share', 1.0):.0%}* of the numbers that the fit added after the "
            "first layers. With 0 % you see *the model's own picture*; with 100 % the picture is as close to *the photo* as the fit came."
        )
    source = f" The numbers came from {spec['source']}." if spec.get("source") else ""
    return f"The model makes this picture from *these numbers*, which do not contain a photo.{source} Click a bar to change *one number*."


def fitting(size: int, added: int | None = None) -> str:
    if added is not None:
        return (
            f"The {size} numbers of the latent no longer change. The search now changes *{added:,} more numbers*, which are added after "
            "the first layers, to supply *what is missing*."
        )
    return (
        f"Nothing is copied from the target. The search changes only *{size} numbers*, step by step, so that *the model's own picture* "
        "becomes more similar to the target."
    )


def inverted(size: int) -> str:
    """The lesson about a model that inverts exactly."""
    return (
        f"*No search was needed.* Every layer of this model can be computed *backwards*: from the picture to its {size} numbers, as many "
        "as it has pixels. The picture of these numbers is *the target itself*, whatever it shows."
    )


def fitted(studio: Studio, model: str, psnr: float) -> str:
    """The lesson about a fit: how close it is, compared with the fits of photos that the model never saw."""
    facts = studio.catalogue.facts(model)
    held_out, about = facts.held_out(), facts.subject
    if psnr >= 35:
        return f"At *{psnr:.1f} dB* the eye sees no difference. The model can draw this picture, and *the search has found its numbers*."
    if not held_out:
        return (
            f"The PSNR is *{psnr:.1f} dB*. This is *the closest picture that the search found*. Scrub the strip: the colours come first, "
            "the shapes later."
        )
    below = sum(value < psnr for value in held_out)
    photos = f"{len(held_out)} {'photo' if len(held_out) == 1 else 'photos'} of {about} that the model never saw"
    worse = f"{below}* {'has' if below == 1 else 'have'} a lower PSNR"
    if below == 0:
        return (
            f"The PSNR is *{psnr:.1f} dB*, lower than for all {photos}. The model cannot draw anything like the target, so it *imitates* "
            "the target."
        )
    if below == len(held_out):
        return (
            f"The PSNR is *{psnr:.1f} dB*, higher than for all {photos}. But PSNR rewards *smooth pictures*, whatever they show: *would "
            "you recognise this one?*"
        )
    if below < len(held_out) / 4:
        return f"The PSNR is *{psnr:.1f} dB*. Of {photos}, only *{worse}. The model *imitates the target* with what it has learned to draw."
    return f"The PSNR is *{psnr:.1f} dB*. Of {photos}, *{worse}. The model keeps *light, colour and outline*, and makes up the rest."


def reached(psnr: float, held_out: list[float], size: int) -> str:
    """The lesson about a fit in the extended space."""
    below = sum(value < psnr for value in held_out)
    verb = "has" if below == 1 else "have"
    rank = f" Of {len(held_out)} photos that the model never saw, {below} {verb} a lower PSNR." if held_out else ""
    return (
        f"The PSNR is *{psnr:.1f} dB*. The fit added *{size:,} numbers* after the first layers, and the later layers drew your photo from "
        f"them.{rank} Slide towards *the model* to see what it draws from the latent alone."
    )


def filled(psnr: float) -> str:
    """The lesson about a fit with a part left out."""
    return (
        f"The PSNR is *{psnr:.1f} dB*, without the part that you brushed out. This part is *the model's own idea*: the fit did not use "
        "the photo there."
    )


def morphing(path: str, beyond: bool = False) -> str:
    if beyond:
        return (
            "The latent moves from A to B, and the numbers added after the first layers *fade* from those of A to those of B. Each of "
            "these numbers belongs to a fixed place in the picture. So *details dissolve*, while shapes that come from the latent move."
        )
    between = "Every frame in between is *a picture that the model itself draws*"
    if path == "lerp":
        return f"{between}. The straight line passes *near the origin*, so the pictures in the middle look average."
    return f"{between}, not a mixture of two pictures: *shapes move*, they do not dissolve."


def sweeping(places: list[int], size: int) -> str:
    if len(places) == 1:
        return f"Only *number {places[0]}* changes; the other {size - 1} do not. *What changes in the picture?* Click a frame to keep it."
    names = ", ".join(map(str, places[:-1])) + f" and {places[-1]}"
    return (
        f"*Numbers {names}* change together; the other {size - len(places)} do not. *What changes in the picture?* Click a frame to "
        "keep it."
    )


def swept_direction(index: int, share: float) -> str:
    rank = "largest" if index == 1 else f"{_ordinal(index)} largest"
    return f"*Direction {index}* changes all numbers together. Its effect on the first layer is the {rank}: *{share:.1%}* of the variance."


def _ordinal(number: int) -> str:
    """The number as an ordinal: "1st", "2nd", "3rd", "4th", "11th"."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


HOW = """
<div class="how"><h3>How it works</h3>
<p>A generator <i>G</i> turns a latent <i>z</i>, a vector of independent normal numbers, into a picture. A GAN works in one direction only:
no formula leads from a photo back to its latent. So we search. (A VAE has an encoder, whose guess begins the search. A normalising flow
needs none: its layers can be computed backwards.) We start with several guesses; the best of them comes from a second network,
which was trained to invert <i>G</i>. We generate the pictures of these latents, measure how far they are from the photo, and follow the
gradient downhill. Only latents whose norm is typical of random ones are allowed:</p>
<p class="equation"><i>z</i>* = argmin<sub><i>r</i> ≤ ‖<i>z</i>‖ ≤ <i>R</i></sub> ‖<i>G</i>(<i>z</i>) − <i>x</i>‖²</p>
<p><i>x</i> is the photo, ‖<i>G</i>(<i>z</i>) − <i>x</i>‖² is the sum of the squared differences of all colour values, and 99 % of all
random latents have norms between <i>r</i> and <i>R</i>. PSNR measures the remaining error in decibels; if it is 3 dB higher, the squared
error is half as large. Between two latents we move along the sphere near which random latents lie (slerp).</p>
<p>A hundred numbers say little about a photo. The output of the generator's first layers has thousands of numbers: 64 positions with a few
hundred values each. A fit in the extended space keeps the latent and searches for numbers to add to these values. The later layers then
turn the sums into a picture, with the patterns that they have learned. With a larger share of the added numbers, the picture is closer to
the photo; with a smaller share, it is closer to what the model draws by itself. Halfway between two such fits, the pictures fade into each
other; halfway between two latents, the shapes move. A part that you brush out does not count in the sum of squared differences, so the
model fills it by itself. The directions of a sweep are eigenvectors of <i>W</i>ᵀ<i>W</i>, where <i>W</i> is the matrix of the first
layer.</p>
<p class="papers">More: <a href="docs/extended-fits.md">Fits after the first layers</a>.</p>
<p class="papers">Papers: <a href="https://arxiv.org/abs/1511.06434">Radford et al. 2016</a> (the network),
<a href="https://arxiv.org/abs/1609.03552">Zhu et al. 2016</a> (fitting a photo),
<a href="https://arxiv.org/abs/1910.11626">Bau et al. 2019</a> (after the first layers),
<a href="https://arxiv.org/abs/1609.04468">White 2016</a> (slerp),
<a href="https://arxiv.org/abs/2007.06600">Shen &amp; Zhou 2021</a> (directions).</p></div>
"""
