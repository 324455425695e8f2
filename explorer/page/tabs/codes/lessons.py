"""The texts of the VQ codes tab: the lesson above the map, which depends on the state, and "How it works"."""

from __future__ import annotations

from explorer.page.shared.lesson import lesson


def opened(cells: int, codes: int) -> str:
    return lesson(
        f"The whole picture is *{cells} numbers*, each the name of one of {codes} codes. Click a cell, then a code below: see *which "
        "pixels it owns*."
    )


def swapped(place: str, before: int, after: int, height: int, width: int) -> str:
    old_code = before if before >= 0 else "nothing"
    return lesson(
        f"{place} now holds *code {after}* instead of {old_code}. Only the *{height} x {width} pixels* around it could change: the decoder "
        "looks no further."
    )


def same() -> str:
    return lesson("That code *was there already*. Choose another, or another cell.")


def erasing(codes: int) -> str:
    return lesson(
        f"Drag over the map to *erase cells*. The prior has learned which of the {codes} codes go together, and guesses *what was there*."
    )


def thinking(place: str, code: int, share: float) -> str:
    return lesson(
        f"{place}: the prior weighs every code in view of *the cells that are there*, and one is drawn by chance: *{code}*, at {share:.0%}."
    )


def filled(count: int, given: int) -> str:
    return lesson(
        f"*{count} cells* were guessed in view of the {given} that were kept. Another seed guesses otherwise: change it and fill again, or "
        "scrub to see *how sure* it was."
    )


def written(label: str | None, reading: str | None) -> str:
    condition = f"from nothing but the class *{label}*" if label else "from nothing at all"
    judgement = f" The judge reads it as *{reading}*." if reading else ""
    return lesson(f"Nobody drew this: the prior wrote the map cell by cell, {condition}, and the decoder drew it.{judgement}")


def mixing() -> str:
    return lesson(
        "Drag over the map to take cells *from the second picture*. A code brings its pixels along, and the decoder *mends the seams*."
    )


def undone(left: int) -> str:
    return lesson(f"Back by *one step*; {left} more can be undone." if left else "Back at *the map that it began with*.")


HOW = """
<div class="how"><h3>How it works</h3>
<p>An encoder turns the picture into a map of vectors <i>z</i>, one for each cell. Each is replaced by the nearest vector of a codebook
<i>e</i><sub>1</sub>, <i>e</i><sub>2</sub>, …, and only its number is kept. A decoder draws the picture from the vectors that the numbers
name.</p>
<p class="equation"><i>k</i> = argmin<sub><i>j</i></sub> ‖<i>z</i> − <i>e<sub>j</sub></i>‖²
&emsp; loss = −log <i>p</i>(<i>x</i> | <i>e<sub>k</sub></i>) + 0.25 ‖<i>z</i> − sg(<i>e<sub>k</sub></i>)‖²</p>
<p>The first part asks the decoder to draw the picture <i>x</i>: its squared error (the models called mse, a Gaussian likelihood) or the
cross-entropy of its pixels (nll, Bernoulli). The second keeps <i>z</i> near the code that it chose; sg means that no gradient passes. To
choose has no gradient either, so the decoder's is handed to the encoder as if nothing had been rounded (straight-through). The codes
themselves follow the mean of the vectors that choose them, and a code that nobody chooses is put somewhere else.</p>
<p>The prior is a second network, trained afterwards on the maps alone. It gives the probability of a cell's code from the cells that are
there and the class, and so can write a whole map, <i>p</i>(<i>k</i>) = ∏ <i>p</i>(<i>k<sub>i</sub></i> | the cells before, class), in any
order, or fill a hole. Perplexity says how many codes would be in use if all were used evenly. The bytes count a map whose codes all cost
the same. JPEG and WebP files of pictures so small are mostly headers and tables, so their bytes say more about files than about
pictures. PSNR counts the error that is left, in decibels: 3 more halve it. The judge is a classifier that was trained on real pictures
alone.</p>
<p class="papers">Papers: <a href="https://arxiv.org/abs/1711.00937">van den Oord et al. 2017</a> (the model),
<a href="https://arxiv.org/abs/2005.00341">Dhariwal et al. 2020</a> (restarts),
<a href="https://arxiv.org/abs/2404.09562">Pannatier et al. 2024</a> (any order).</p></div>
"""
