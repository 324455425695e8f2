"""The texts of the Latent space tab: the lesson above the pictures, which depends on the state, and "How it works".

Words between * are set in the accent colour; they name what to look at.
"""

from __future__ import annotations

from typing import Any

from explorer.page.shared.studio import Studio


def drawn(size: int) -> str:
    return (
        f"This picture is *{size} numbers*, drawn by chance. Give the model a photo, and watch it search for "
        "*the numbers that come closest*."
    )


def kept(spec: dict[str, Any]) -> str:
    if spec.get("beyond"):
        return (
            f"The latent's own picture, and *{spec.get('share', 1.0):.0%}* of what the fit added behind the first layers: at 0 % it is "
            "*the model's*, at 100 % as near to *the photo* as the fit came."
        )
    source = f" It came from {spec['source']}." if spec.get("source") else ""
    return f"*These numbers* draw this picture, and no photo is stored in them.{source} Click a bar to turn *one number*."


def fitting(size: int, added: int | None = None) -> str:
    if added is not None:
        return f"The {size} numbers stay. Now *{added:,} more* change, behind the first layers: *what the latent could not say* comes back."
    return f"Nothing is copied from the target. Only *{size} numbers* change, step by step, so that *the model's own picture* comes closer."


def fitted(studio: Studio, model: str, psnr: float) -> str:
    """How far off the fit is, in the words of the model's own domain."""
    facts = studio.catalogue.facts(model)
    held_out, about = facts.held_out(), facts.subject
    if psnr >= 35:
        return (
            f"Found again: at *{psnr:.1f} dB* the eye sees no difference. The model can draw this picture, and "
            "*the search found its numbers*."
        )
    if not held_out:
        return (
            f"At *{psnr:.1f} dB* this is *the nearest picture that the model can draw*. Colours come first, shapes later: scrub the strip."
        )
    below = sum(value < psnr for value in held_out)
    photos = f"{len(held_out)} photos of {about} that the model never saw"
    if below == 0:
        return f"*{psnr:.1f} dB*: further off than all {photos}. It has nothing like it to draw, so it *imitates it in its own material*."
    if below == len(held_out):
        return (
            f"*{psnr:.1f} dB*: all {photos} came out worse. PSNR rewards *smooth pictures*, whatever they show: *would you know it again?*"
        )
    if below < len(held_out) / 4:
        return f"*{psnr:.1f} dB*: of {photos}, only *{below}* came out worse. It *imitates the target* with what it has learned to draw."
    return f"*{psnr:.1f} dB*: of {photos}, *{below}* came out worse. It keeps *light, colour and outline*, and makes up the rest."


def reached(psnr: float, held_out: list[float], size: int) -> str:
    """What a fit behind the first layers shows."""
    below = sum(value < psnr for value in held_out)
    rank = f" Of {len(held_out)} photos that it never saw, {below} came out worse." if held_out else ""
    return (
        f"*{psnr:.1f} dB*, with *{size:,} numbers* added behind the first layers: your photo, in the model's material.{rank} "
        "Slide towards *the model* and see what it would have drawn by itself."
    )


def filled(psnr: float) -> str:
    """What a fit of a part shows."""
    return (
        f"*{psnr:.1f} dB* where the photo counts. The part that you brushed out is *the model's own idea*: "
        "nothing of the photo went into it."
    )


def morphing(path: str, beyond: bool = False) -> str:
    if beyond:
        return (
            "The latent walks from A to B, and what was added behind the first layers *fades* from one to the other: "
            "what lies there has a place, so *it dissolves*, where shapes of the latent alone move."
        )
    between = "Every frame between is *a picture that the model believes in*"
    if path == "lerp":
        return f"{between}. The straight line passes *near the origin*, so its middle looks average."
    return f"{between}, not two photos faded into each other: *shapes move*, they do not dissolve."


def sweeping(places: list[int], size: int) -> str:
    if len(places) == 1:
        return f"Only *number {places[0]}* changes; the other {size - 1} stay as they are. *What moves with it?* Click a frame to keep it."
    names = ", ".join(map(str, places[:-1])) + f" and {places[-1]}"
    return f"*Numbers {names}* move together; the other {size - len(places)} stay. *What moves with them?* Click a frame to keep it."


def swept_direction(index: int, share: float) -> str:
    rank = "most" if index == 1 else f"most but {index - 1}"
    return f"*Direction {index}* moves all numbers together, the way that changes the first layer {rank}: *{share:.1%}* of its variance."


HOW = """
<div class="how"><h3>How it works</h3>
<p>A generator <i>G</i> turns a latent <i>z</i>, a row of independent normal numbers, into a picture. It runs one way only: no formula
leads from a photo back to its numbers. So we search. Begin with guesses, of which a second network that learned to turn <i>G</i> round
makes the best; draw them, measure how far the pictures are from the photo, and follow the slope downhill, always among rows as long as
drawn ones are:</p>
<p class="equation"><i>z</i>* = argmin<sub><i>r</i> ≤ ‖<i>z</i>‖ ≤ <i>R</i></sub> ‖<i>G</i>(<i>z</i>) − <i>x</i>‖²</p>
<p><i>x</i> is the photo, ‖<i>G</i>(<i>z</i>) − <i>x</i>‖² the sum of squared differences of all colour values, and <i>r</i> and
<i>R</i> bound the lengths of 99 in 100 drawn rows. PSNR counts the remaining error in decibels: 3 more halve it. Between two
latents we walk along the sphere on which draws lie (slerp).</p>
<p>A hundred numbers say little about a photo. Behind the first layers the generator holds thousands: 64 places with a few hundred
values each. A fit in the extended space keeps the latent and searches for what must be added to them; the later layers then paint it with
the strokes that they learned. More of it is more faithful to the photo, less of it to the model: halfway between two such fits, places
fade into each other, where halfway between two latents they move. A part that is brushed out does not count in the sum: what stands there
afterwards is the model's. The directions of a sweep are eigenvectors of <i>W</i>ᵀ<i>W</i>,
where <i>W</i> is the matrix that the latent meets first.</p>
<p class="papers">Papers: <a href="https://arxiv.org/abs/1511.06434">Radford et al. 2016</a> (the network),
<a href="https://arxiv.org/abs/1609.03552">Zhu et al. 2016</a> (fitting a photo),
<a href="https://arxiv.org/abs/1910.11626">Bau et al. 2019</a> (behind the first layers),
<a href="https://arxiv.org/abs/1609.04468">White 2016</a> (slerp),
<a href="https://arxiv.org/abs/2007.06600">Shen &amp; Zhou 2021</a> (directions).</p></div>
"""
