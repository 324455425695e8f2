"""The texts of the VQ codes tab: the lesson above the map, which depends on the state, and "How it works"."""

from __future__ import annotations

from explorer.page.shared.lesson import lesson


def opened(cells: int, codes: int) -> str:
    return lesson(
        f"The whole picture is stored as *{cells} numbers*, one for each cell. Each number stands for one of {codes} codes. Click a "
        "cell, then one of the codes below, and see *which pixels change*."
    )


def swapped(place: str, before: int, after: int, height: int, width: int) -> str:
    old_code = f"instead of code {before}" if before >= 0 else "and was erased before"
    return lesson(
        f"{place} now holds *code {after}* {old_code}. Only the *{height} x {width} pixels* around the cell can change, because the "
        "decoder computes each pixel from nearby cells."
    )


def same() -> str:
    return lesson("The cell *already has this code*. Choose another code or another cell.")


def erasing(codes: int) -> str:
    return lesson(
        f"Drag over the map to *erase cells*. The prior has learned which of the {codes} codes occur together, so it can guess *the erased "
        "cells*."
    )


def thinking(place: str, code: int, share: float) -> str:
    return lesson(
        f"{place}: from *the cells that are already filled*, the prior computes a probability for every code. One code is drawn at random: "
        f"*{code}*, with probability {share:.0%}."
    )


def filled(count: int, given: int) -> str:
    return lesson(
        f"The prior guessed *{count} {'cell' if count == 1 else 'cells'}* from the {given} that you kept. Another seed gives another "
        "result: change the seed and fill again. Or scrub to see *how sure* the prior was."
    )


def written(label: str | None, reading: str | None) -> str:
    condition = f"given only the class *{label}*" if label else "without any input"
    judgement = f" The judge classifies the picture as *{reading}*." if reading else ""
    return lesson(
        f"Nobody drew this picture. The prior wrote a map cell by cell, {condition}, and the decoder turned the map into the picture."
        f"{judgement}"
    )


def mixing() -> str:
    return lesson(
        "Drag over the map to take cells *from the second picture*. Each cell brings its part of that picture, and the decoder *smooths "
        "the seams*."
    )


def undone(left: int) -> str:
    return lesson(f"*One step* undone; {left} more can be undone." if left else "Back at *the first map*.")


HOW = """
<div class="how"><h3>How it works</h3>
<p>An encoder turns the picture into a map of vectors <i>z</i>, one for each cell. Each vector is replaced by the nearest vector of a
codebook <i>e</i><sub>1</sub>, <i>e</i><sub>2</sub>, …, and only the index of that vector is stored. This index is the code. A decoder turns
the codebook vectors back into a picture.</p>
<p class="equation"><i>k</i> = argmin<sub><i>j</i></sub> ‖<i>z</i> − <i>e<sub>j</sub></i>‖²
&emsp; loss = −log <i>p</i>(<i>x</i> | <i>e<sub>k</sub></i>) + 0.25 ‖<i>z</i> − sg(<i>e<sub>k</sub></i>)‖²</p>
<p>The first term trains the decoder to reproduce the picture <i>x</i>. In the models called mse, it is the squared error (a Gaussian
likelihood); in those called nll, it is the cross-entropy of the pixels (a Bernoulli likelihood). The second term keeps <i>z</i> near its
codebook vector; sg (stop-gradient) means that no gradient passes. The choice of the nearest vector has no gradient either. So the gradient
of the decoder's input is copied to the encoder's output, as if nothing had been replaced (straight-through). Each codebook vector is a
moving average of the vectors <i>z</i> that are assigned to it. If too few are assigned to it, it is replaced by a random <i>z</i>
(restart).</p>
<p>The prior is a second network, which is trained afterwards, on maps alone. It predicts the code of a cell from the class and from the
cells that are already filled. So it can write a whole map in any order, <i>p</i>(<i>k</i>) = ∏ <i>p</i>(<i>k<sub>i</sub></i> | the cells
before, class), or fill a hole. Perplexity measures how many codes are in use: it is the number of codes that would have the same entropy if
all were used equally often. The number of bytes is that of a map in which every code takes the same number of bits. JPEG and WebP files of
such small pictures are mostly headers and tables, so their sizes say more about the formats than about the pictures. PSNR measures the
remaining error in decibels; if it is 3 dB higher, the squared error is half as large. The judge is a classifier that was trained on real
pictures only.</p>
<p class="papers">Papers: <a href="https://arxiv.org/abs/1711.00937">van den Oord et al. 2017</a> (the model),
<a href="https://arxiv.org/abs/2005.00341">Dhariwal et al. 2020</a> (restarts),
<a href="https://arxiv.org/abs/2404.09562">Pannatier et al. 2024</a> (any order).</p></div>
"""
