"""The texts of the VQ codes tab: the lesson above the map, which depends on the state, and "How it works"."""

from __future__ import annotations

from explorer.page.shared.lesson import lesson


def opened(cells: int, codes: int) -> str:
    return lesson(
        f"The whole picture is *{cells} numbers*, each the number of one of {codes} codes. Click a cell, then a code below: see *which "
        "pixels change*."
    )


def swapped(place: str, before: int, after: int, height: int, width: int) -> str:
    old_code = before if before >= 0 else "nothing"
    return lesson(
        f"{place} now holds *code {after}* instead of {old_code}. Only the *{height} x {width} pixels* around it could change: the decoder "
        "computes a pixel from the nearby cells only."
    )


def same() -> str:
    return lesson("The cell *already has this code*. Choose another code or another cell.")


def erasing(codes: int) -> str:
    return lesson(
        f"Drag over the map to *erase cells*. The prior has learned which of the {codes} codes go together, and guesses *the missing ones*."
    )


def thinking(place: str, code: int, share: float) -> str:
    return lesson(
        f"{place}: from *the cells that are already filled*, the prior computes a probability for every code. One code is drawn at random: "
        f"*{code}*, with probability {share:.0%}."
    )


def filled(count: int, given: int) -> str:
    return lesson(
        f"*{count} cells* were guessed from the {given} that were kept. Another seed gives another result: change it and fill again, or "
        "scrub to see *how sure* the prior was."
    )


def written(label: str | None, reading: str | None) -> str:
    condition = f"given only the class *{label}*" if label else "without any input"
    judgement = f" The judge classifies it as *{reading}*." if reading else ""
    return lesson(
        f"Nobody drew this: the prior wrote the map cell by cell, {condition}, and the decoder turned it into a picture.{judgement}"
    )


def mixing() -> str:
    return lesson(
        "Drag over the map to take cells *from the second picture*. Each code brings its part of that picture, and the decoder *smooths "
        "the seams*."
    )


def undone(left: int) -> str:
    return lesson(f"*One step* undone; {left} more can be undone." if left else "Back at *the first map*.")


HOW = """
<div class="how"><h3>How it works</h3>
<p>An encoder turns the picture into a map of vectors <i>z</i>, one for each cell. Each vector is replaced by the nearest vector of a
codebook <i>e</i><sub>1</sub>, <i>e</i><sub>2</sub>, …, and only the number of that vector is stored: the code. A decoder turns the codebook
vectors back into a picture.</p>
<p class="equation"><i>k</i> = argmin<sub><i>j</i></sub> ‖<i>z</i> − <i>e<sub>j</sub></i>‖²
&emsp; loss = −log <i>p</i>(<i>x</i> | <i>e<sub>k</sub></i>) + 0.25 ‖<i>z</i> − sg(<i>e<sub>k</sub></i>)‖²</p>
<p>The first term trains the decoder to reproduce the picture <i>x</i>. It is the squared error (in the models called mse, a Gaussian
likelihood) or the cross-entropy of the pixels (nll, a Bernoulli likelihood). The second term keeps <i>z</i> near its codebook vector; sg
(stop-gradient) means that no gradient passes. Choosing the nearest vector has no gradient either, so the gradient of the decoder's input is
copied to the encoder's output, as if nothing had been replaced (straight-through). Each codebook vector is a moving average of the vectors
<i>z</i> that are assigned to it, and one to which none are assigned is moved to another place.</p>
<p>The prior is a second network, trained afterwards on the maps only. It predicts a cell's code from the class and from the cells that are
already filled. So it can write a whole map, <i>p</i>(<i>k</i>) = ∏ <i>p</i>(<i>k<sub>i</sub></i> | the cells before, class), in any order,
or fill a hole. Perplexity measures how many codes are in use: as many codes, all used equally often, would have the same entropy. The
number of bytes is that of a map in which every code takes the same number of bits. JPEG and WebP files of such small pictures are mostly
headers and tables, so their sizes say more about the formats than about the pictures. PSNR measures the remaining error in decibels: with
3 more, the squared error is half as large. The judge is a classifier that was trained on real pictures only.</p>
<p class="papers">Papers: <a href="https://arxiv.org/abs/1711.00937">van den Oord et al. 2017</a> (the model),
<a href="https://arxiv.org/abs/2005.00341">Dhariwal et al. 2020</a> (restarts),
<a href="https://arxiv.org/abs/2404.09562">Pannatier et al. 2024</a> (any order).</p></div>
"""
